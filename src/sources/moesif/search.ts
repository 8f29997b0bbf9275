/**
 * Bodies of searches, in the part of Elasticsearch's language that Moesif takes. Pure.
 * https://www.moesif.com/docs/api#search-apis
 */
import type { Row } from '../../engine/stream.ts';
import { isWholeTable, type Window } from '../../engine/windows.ts';

/** What is searched, page by page. */
export interface Search {
  /** What matches; everything where left out. */
  readonly query?: Row;
  /** The order; what breaks ties stands last. */
  readonly sort: readonly Readonly<Record<string, 'asc'>>[];
  /** Which fields are wanted; all where left out. */
  readonly source?: { readonly includes: readonly string[] } | { readonly excludes: readonly string[] };
}

/** An order that nothing changes: no row moves from one page to another, whatever befalls it meanwhile. */
export const BY_ID = [{ _id: 'asc' }] as const;
/** By the time of the request; many can have the same. */
export const BY_REQUEST_TIME = [{ 'request.time': 'asc' }, { _id: 'asc' }] as const;

/**
 * The body of the page behind `after`, which is the `sort` of the last hit that came. An integer that a double cannot hold is
 * a text by then (http/json.ts), and is sent with its digits: as which a date can come that has nanoseconds, or is none.
 */
export function bodyOf({ query, sort, source }: Search, size: number, after?: readonly unknown[]): string {
  const body = JSON.stringify({ size, sort, ...(query && { query }), ...(source && { _source: source }) });
  if (!after) return body;
  const values = after.map((value, at) => (sort[at]?.['_id'] ? JSON.stringify(value) : numberText(value)));
  return `${body.slice(0, -1)},"search_after":[${values.join()}]}`;
}

const numberText = (value: unknown): string =>
  typeof value === 'string' && /^-?\d{16,}$/.test(value) ? value : JSON.stringify(value);

/** These, by their ids, in whatever order. */
export const withIds = (ids: readonly string[]): Row => ({ terms: { _id: ids } });

/** Companies by either of their ids: which of them a user names is *unverified*. https://www.moesif.com/docs/api#companies */
export const companiesWith = (ids: readonly string[]): Row =>
  anyOf(withIds(ids), { terms: { 'company_id.raw': ids } });

/** Those whose request came in the window. */
export const requestedIn = (window: Window): Row => ({ range: { 'request.time': within(window) } });

/**
 * Those that were modified in the window, and those of which it is not known when, as no range finds them; undefined where
 * the window is of the whole table.
 */
export function modifiedIn(window: Window): Row | undefined {
  if (isWholeTable(window)) return undefined;
  const isUnknown = { bool: { must_not: [{ exists: { field: 'modified_time' } }] } };
  return anyOf({ range: { modified_time: within(window) } }, isUnknown);
}

const anyOf = (...should: readonly Row[]): Row => ({ bool: { should, minimum_should_match: 1 } });

const within = ({ start, end }: Window) => ({ gte: start, lt: end });
