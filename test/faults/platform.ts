/** A workspace, a connector that reads it, and a platform that keeps what it is told, through many runs. */

import type { Incoming } from '../../sandbox/kit/delivery.ts';
import { createSandbox, listen, type Sandbox, type SandboxOptions } from '../../sandbox/segment/index.ts';
import { segment } from '../../src/sources/segment/source.ts';
import { parseMessages, story, type CatalogStream, type Message, type Row } from '../support/messages.ts';
import { configured, Files, run } from '../support/process.ts';
import { dishonesty } from './honesty.ts';
import { Connector } from './pipe.ts';
import { soak } from './soak.ts';
import { NAMES, TABLES } from './tables.ts';
import { rowsBefore, Warehouse } from './warehouse.ts';

/** In a soak all tables, else three shares of them: each has a third of the tables, and all that move along time. */
export const SHARES: readonly (readonly string[])[] =
  soak.minutes > 0
    ? [NAMES]
    : [0, 1, 2].map((share) =>
        TABLES.filter(({ windows }, index) => windows !== undefined || index % 3 === share).map(
          ({ name }) => name,
        ),
      );

export interface Read {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Table names; those of the platform where left out. */
  readonly streams?: readonly string[];
  readonly flags?: readonly string[];
  /** All the room (MB) that its heap has. */
  readonly heap?: number;
}

let discovered: Promise<CatalogStream[]> | undefined;
const discover = () =>
  (discovered ??= run(['discover']).then(({ messages }) =>
    messages.flatMap(({ catalog }) => catalog?.streams ?? []),
  ));

export class Platform {
  readonly sandbox: Sandbox;
  readonly files = new Files();
  readonly #warehouse: Warehouse;
  readonly #states = new Map<string, object>();
  readonly #running = new Set<Connector>();
  #streams: readonly CatalogStream[] = [];
  #server: { url: string; close(): Promise<void> } | undefined;
  #files = 0;
  /** Is told each request as it arrives. */
  onRequest: (incoming: Incoming) => void = () => undefined;

  readonly #config: object;
  /** The tables that its runs read. */
  readonly names: readonly string[];

  private constructor(options: SandboxOptions, config: object, names: readonly string[]) {
    this.#config = config;
    this.names = names;
    // Within what is read: a year of usage, and audit events that do not leave the trail meanwhile.
    this.sandbox = createSandbox({ endpointLimits: false, auditDays: 80, usageMonths: 6, ...options });
    this.#warehouse = new Warehouse(this.sandbox.workspace.keys);
  }

  static async open(
    options: SandboxOptions = {},
    config: object = {},
    names: readonly string[] = SHARES[0] ?? [],
  ): Promise<Platform> {
    const platform = new Platform(options, config, names);
    platform.#server = await listen({
      serve: (incoming) => {
        platform.onRequest(incoming);
        return platform.sandbox.serve(incoming);
      },
    });
    platform.#streams = await discover();
    return platform;
  }

  async close(): Promise<void> {
    for (const connector of this.#running) {
      connector.kill('SIGKILL');
      connector.leave();
      await connector.ended;
    }
    await this.#server?.close();
    this.files.remove();
  }

  /** No second look that could hide a gap. */
  config(config: Read['config'] = {}): object {
    const own = this.sandbox.config(this.#server?.url ?? '');
    return { ...own, lookback_window_days: 0, ...this.#config, ...config };
  }

  /** A read that begins with the states kept so far. */
  read({ config, streams = this.names, flags = [], heap }: Read = {}): Connector {
    const file = (name: string, content: unknown) =>
      this.files.json(`${name}-${(this.#files += 1)}.json`, content);
    const arguments_ = [
      'read',
      ...['--config', file('config', this.config(config))],
      ...[
        '--catalog',
        file('catalog', configured(this.#streams.filter(({ name }) => streams.includes(name)))),
      ],
      ...['--state', file('state', [...this.#states.values()])],
      ...flags,
    ];
    const connector = new Connector(this.files, arguments_, heap);
    this.#running.add(connector);
    void connector.ended.finally(() => this.#running.delete(connector));
    return connector;
  }

  /**
   * The strictest platform: of a run that did not end it has the rows before one state of each stream, the nth of
   * those that it saw, and nothing where that is 0. A table that is overwritten keeps nothing. In words: rows that the
   * states claim and that are not there.
   */
  keep(messages: readonly Message[], nth: (name: string, seen: number) => number): string[] {
    return segment.streams.flatMap(({ name, windows, cursor = '' }) => {
      const { states } = story(messages, name);
      const kept = nth(name, states.length);
      const state = states[kept - 1];
      if (!state) return [];
      this.#states.set(name, { type: 'STREAM', stream: state.stream });
      if (!windows) return [];
      this.#warehouse.upsert(name, rowsBefore(messages, name, kept));
      const reached = Date.parse(String(state.stream.stream_state[cursor]));
      const isDue = (row: Row) => Date.parse(String(row[cursor])) < reached;
      return this.#warehouse.differences(name, this.sandbox.workspace.tables[name]?.(), { isDue });
    });
  }

  /** A last run to the end, and in words what is wrong with it or with the tables after it. */
  async finish({ config, streams = this.names }: Read = {}): Promise<string[]> {
    const connector = this.read({ config: { page_size: 1000, ...config }, streams });
    await connector.rest();
    const { code, signal, stderr } = await connector.ended;
    const messages = parseMessages(connector.text);
    const wrong = dishonesty(messages, streams);
    if (code !== 0 || stderr !== '') wrong.push(`the last run ends with ${code ?? signal}: ${stderr}`);
    for (const name of streams) {
      const { records } = story(messages, name);
      const isWindowed = segment.streams.some((stream) => stream.name === name && stream.windows);
      this.#warehouse[isWindowed ? 'upsert' : 'replace'](name, records);
    }
    const byValue = config?.['include_secrets'] === true;
    const { tables } = this.sandbox.workspace;
    return [
      ...wrong,
      ...streams.flatMap((name) => this.#warehouse.differences(name, tables[name]?.(), { byValue })),
    ];
  }
}

/** The whole messages of an output that may end anywhere. */
export const messagesOf = (text: string) => parseMessages(text.slice(0, text.lastIndexOf('\n') + 1));
