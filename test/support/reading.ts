import { PassThrough } from 'node:stream';
import { asConnectorError } from '../../src/engine/errors.ts';
import type { Log } from '../../src/engine/runtime.ts';
import { MessageSink, type Sink } from '../../src/engine/output.ts';
import type { Source } from '../../src/engine/source.ts';
import { sync } from '../../src/engine/sync.ts';
import type { Clock } from '../../src/http/clock.ts';
import { parseState } from '../../src/protocol/catalog.ts';
import { masker } from '../../src/protocol/mask.ts';
import { log as logMessage } from '../../src/protocol/messages.ts';
import { Writer } from '../../src/protocol/writer.ts';
import { TestClock } from './clock.ts';
import { parseMessages, type Message } from './messages.ts';

/** The part of a sandbox that a read needs. */
interface Simulated {
  readonly workspace: { now(): number };
  goBy(time: () => number): void;
}

export interface ReadingOptions {
  /** Table names; all tables when left out. */
  readonly streams?: readonly string[];
  readonly mode?: 'full_refresh' | 'incremental';
  readonly state?: unknown;
  /** The columns that the catalog has. */
  readonly columns?: ReadonlySet<string>;
  readonly clock?: Clock;
  /** Whether rows are taken as objects alone. */
  readonly asObjects?: boolean;
  readonly signal?: AbortSignal;
}

export interface ReadResult {
  readonly complete: boolean;
  readonly messages: readonly Message[];
  readonly text: string;
}

/** The engine and a source as `read` runs them, with a clock of their own. The sandbox must be listening. */
export async function readFrom<Config, Api>(
  tested: {
    readonly sandbox: Simulated;
    readonly source: Source<Config, Api>;
    readonly config: Config;
    readonly secrets: readonly string[];
  },
  options: ReadingOptions,
): Promise<ReadResult> {
  const { sandbox, source, config, secrets } = tested;
  const { mode = 'incremental', columns, clock = new TestClock(sandbox.workspace.now()) } = options;
  sandbox.goBy(() => clock.now());
  const names = options.streams ?? source.streams.map(({ name }) => name);
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk));
  const hidden = [...secrets, ...(source.secrets?.(config) ?? [])];
  const writer = new Writer(out, masker(hidden), () => clock.now());
  let logged = Promise.resolve();
  // All of them, as with --debug: what no log may hold, none of them may.
  const log: Log = (level, message) => {
    logged = writer.write(logMessage(level, message));
  };
  const cursors = new Map(source.streams.map(({ name, cursor }) => [name, cursor]));
  const configured = names.map((name) => ({
    descriptor: { name },
    syncMode: cursors.get(name) === undefined ? ('full_refresh' as const) : mode,
    ...(columns && { columns }),
  }));
  const messages = new MessageSink(writer, () => clock.now());
  const complete = await sync({
    source,
    config,
    configured,
    states: parseState(options.state),
    sink: options.asObjects ? ofObjects(messages) : messages,
    runtime: { clock, log, signal: options.signal ?? new AbortController().signal },
  }).catch((error: unknown) => {
    throw asConnectorError(error);
  });
  await logged;
  out.end();
  const text = Buffer.concat(chunks).toString();
  return { complete, messages: parseMessages(text), text };
}

/** A sink that takes no lines, as those that write no messages. */
const ofObjects = (sink: Sink): Sink => ({
  open: (stream) => Object.assign(sink.open(stream), { lines: undefined }),
  lastBeat: Infinity,
});

/** The state file that a platform would hand back: the last state of each stream. */
export function lastStates(messages: readonly Message[]): unknown[] {
  const last = new Map<string, unknown>();
  for (const { state } of messages) {
    if (state) last.set(state.stream.stream_descriptor.name, { type: 'STREAM', stream: state.stream });
  }
  return [...last.values()];
}
