import { dateOf } from './retry.ts';

/**
 * How far the server's clock is ahead of ours, as the first answer with a `Date` tells. Pure.
 *
 * A `Date` has whole seconds and is as old as its way to us: by it, the server's time is this or later, never earlier.
 */
export class ServerClock {
  #ahead: number | undefined;

  /** Takes the `Date` of an answer that came at `now` (ms since the epoch); passed over where it is none. */
  learn(date: unknown, now: number): void {
    const time = this.#ahead === undefined ? dateOf(date) : undefined;
    if (time !== undefined) this.#ahead = time - now;
  }

  /** In ms; negative where our clock is ahead. Undefined until an answer has told it. */
  get ahead(): number | undefined {
    return this.#ahead;
  }
}
