import { dateOf } from './retry.ts';

/**
 * How far the server's clock is ahead of ours, as the `Date` of its answers tells. Pure.
 *
 * A `Date` has whole seconds and is as old as its way to us, so each answer tells a little too little, and the greatest
 * difference is the nearest to the truth: by it, the server's time is this or later, never earlier.
 */
export class ServerClock {
  #ahead: number | undefined;

  /** Takes the `Date` of an answer that came at `now` (ms since the epoch); passed over where it is none. */
  learn(date: unknown, now: number): void {
    const time = dateOf(date);
    if (time !== undefined) this.#ahead = Math.max(this.#ahead ?? -Infinity, time - now);
  }

  /** In ms; negative where our clock is ahead. 0 until an answer has told it. */
  get ahead(): number {
    return this.#ahead ?? 0;
  }
}
