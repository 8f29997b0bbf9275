/** An audit trail, a source that it is forwarded to, and what must be true of the two and of the state between them. */
import { existsSync, readFileSync } from 'node:fs';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/segment/index.ts';
import type { Serve } from '../../sandbox/kit/delivery.ts';
import { createTracking, type Sent, type Tracking } from '../../sandbox/tracking/index.ts';
import { parseState } from '../../src/protocol/catalog.ts';
import { auditMessage } from '../../src/sources/segment/forward/message.ts';
import { asRecord, type Row } from '../support/messages.ts';
import { Files } from '../support/process.ts';

const PACKAGE = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
export const { version: VERSION } = JSON.parse(PACKAGE) as { version: string };
const OPTIONS = { isNamedByType: false, library: { name: 'source-segment', version: VERSION } };

const DAY = 86_400_000;
const DAYS = 10;

export class Trail {
  readonly sandbox: Sandbox;
  readonly tracking: Tracking;
  readonly files = new Files();
  /** Before the first event, and not long before it: each day costs a request. */
  readonly #startDate: string;
  readonly state = this.files.path('state.json');
  /** Is told each request to the Tracking API as it arrives. */
  onSend: () => void = () => undefined;
  readonly #messages = new Map<unknown, readonly [id: string, message: Sent]>();
  /** The last state that was found true. */
  #checked: string | undefined;
  /** What was wrong at a moment of a run. */
  readonly wrong = new Set<string>();

  constructor(options: SandboxOptions = {}) {
    this.sandbox = createSandbox({ auditDays: DAYS, ...options });
    this.tracking = createTracking();
    this.#startDate = new Date(this.sandbox.workspace.now() - (DAYS + 1) * DAY).toISOString().slice(0, 10);
  }

  /** The flags of a run that reaches both APIs at this address; without a second look that could hide a gap. */
  flags(url: string, config: object = {}): { config: string; to: string; state: string } {
    const own = {
      ...this.sandbox.config(url),
      start_date: this.#startDate,
      lookback_window_days: 0,
      ...config,
    };
    return {
      config: this.files.json('config.json', own),
      to: this.files.json('to.json', this.tracking.target(url)),
      state: this.state,
    };
  }

  /** Both APIs at one address. The state is looked at whenever something is sent. */
  readonly serve: Serve = (incoming) => {
    if (incoming.url.pathname === '/v1/batch') {
      this.onSend();
      for (const words of this.claims()) this.wrong.add(words);
    }
    return this.tracking.serve(incoming) ?? this.sandbox.serve(incoming);
  };

  /** The messages that are due, by messageId. */
  due(): ReadonlyMap<string, Sent> {
    const events = this.sandbox.workspace.tables['audit_events']?.() ?? [];
    return new Map([...events].map((event) => this.#messageOf(event)));
  }

  /** An event never changes, so its message is made once. */
  #messageOf(event: Row): readonly [id: string, message: Sent] {
    const known = this.#messages.get(event['id']);
    if (known) return known;
    const made = auditMessage(event, { write_key: this.tracking.writeKey }, OPTIONS);
    // As JSON has it, without what is undefined.
    const message = [String(made['messageId']), asRecord(made)] as const;
    this.#messages.set(event['id'], message);
    return message;
  }

  /** In words: events that the state claims and that Segment does not have. */
  claims(): string[] {
    const { cursor } = this;
    // What was accepted stays so: only a state that moved can be wrong.
    if (cursor === undefined || cursor === this.#checked) return [];
    const reached = Date.parse(cursor);
    const missing = [...this.due()].filter(
      ([id, { timestamp }]) => Date.parse(String(timestamp)) < reached && !this.tracking.kept.has(id),
    );
    if (missing.length > 0) return [`the state claims ${missing.length} events that were not accepted`];
    this.#checked = cursor;
    return [];
  }

  /** In words: what Segment has that is not due, lacks, has otherwise, or got in two versions. */
  differences(): string[] {
    const due = this.due();
    const { kept, duplicates, dropped } = this.tracking;
    const isOther = (one: Sent | undefined, other: Sent | undefined) =>
      JSON.stringify(one) !== JSON.stringify(other);
    const ids = new Set([...due.keys(), ...kept.keys()]);
    const others = [...ids].filter((id) => isOther(due.get(id), kept.get(id)));
    const versions = duplicates.filter((one) => isOther(one, kept.get(String(one['messageId']))));
    const count = (things: readonly unknown[], what: string) =>
      things.length === 0 ? [] : [`${things.length} ${what}, such as ${JSON.stringify(things[0])}`];
    return [
      ...count(others, 'events are not as they should be'),
      ...count(versions, 'duplicates differ from what they repeat'),
      ...count(dropped, 'messages were dropped'),
      ...this.claims(),
      ...this.wrong,
    ];
  }

  /** How far the saved state says that everything was accepted. */
  get cursor(): string | undefined {
    if (!existsSync(this.state)) return undefined;
    const states = parseState(JSON.parse(readFileSync(this.state, 'utf8')) as Row[]);
    return states.get('audit_events')?.['timestamp'] as string | undefined;
  }

  close(): void {
    this.files.remove();
  }
}
