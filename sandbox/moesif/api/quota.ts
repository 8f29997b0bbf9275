/** So many queries a minute of the clock, in the time that clients really wait in. */
import type { MoesifOptions } from '../contract.ts';
import { refusal, Refusal, type Reply } from './reply.ts';

export class Quota {
  readonly #isOff: boolean;
  readonly #most: number;
  readonly #minuteMs: number;
  readonly #isHinted: boolean;
  readonly #now: () => number;
  #minute = -Infinity;
  #asked = 0;

  constructor({ quotas = {}, retryAfter = 'none' }: MoesifOptions, now: () => number) {
    this.#isOff = quotas === false;
    const { perMinute = 500, minuteMs = 60_000 } = quotas || {};
    this.#most = perMinute;
    this.#minuteMs = minuteMs;
    this.#isHinted = retryAfter === 'seconds';
    this.#now = now;
  }

  /** Counts a query, or throws the 429. What is refused does not count, which is unverified. */
  take(): void {
    if (this.#isOff) return;
    const minute = Math.floor(this.#now() / this.#minuteMs);
    // Also where it is an earlier one: a client whose time is behind is another one.
    if (minute !== this.#minute) this.#asked = 0;
    this.#minute = minute;
    if (this.#asked >= this.#most) throw new Refusal(this.refusal());
    this.#asked += 1;
  }

  refusal(): Reply {
    const left = this.#minuteMs - (this.#now() % this.#minuteMs);
    const hint = { 'Retry-After': String(Math.ceil(left / 1000)) };
    return refusal(429, 'rate_limit', 'Too many queries in this minute', this.#isHinted ? hint : {});
  }
}
