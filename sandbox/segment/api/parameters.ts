/**
 * Query parameters, read strictly: what the API does not document is refused, so that a client that relies on an
 * invented parameter fails here and not at the customer's.
 */
import { invalid } from './errors.ts';

export type Query = Record<string, string>;

const DEFAULT_COUNT = 200;
const LARGEST_COUNT = 1000;

export interface Paging {
  count: number;
  cursor?: string;
}

/** Both spellings of the pagination parameters are in use: `pagination.count` and `pagination[count]`. */
const canonical = (name: string): string => name.replace(/^(\w*pagination)\[(count|cursor)\]$/i, '$1.$2');

export function readQuery(search: URLSearchParams, allowed: readonly string[]): Query {
  const query: Query = {};
  for (const [spelling, value] of search) {
    const name = canonical(spelling);
    if (!allowed.includes(name)) throw invalid(spelling, 'is not allowed');
    if (name in query) throw invalid(spelling, 'is given twice');
    query[name] = value;
  }
  return query;
}

/** The two parameters of paging, `count` and `cursor`, behind what they begin with. */
export const pagingNames = (paging: string): readonly [count: string, cursor: string] => [
  `${paging}count`,
  `${paging}cursor`,
];

export function readPaging(
  query: Query,
  paging: string,
  maxPageSize = LARGEST_COUNT,
  { largest: most, usual } = { largest: LARGEST_COUNT, usual: DEFAULT_COUNT },
): Paging {
  const [countName, cursorName] = pagingNames(paging);
  const text = query[countName];
  const cursor = query[cursorName];
  const largest = Math.min(maxPageSize, most);
  const count = text === undefined ? Math.min(usual, largest) : Number(text);
  if (text !== undefined && !/^\d+$/.test(text)) throw invalid(countName, 'must be an integer');
  if (count < 1 || count > largest) throw invalid(countName, `must be between 1 and ${largest}`);
  return cursor === undefined ? { count } : { count, cursor };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since the epoch, or nothing where the parameter is not given. */
export function readInstant(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const time = INSTANT.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw invalid(name, 'must be an ISO 8601 instant');
  return time;
}

/** The first day of a month, as milliseconds since the epoch. */
export function readPeriod(query: Query): number {
  const text = query['period'] ?? '';
  const time = /^\d{4}-(0[1-9]|1[0-2])-01$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw invalid('period', 'must be the first day of a month, YYYY-MM-01');
  return time;
}

export function inOrder(start: number, end: number): void {
  if (start > end) throw invalid('startTime', 'must not be after endTime');
}
