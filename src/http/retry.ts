/**
 * When to ask again, and after how long. Pure: no clock, no I/O.
 */

/** What one try came to, where it was no usable answer. */
export type Outcome =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'network' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'malformed' };

/** Tries of one request after the first, for faults that pass. */
export const MAX_RETRIES = 5;
/** How long a server can keep us waiting (ms); beyond it a stream stops cleanly instead of sleeping. */
export const MAX_WAIT = 10 * 60 * 1000;

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
/** A 429 pauses for this long (ms) at least: the server's dates have whole seconds, and its 0 is already over. */
const SHORTEST_PAUSE = 1000;
/** The pause (ms) after a 429 that names no time: it costs less than a tenth of a limit by the minute. */
const BLIND_PAUSE = 5000;

/** Faults that pass by themselves: timeouts and server errors. Every other 4xx says the same when asked again. */
export function isPassing(outcome: Outcome): boolean {
  if (outcome.kind === 'status') return outcome.status === 408 || outcome.status >= 500;
  return outcome.kind !== 'too-large';
}

/** Capped exponential backoff with full jitter, in ms. `attempt` counts from 0; `random` is in [0, 1). */
export function backoff(attempt: number, random: number): number {
  return Math.round(random * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt));
}

/**
 * The pause after a 429, in ms: as long as the server named, and at least a tenth of the time (ms) for which nothing
 * has got through. So a time that is too short, or none, neither hammers the server nor wastes more than a tenth.
 */
export function rateLimitPause(named: number | undefined, blocked: number, random: number): number {
  const blind = Math.max(BLIND_PAUSE, blocked / 10) * (1 - random / 4);
  return Math.round(named === undefined ? blind : Math.max(named, SHORTEST_PAUSE, blocked / 10));
}

export interface WaitingHints {
  readonly retryAfter?: unknown;
  readonly msBeforeNext?: unknown;
  readonly reset?: unknown;
  /** In place of the date, where the vendor sends seconds. */
  readonly resetSeconds?: unknown;
  /** The answer's own `Date`, against which `reset` is measured where our clocks differ. */
  readonly date?: unknown;
  /** The wait (ms) that the words of the answer tell. */
  readonly words?: number | undefined;
}

/**
 * How long the server wants us to wait (ms), or undefined where it does not say so believably.
 *
 * In order: `Retry-After` (seconds, or an HTTP date), `errors[0].data.msBeforeNext`, `X-RateLimit-Reset` (a date in
 * RFC 5322 form, https://docs.segmentapis.com/tag/Rate-Limits; of Segment's Tracking API in seconds,
 * https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/), and what the words tell. Negative, empty
 * and unreadable ones are passed over.
 */
export function serverWait(hints: WaitingHints, now: number): number | undefined {
  const since = dateOf(hints.date) ?? now;
  const until = (value: unknown) => {
    const date = dateOf(value);
    return date === undefined ? undefined : date - since;
  };
  const inSeconds = (value: unknown) => {
    const seconds = numberOf(value);
    return seconds === undefined ? undefined : seconds * 1000;
  };
  return [
    inSeconds(hints.retryAfter) ?? until(hints.retryAfter),
    numberOf(hints.msBeforeNext),
    until(hints.reset),
    inSeconds(hints.resetSeconds),
    numberOf(hints.words),
  ].find((wait) => wait !== undefined && wait >= 0);
}

/** A header's or a field's figure; undefined for what is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** An HTTP date. Digits alone are none: no vendor of ours sends epochs there, and guessing would wait for years. */
export function dateOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/[a-z]{3}/i.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
