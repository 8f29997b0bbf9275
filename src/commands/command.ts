import type { Spec } from '../engine/config.ts';
import type { Log } from '../engine/runtime.ts';
import type { Source } from '../engine/source.ts';
import type { Format } from '../export/formats.ts';
import type { Clock } from '../http/clock.ts';
import type { Mask } from '../protocol/mask.ts';
import type { Writer } from '../protocol/writer.ts';

/** What every command works with. `Config` is only known to the source. */
export interface Io<Config = unknown, Api = unknown> {
  readonly source: Source<Config, Api>;
  /** The connector's own. */
  readonly version: string;
  readonly spec: Spec;
  readonly writer: Writer;
  readonly log: Log;
  readonly clock: Clock;
  /** Aborts when the run is to end early. */
  readonly signal: AbortSignal;
  /** From now on these never reach the output. */
  readonly hide: (secrets: readonly string[]) => void;
  /** What is not to be hidden of a text. */
  readonly mask: Mask;
  /** Writes to stdout, masked, what is no message: for commands that people read. */
  readonly print: (text: string) => void;
}

/** The flags that a person or the platform gave. */
export interface Flags {
  readonly debug?: boolean;
  readonly config?: string;
  readonly catalog?: string;
  readonly state?: string;
  readonly out?: string;
  readonly streams?: string;
  readonly format?: Format;
  readonly view?: string;
  readonly to?: string;
  readonly stream?: string;
  readonly eventName?: 'type';
  readonly dryRun?: boolean;
}
