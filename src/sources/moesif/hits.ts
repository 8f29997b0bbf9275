import type { Row } from '../../engine/stream.ts';
import { MalformedAnswer } from '../../http/errors.ts';

/** What a search found of one user, company or event. */
export interface Hit {
  readonly id: string;
  /** `_source`: its fields, as they came. */
  readonly fields: Row;
  /** Where the next page begins, were it the last one of its own. */
  readonly sort: readonly unknown[];
}

/** The answer of a search. */
export interface Found {
  readonly hits: readonly Hit[];
  /** All that match, where that is told exactly. */
  readonly total: number | undefined;
}

/** The words of an error of an answer that is not whole, by which it is known again. */
export const CUT_SHORT = 'a search that ended before it was done';

/**
 * The hits in the answer of a search, as Elasticsearch gives them. One that ran out of time has some of them only, and says
 * so in `timed_out`; one that lost a part of its index says so in `_shards` (*unverified* at Moesif). Pure. Throws
 * MalformedAnswer. https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search
 */
export function found(answer: unknown): Found {
  const { timed_out: isLate, _shards: shards, hits: list } = isObject(answer) ? answer : {};
  if (isLate === true) throw new MalformedAnswer(`${CUT_SHORT} (timed_out)`);
  if (isObject(shards) && typeof shards['failed'] === 'number' && shards['failed'] > 0)
    throw new MalformedAnswer(`${CUT_SHORT} (${shards['failed']} shards failed)`);
  const { hits, total } = isObject(list) ? list : {};
  if (!Array.isArray(hits)) throw new MalformedAnswer('a search without its list "hits"');
  return { hits: hits.map(hitOf), total: totalOf(total) };
}

function hitOf(hit: unknown): Hit {
  const { _id: id, _source: fields, sort } = isObject(hit) ? hit : {};
  if (typeof id !== 'string' || id === '') throw new MalformedAnswer('a hit without its "_id"');
  if (!isObject(fields)) throw new MalformedAnswer('a hit without its "_source"');
  if (!Array.isArray(sort) || sort.length === 0) throw new MalformedAnswer('a hit without its "sort"');
  return { id, fields, sort };
}

/** A number, or since Elasticsearch 7 an object that may say of it that there are more. */
function totalOf(total: unknown): number | undefined {
  if (typeof total === 'number') return total;
  const { value, relation } = isObject(total) ? total : {};
  return typeof value === 'number' && relation === 'eq' ? value : undefined;
}

export const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
