/**
 * Event counts over time, as events volume and the delivery overview give them: a series of sums by the day or the hour
 * for each combination of what they are grouped by. A row is one sum.
 */
import type { Row } from '../../../engine/stream.ts';
import { floor, iso, type Window } from '../../../engine/windows.ts';
import { HttpError } from '../../../http/errors.ts';
import type { Bucket } from '../config.ts';

const MINUTE = 60 * 1000;
/** Segment asks to stay so far behind the clock (ms), lest what is under way is missed. */
const BEHIND = MINUTE;
/** How long after its end (ms) a sum may still grow: a guess, well beyond the minute (*unverified*). */
export const SETTLES = 60 * MINUTE;
/**
 * The same at a destination: what it did not take is tried again for four hours, and may count at the time that it came in
 * (*unverified*). https://segment.com/docs/connections/destinations/#retries-between-segment-and-destinations
 */
export const SETTLES_AT_DESTINATION = 4 * 60 * MINUTE + SETTLES;

/** What a series has besides its sums, but only says of the range that was asked for. */
const OF_THE_RANGE = ['series', 'total', 'totalRetryCount'];

/** What is wrong where two series are called the same. */
export const TWICE = 'two series for the same counts';

/** Values of one dimension, by the field that a row has them in. */
export type Dimensions = Readonly<Record<string, (series: Row) => unknown>>;

/** The parameters of a list: `groupBy.0`, `groupBy.1`, as the documents' example has them (*unverified*). */
export const numbered = (name: string, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value, index) => [`${name}.${index}`, value]));

/**
 * The pieces (of so many ms at most) that a window is asked for in, up to a minute ago. What may still grow, as
 * it ended less than `settles` ms ago, is asked for by itself: lists are in the order of their sums, and one that changes
 * while it is paged must not cost a past day a row.
 */
export function pieces(window: Window, now: number, longest: number, settles: number): Window[] {
  const end = Math.min(Date.parse(window.end), now - BEHIND);
  const growing = floor(now - settles, 'day');
  const found: Window[] = [];
  for (let start = Date.parse(window.start); start < end;) {
    const next = Math.min(end, start + longest, start < growing ? growing : Infinity);
    found.push({ start: iso(start), end: iso(next) });
    start = next;
  }
  return found;
}

/** Whether the sums of a range may still grow, and so change places in a list that is in the order of them. */
export const stillGrows = ({ end }: Window, now: number): boolean =>
  Date.parse(end) > floor(now - SETTLES, 'day');

const valuesOf = (dimensions: Dimensions, series: Row) =>
  Object.entries(dimensions).map(([field, of]) => [field, of(series) ?? null] as const);

/** What the API calls a series: the values that it is grouped by. */
export const calledBy = (dimensions: Dimensions, series: Row): string =>
  JSON.stringify(valuesOf(dimensions, series).map(([, value]) => value));

/** Makes rows of the series of one request, which it takes page by page. */
export class Flattener {
  readonly #path: string;
  readonly #dimensions: Dimensions;
  readonly #granularity: Bucket;
  readonly #onMoved: (() => void) | undefined;
  /** By key, what the API called it: nothing and an empty name would both be an empty text. */
  readonly #called = new Map<string, string>();

  /** `onMoved` is told of a series that comes again with a later page; without it, that is an error. */
  constructor(path: string, dimensions: Dimensions, granularity: Bucket, onMoved?: () => void) {
    this.#path = path;
    this.#dimensions = dimensions;
    this.#granularity = granularity;
    this.#onMoved = onMoved;
  }

  /** A row for each sum. Throws HttpError where the series are not as asked for. */
  rows(page: readonly Row[]): Row[] {
    const here = new Set<string>();
    return page.flatMap((entry) => {
      const { series, total } = entry;
      if (!Array.isArray(series)) throw this.#malformed('counts without their "series"');
      const values = valuesOf(this.#dimensions, entry);
      const isBare = values.every(([, value]) => value === null);
      // A single one of nothing in particular: the parameter was passed over, and this is the sum of all.
      if (isBare && page.length === 1 && this.#called.size === 0 && Number(total) > 0)
        throw this.#malformed('counts that are not grouped');
      const names = Object.fromEntries(values.map(([field, value]) => [field, value ?? '']));
      this.#expectOne(JSON.stringify(names), calledBy(this.#dimensions, entry), here);
      const added = { ...names, granularity: this.#granularity };
      const common = Object.entries(entry).filter(([field]) => !OF_THE_RANGE.includes(field));
      return series.map((point: Row) => ({ ...Object.fromEntries(common), ...point, ...added }));
    });
  }

  /** Two series with one key would be written one over the other. */
  #expectOne(key: string, called: string, here: Set<string>): void {
    const before = this.#called.get(key);
    if (before !== undefined && before !== called)
      throw this.#malformed('both an empty name and none for the same counts');
    if (here.has(key) || (before !== undefined && !this.#onMoved)) throw this.#malformed(TWICE);
    if (before !== undefined) this.#onMoved?.();
    this.#called.set(key, called);
    here.add(key);
  }

  #malformed(what: string): HttpError {
    return new HttpError('malformed', this.#path, what);
  }
}
