/** A vendor as a value: its tables, its sandbox, and how the one is read from the other. Suites that take it know none by name. */
import { isAt, type Fault, type Place } from '../../../sandbox/kit/faults.ts';
import type { Serve } from '../../../sandbox/kit/delivery.ts';
import type { Source } from '../../../src/engine/source.ts';
import type { Stream } from '../../../src/engine/stream.ts';
import type { Row } from '../messages.ts';
import { readFrom, type ReadingOptions, type ReadResult } from '../reading.ts';

export type Table = Stream<never>;

/** A request as a sandbox writes it down. */
export interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  /** 0 where the client never saw one. */
  readonly status: number;
  readonly at: number;
  readonly fault?: Fault;
}

/** What every sandbox can do. */
export interface Sandbox {
  readonly workspace: {
    readonly tables: Readonly<Record<string, () => Iterable<Row>>>;
    readonly keys: Readonly<Record<string, readonly string[]>>;
    now(): number;
  };
  readonly serve: Serve;
  readonly requests: readonly Asked[];
  config(url: string): object;
  goBy(time: () => number): void;
  fault(fault: Fault): void;
  clearFaults(): void;
  advance(ms: number): void;
}

export interface Vendor<Made extends Sandbox = Sandbox, Options extends object = object, Config = object> {
  readonly name: string;
  /** Every registered table; none is exempt. */
  readonly tables: readonly Table[];
  /** What makes the executable this vendor's. */
  readonly env: Readonly<Record<string, string>>;
  /** The config with which the values are those of the sandbox's truth. */
  readonly byValue: Partial<Config>;
  /** The config with which nothing is looked at a second time, which could hide a gap. */
  readonly onceOnly: Partial<Config>;
  /** A world within what is read by itself, and without a limit that keeps a process waiting. */
  readonly atRest: Options;
  create(options: Options): Made;
  /** `timeout`: silence (ms, in real time) after which a request counts as lost. */
  source(timeout?: number): Source<Config, never>;
  config(sandbox: Made, more?: Partial<Config>): Config;
  secrets(sandbox: Made): readonly string[];
  /** The requests of a table. */
  readonly place: (table: Table) => Place;
  /** Others that a read of it makes, for what its rows are made of besides. */
  readonly also?: (table: Table) => readonly Place[];
}

/** The path of a table's requests, as faults name it: `/sources/{id}/connected-warehouses`. */
export const pathOf = ({ endpoint }: Table): string => endpoint.replace(/^[A-Z]+ |\?.*$/g, '');

export const isOf = (place: Place, { path, query, form }: Pick<Asked, 'path' | 'query' | 'form'>): boolean =>
  isAt(place, path, Object.keys({ ...query, ...form }));

export interface VendorReadOptions<Made extends Sandbox, Config> extends ReadingOptions {
  readonly sandbox: Made;
  readonly config?: Partial<Config>;
  readonly timeout?: number;
}

/** A read of a vendor's sandbox, which must be listening. */
export function readAs<Made extends Sandbox, Options extends object, Config>(
  vendor: Vendor<Made, Options, Config>,
  { sandbox, timeout, config, ...options }: VendorReadOptions<Made, Config>,
): Promise<ReadResult> {
  return readFrom(
    {
      sandbox,
      source: vendor.source(timeout),
      config: vendor.config(sandbox, config),
      secrets: vendor.secrets(sandbox),
    },
    options,
  );
}
