import type { Clock } from '../http/clock.ts';

export type Log = (level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', message: string) => void;

/** What the engine lends to a source for one run. */
export interface Runtime {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the run is to end early. */
  readonly signal: AbortSignal;
  /** The vendor's rate limit stopped everything until then (ms since the epoch) … */
  readonly onPause?: (until: number) => void;
  /** … and it goes on. */
  readonly onResume?: () => void;
}
