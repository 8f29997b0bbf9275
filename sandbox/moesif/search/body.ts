/** The body of a search, read strictly: what no document and no client in use knows is refused. */
import { illegal, unparsable } from '../api/reply.ts';
import type { Row } from '../contract.ts';
import { readFields } from './fields.ts';
import type { Kind } from './mapping.ts';
import { readQuery, type Query } from './query.ts';
import { readAfter, readSort, type Place, type SortField } from './sort.ts';

const KNOWN = ['size', 'sort', 'search_after', '_source', 'query'];
/** `index.max_result_window`, as it is where nobody sets it. */
const LARGEST_PAGE = 10_000;

export interface Request {
  readonly size: number;
  readonly sort: readonly SortField[];
  readonly after: Place | undefined;
  readonly show: (source: Row) => Row;
  readonly query: Query;
  /** The query as it was asked. */
  readonly asked: unknown;
}

export function readSearch(body: Row, kind: Kind): Request {
  const unknown = Object.keys(body).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw unparsable(`Unknown key for a value in [${unknown}].`);
  const { size = 10, query: asked = { match_all: {} } } = body;
  if (!Number.isInteger(size) || Number(size) < 0)
    throw illegal(`[size] parameter cannot be negative, found [${String(size)}]`);
  if (Number(size) > LARGEST_PAGE)
    throw illegal(`Result window is too large, size must be less than or equal to: [${LARGEST_PAGE}]`);
  const sort = readSort(body['sort'], kind);
  return {
    size: Number(size),
    sort,
    after: readAfter(body['search_after'], sort),
    show: readFields(body['_source']),
    query: readQuery(asked, kind),
    asked,
  };
}
