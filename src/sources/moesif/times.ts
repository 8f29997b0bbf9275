import type { Row } from '../../engine/stream.ts';
import { instant, iso, SECOND } from '../../engine/windows.ts';

/**
 * How long (ms) something can have a time and not be found by it yet: an SDK sends events in batches, and an index takes in what
 * it is given a little later. How long both take is *unverified*. Each state stays so far behind, also without a look-back.
 */
export const LAG = 10 * 60 * SECOND;

/** No moment so far (ms) is in any date. https://tc39.es/ecma262/#sec-time-values-and-time-range */
const BEYOND_DATES = 8.64e15;
const FRACTION = /T\d\d:\d\d:\d\d\.\d{3}(\d+)/i;

/**
 * A time in any of the forms that Moesif's documents show, as a date-time in UTC: with seven digits of a second
 * (`2023-07-27T21:52:58.0990000Z`), with an offset, without a zone, which is taken for UTC (*unverified*,
 * https://www.moesif.com/docs/api#search-users), or in ms since the epoch. What is finer than a ms is kept. Pure. What is no
 * time stays what it is.
 */
export function utc(value: unknown): unknown {
  const moment = momentOf(value);
  if (!(Math.abs(moment) <= BEYOND_DATES)) return value;
  const [, digits = ''] = (typeof value === 'string' && FRACTION.exec(value)) || [];
  const finer = digits.replace(/0+$/, '');
  return finer === '' ? iso(moment) : `${iso(moment).slice(0, -1)}${finer}Z`;
}

const momentOf = (value: unknown): number => (typeof value === 'number' ? Math.floor(value) : instant(value));

/** A row with these fields as date-times in UTC, where it has them. */
export function withTimes(row: Row, fields: readonly string[]): Row {
  const times = fields.filter((field) => field in row).map((field) => [field, utc(row[field])] as const);
  return { ...row, ...Object.fromEntries(times) };
}
