import type { ConnectorError } from './errors.ts';
import type { Forwarding } from './forwarding.ts';
import type { Runtime } from './runtime.ts';
import type { JsonSchema } from './schema.ts';
import type { Row, Stream } from './stream.ts';
import type { View } from './view.ts';
import type { WindowPlan } from './windows.ts';

/**
 * What a failed partition means: the stream's failure, a parent that vanished since it was listed, or one that is there and has
 * nothing. The last two are for the log.
 */
export type Verdict =
  | { readonly failure: ConnectorError; /** It says nothing of other parents. */ readonly ofParent?: boolean }
  | { readonly vanished: string }
  | { readonly empty: string };

/** A source at work with one config. */
export interface Session<Api> {
  readonly api: Api;
  /** First moment that incremental streams read (ms since the epoch). */
  readonly startDate: number;
  /** How far an incremental read goes back before its cursor (ms). */
  readonly lookback: number;
  /** Partitions read side by side. */
  readonly concurrency: number;
  readonly includeSecrets: boolean;
  /**
   * The time at the vendor (ms since the epoch), never too late: what may be asked for and how far a state may go are
   * counted from it, whatever this machine's clock says. Of a stream whose days are those of another zone, what a clock
   * there shows, read as if it were UTC.
   */
  now(stream: Stream<Api>): Promise<number>;
  /** What the config says otherwise of a stream's windows. */
  windows?(stream: Stream<Api>): Partial<WindowPlan>;
  /** Is told into how many parts a stream falls, before they are read. */
  planned?(stream: Stream<Api>, parts: number): void;
  /** Says what an error of `stream.read` means for the person. */
  explain(error: unknown, stream: Stream<Api>, parent: Row): Promise<Verdict>;
}

export type Columns = Readonly<Record<string, JsonSchema>>;

/** A vendor: its tables, and how a config becomes an API to read them from. */
export interface Source<Config, Api> {
  readonly name: string;
  readonly streams: readonly Stream<Api>[];
  /** Other forms in which people want a stream's rows. */
  readonly views?: readonly View[];
  /** Other APIs that take in a stream's rows. */
  readonly forwardings?: readonly Forwarding[];
  /** The columns that only the vendor knows, by table; for vendors whose tables have any. */
  columns?(config: Config, runtime: Runtime): Promise<ReadonlyMap<string, Columns>>;
  /** Texts that tell the secrets of a config, made of several of its fields: they are kept out of the output too. */
  secrets?(config: Config): readonly string[];
  /** Other names that people have for fields of the config: the field that each of them means. */
  readonly otherNames?: Readonly<Record<string, string>>;
  /** Rules for a config that a schema cannot say: a sentence for each that is broken. */
  problems(config: Config, now: number): string[];
  open(config: Config, runtime: Runtime): Session<Api>;
  /** Returns where the connection works. Throws a config_error where the person must act, another class where not. */
  check(config: Config, runtime: Runtime): Promise<void>;
}
