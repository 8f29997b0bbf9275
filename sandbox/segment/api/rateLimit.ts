/**
 * A fixed window in the time that clients really wait in: the one thing here that the frozen time does not rule.
 */
import type { RateLimit } from '../contract.ts';
import { Refusal } from './errors.ts';

/** Where no limit was asked for: told to clients, never enforced. */
const GENEROUS: RateLimit = { requests: 1_000_000, windowMs: 60_000 };

type Headers = Record<string, string>;

export class RateLimiter {
  readonly #limit: RateLimit;
  #opened = -Infinity;
  #consumed = 0;

  /** The time that clients wait in (ms since the epoch). */
  readonly now: () => number;
  /** The time that the answers' `Date` tells, which `X-RateLimit-Reset` goes with. */
  readonly #date: () => number;

  constructor(limit: RateLimit = GENEROUS, now: () => number = Date.now, date = now) {
    this.#limit = limit;
    this.now = now;
    this.#date = date;
  }

  /** Counts a request, and answers the headers of its success; refuses where the window is used up. */
  consume(): Headers {
    const now = this.now();
    // A client whose time is behind is another one.
    if (now < this.#opened || now - this.#opened >= this.#limit.windowMs) {
      this.#opened = now;
      this.#consumed = 0;
    }
    this.#consumed += 1;
    const left = this.#limit.requests - this.#consumed;
    if (left < 0) throw this.refusal();
    return this.#headers(left, this.#reset(now) - now);
  }

  /** 429, with the hints that were asked for. */
  refusal(): RateLimited {
    const now = this.now();
    const hints = this.#limit.hints ?? ['retry-after', 'msBeforeNext', 'reset'];
    const wait = Math.max(1, this.#reset(now) - now);
    const headers: Headers = {};
    if (hints.includes('retry-after')) headers['Retry-After'] = String(Math.ceil(wait / 1000));
    if (hints.includes('reset')) Object.assign(headers, this.#headers(0, wait));
    return new RateLimited(headers, {
      remainingPoints: 0,
      ...(hints.includes('msBeforeNext') ? { msBeforeNext: wait } : {}),
      consumedPoints: this.#consumed,
    });
  }

  /** When the window ends; outside of any window, when one that opened now would. */
  #reset(now: number): number {
    const open = now >= this.#opened && now - this.#opened < this.#limit.windowMs;
    return (open ? this.#opened : now) + this.#limit.windowMs;
  }

  /** The date has whole seconds only: rounded up, so that whoever waits for it does not come too early. */
  #headers(remaining: number, wait: number): Headers {
    const reset = this.#date() + wait;
    return {
      'X-RateLimit-Consumed': String(this.#consumed),
      'X-RateLimit-Remaining': String(remaining),
      'X-RateLimit-Reset': new Date(Math.ceil(reset / 1000) * 1000).toUTCString(),
    };
  }
}

export class RateLimited extends Refusal {
  readonly headers: Headers;

  constructor(headers: Headers, data: unknown) {
    super(429, { type: 'RequestError', message: 'The rate limit is used up.', data });
    this.headers = headers;
  }
}
