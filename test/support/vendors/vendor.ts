/** A vendor as a value: its tables, its sandbox, and how the one is read from the other. Suites that take it know none by name. */
import type { LoggedRequest, Simulated } from '../../../sandbox/kit/contract.ts';
import { isAt, type Place } from '../../../sandbox/kit/faults.ts';
import type { Source } from '../../../src/engine/source.ts';
import type { Stream } from '../../../src/engine/stream.ts';
import { readFrom, type ReadingOptions, type ReadResult } from '../reading.ts';

export type Table = Stream<never>;

export interface Vendor<
  Made extends Simulated = Simulated,
  Options extends object = object,
  Config = object,
> {
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
  /** Whether this is another one that a read of it makes, for what its rows are made of besides. */
  readonly alsoAsks?: (table: Table, request: LoggedRequest) => boolean;
}

/** The path of a table's requests, as faults name it: `/sources/{id}/connected-warehouses`. */
export const pathOf = ({ endpoint }: Table): string => endpoint.replace(/^[A-Z]+ |\?.*$/g, '');

export const isOf = (
  place: Place,
  { path, query, form }: Pick<LoggedRequest, 'path' | 'query' | 'form'>,
): boolean => isAt(place, path, Object.keys({ ...query, ...form }));

export interface VendorReadOptions<Made extends Simulated, Config> extends ReadingOptions {
  readonly sandbox: Made;
  readonly config?: Partial<Config>;
  readonly timeout?: number;
}

/** A read of a vendor's sandbox, which must be listening. */
export function readAs<Made extends Simulated, Options extends object, Config>(
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
