/** A workspace, a connector that reads it, and a platform that keeps what it is told, through many runs. */

import type { Incoming } from '../../sandbox/kit/delivery.ts';
import { listen } from '../../sandbox/kit/listen.ts';
import { parseMessages, story, type CatalogStream, type Message, type Row } from '../support/messages.ts';
import { configured, Files, run } from '../support/process.ts';
import { mixpanel } from '../support/vendors/mixpanel.ts';
import { moesif } from '../support/vendors/moesif.ts';
import { segment } from '../support/vendors/segment.ts';
import type { Vendor } from '../support/vendors/vendor.ts';
import type { Simulated } from '../../sandbox/kit/contract.ts';
import { dishonesty } from './honesty.ts';
import { Connector } from './pipe.ts';
import { soak } from './soak.ts';
import { goesOn } from './tables.ts';
import { rowsBefore, Warehouse } from './warehouse.ts';

/** Tables that are read together. */
export interface Share {
  readonly vendor: Vendor;
  readonly names: readonly string[];
}

/** All tables of a vendor; of many, but for a soak, so many shares: each has its part of them, and all that move along time. */
const sharesOf = (vendor: Vendor, shares: number): Share[] =>
  Array.from({ length: soak.minutes > 0 ? 1 : shares }, (_, share) => ({
    vendor,
    names: vendor.tables
      .filter(({ windows }, index) => soak.minutes > 0 || windows || index % shares === share)
      .map(({ name }) => name),
  }));

export const SHARES: readonly Share[] = [
  ...sharesOf(segment, 3),
  ...sharesOf(mixpanel, 1),
  ...sharesOf(moesif, 1),
];

export interface Read {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Table names; those of the platform where left out. */
  readonly streams?: readonly string[];
  readonly flags?: readonly string[];
  /** All the room (MB) that its heap has. */
  readonly heap?: number;
}

const discovered = new Map<Vendor, Promise<CatalogStream[]>>();
function discover(vendor: Vendor): Promise<CatalogStream[]> {
  const catalog =
    discovered.get(vendor) ??
    run(['discover'], vendor.env).then(({ messages }) =>
      messages.flatMap(({ catalog: found }) => found?.streams ?? []),
    );
  discovered.set(vendor, catalog);
  return catalog;
}

export class Platform {
  readonly sandbox: Simulated;
  readonly files = new Files();
  readonly #warehouse: Warehouse;
  readonly #states = new Map<string, object>();
  /** Of a table that is read anew each time, and can be read on: what it has before the state that it kept. */
  readonly #begun = new Map<string, readonly Row[]>();
  readonly #running = new Set<Connector>();
  #streams: readonly CatalogStream[] = [];
  #server: { url: string; close(): Promise<void> } | undefined;
  #files = 0;
  /** Is told each request as it arrives. */
  onRequest: (incoming: Incoming) => void = () => undefined;

  readonly #config: object;
  readonly #vendor: Vendor;
  /** The tables that its runs read. */
  readonly names: readonly string[];

  private constructor({ vendor, names }: Share, options: object, config: object) {
    this.#config = config;
    this.#vendor = vendor;
    this.names = names;
    this.sandbox = vendor.create({ ...vendor.atRest, ...options });
    this.#warehouse = new Warehouse(this.sandbox.workspace.keys);
  }

  /** Of Segment, where no share says otherwise. */
  static async open(
    options: object = {},
    config: object = {},
    share = SHARES[0] as Share,
  ): Promise<Platform> {
    const platform = new Platform(share, options, config);
    platform.#server = await listen({
      serve: (incoming) => {
        platform.onRequest(incoming);
        return platform.sandbox.serve(incoming);
      },
    });
    platform.#streams = await discover(share.vendor);
    return platform;
  }

  get #url(): string {
    return this.#server?.url ?? '';
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

  /** What the output must not tell. */
  get secrets(): readonly string[] {
    return this.#vendor.secrets(this.sandbox);
  }

  /** The config with which the values are those of the truth. */
  get byValue(): Read['config'] {
    return this.#vendor.byValue as Read['config'];
  }

  /** No second look that could hide a gap. */
  config(config: Read['config'] = {}): object {
    return { ...this.sandbox.config(this.#url), ...this.#vendor.onceOnly, ...this.#config, ...config };
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
    const connector = new Connector(this.files, arguments_, { heap, env: this.#vendor.env });
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
    return this.#vendor.tables.flatMap((table) => {
      const { name, windows, cursor = '' } = table;
      const { states, statuses } = story(messages, name);
      const kept = nth(name, states.length);
      const state = states[kept - 1];
      if (!state) return [];
      this.#states.set(name, { type: 'STREAM', stream: state.stream });
      if (!windows && goesOn(table)) {
        const isOver = statuses.at(-1) === 'COMPLETE' && kept === states.length;
        const rows = isOver ? [] : [...(this.#begun.get(name) ?? []), ...rowsBefore(messages, name, kept)];
        this.#begun.set(name, rows);
      }
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
      const isWindowed = this.#vendor.tables.some((stream) => stream.name === name && stream.windows);
      if (isWindowed) this.#warehouse.upsert(name, records);
      else this.#warehouse.replace(name, [...(this.#begun.get(name) ?? []), ...records]);
    }
    const byValue = Object.entries(this.#vendor.byValue).every(([key, value]) => config?.[key] === value);
    const { tables } = this.sandbox.workspace;
    return [
      ...wrong,
      ...streams.flatMap((name) => this.#warehouse.differences(name, tables[name]?.(), { byValue })),
    ];
  }
}

/** The whole messages of an output that may end anywhere. */
export const messagesOf = (text: string) => parseMessages(text.slice(0, text.lastIndexOf('\n') + 1));
