import type { MayLack, Row } from '../../engine/stream.ts';
import type { HttpClient } from '../../http/client.ts';
import { HttpError, MalformedAnswer } from '../../http/errors.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { AccessReview, Bucket, Granularity } from './config.ts';

/**
 * The media type of the version that each operation is read in. Pinned, because without it Segment serves whatever is
 * newest, and warehouses v2 already drops fields of v1. https://docs.segmentapis.com/tag/Versioning
 */
const V1 = 'application/vnd.segment.v1+json';
export const V1_BETA = 'application/vnd.segment.v1beta+json';
export const V1_ALPHA = 'application/vnd.segment.v1alpha+json';
/** The most stable version that an operation has: where only its status counts. */
export const ANY_VERSION = 'application/json';

/** The page size that every operation takes; larger ones may be refused. https://docs.segmentapis.com/tag/Pagination */
const SAFE_PAGE_SIZE = 200;

/** Rows of a page where nobody asks for a number: an answer with just as many may have passed over ours. */
const USUAL_COUNTS = [10, 200];
/** Rows that are asked for instead of one where a full page could not be told from a list of one row. */
const MORE_THAN_ONE = 20;

/** How long (ms) an answer about the token holds: many tables can be refused at once. */
const STANDING = 5_000;

interface Options {
  readonly query?: Readonly<Record<string, string>>;
  readonly accept?: string;
}

interface ListOptions extends Options {
  /** The beginning of the two parameters of paging: `pagination.` where left out. It names the answer's object too. */
  readonly paging?: string;
  /** Rows that a page may have at most, where the API says less than elsewhere. */
  readonly mostRows?: number;
  /** False where `totalEntries` is an estimate, which shows no change and promises no number. */
  readonly isCounted?: boolean;
  /** True where rows are only ever added: what comes meanwhile pushes others back, and none slips through. */
  readonly grows?: boolean;
  /** Whether an answer may come without its pagination, as one that is whole: `short` where it must not be a full page. */
  readonly mayBeWhole?: boolean | 'short';
  /**
   * Cursors are offsets, as numbers, of which one behind the end may be told; the rows may be left out where the list says
   * that there are none (*unverified*, both). https://docs.segmentapis.com/tag/Space-Filters
   */
  readonly areOffsets?: boolean;
  /** The field that each row becomes where the list is one of bare values. */
  readonly field?: string;
}

/**
 * Of a list whose answer need not have its pagination by the documents. No more rows are asked for than every list gives,
 * so that one that is cut at that cannot pass for whole.
 */
export const MAY_LACK_PAGINATION = { mayBeWhole: 'short', mostRows: SAFE_PAGE_SIZE } as const;

export interface Page {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
  /** Rows of the whole list, where the API counts them. */
  readonly total: unknown;
  /** Rows that were asked for, where the answer does not say whether it went by that. */
  readonly unpaged?: number;
  /** Whether it may be one that is cut at a usual count instead of ours. */
  readonly isDoubtful?: boolean;
}

/** Where in a list a page is asked for. */
interface Asked {
  readonly cursor: string | undefined;
  readonly count: number;
  /** Cursors that were used already. */
  readonly seen: ReadonlySet<string>;
}

/** Segment's Public API as its tables need it: lists by cursor, and single objects. */
export class SegmentApi {
  readonly #client: HttpClient;
  readonly #onFallback: (path: string) => void;
  #pageSize: number;
  #standing: { readonly asked: number; readonly refusal: Promise<number | undefined> } | undefined;
  /** The unit that delivery metrics are asked for in. */
  readonly granularity: Granularity;
  /** The unit that events are counted by. */
  readonly bucket: Bucket;
  /** What access_records holds. */
  readonly review: AccessReview;
  /** What audit_events holds, and what it tells of it. */
  readonly audit: AuditTrail;
  readonly #now: () => number;
  #workspace: Promise<Row> | undefined;
  /** The one request that was made for the sake of the time. */
  #first: Promise<unknown> | undefined;

  constructor(options: {
    client: HttpClient;
    pageSize: number;
    granularity: Granularity;
    bucket: Bucket;
    review: AccessReview;
    audit: AuditTrail;
    now: () => number;
    onFallback?: (path: string) => void;
  }) {
    this.#client = options.client;
    this.#pageSize = options.pageSize;
    this.#onFallback = options.onFallback ?? (() => undefined);
    this.granularity = options.granularity;
    this.bucket = options.bucket;
    this.review = options.review;
    this.audit = options.audit;
    this.#now = options.now;
  }

  /** The time at Segment (ms since the epoch); by our clock until an answer has told it. */
  now(): number {
    return this.#now() + (this.#client.ahead ?? 0);
  }

  /** The time at Segment, asked for where no answer has told it yet. */
  async time(): Promise<number> {
    // What is wrong with an answer that tells no time, the tables will say.
    if (this.#client.ahead === undefined) await (this.#first ??= this.workspace().catch(() => undefined));
    return this.now();
  }

  /**
   * The workspace that the token belongs to, with its `id`: asked for once in a run, and again only where that failed.
   * Throws HttpError. https://docs.segmentapis.com/tag/Workspaces
   */
  workspace(): Promise<Row> {
    this.#workspace ??= this.#askForWorkspace().catch((error: unknown) => {
      this.#workspace = undefined;
      throw error;
    });
    return this.#workspace;
  }

  async #askForWorkspace(): Promise<Row> {
    return workspaceIn(await this.data('/', {}, (data) => void workspaceIn(data)));
  }

  /**
   * All rows of a list, page by page. `key` is where the rows are in `data`. Cursors seem to be offsets (*unverified*):
   * what is deleted meanwhile lets the rows behind it slip onto a page that was read already. `totalEntries` tells it,
   * but not every list has it.
   */
  async *list(path: string, key: string, options: ListOptions = {}): AsyncGenerator<readonly Row[], MayLack> {
    const { grows = false } = options;
    let [first, before]: (Page | undefined)[] = [];
    let mayLack: MayLack = undefined;
    let came = 0;
    for await (const page of this.pages(path, key, options)) {
      if (first && (grows ? isLess(page.total, before?.total) : page.total !== first.total))
        mayLack = 'changed';
      else if (first && first.total === undefined && !grows) mayLack ??= 'uncounted';
      first ??= page;
      before = page;
      yield page.rows;
      came += page.rows.length;
    }
    const total = first?.total;
    if (mayLack !== 'changed' && typeof total === 'number' && came < total)
      throw new HttpError('malformed', path, `a list that ends after ${came} of its ${total} rows`);
    return mayLack;
  }

  /** The same as pages, with what each says of the whole list. */
  async *pages(path: string, key: string, options: ListOptions = {}): AsyncGenerator<Page, void> {
    const seen = new Set<string>();
    const ask = (cursor?: string) => this.#page(path, key, { cursor, count, seen }, options);
    // A cursor belongs to its page size: another list's fallback must not change it half-way.
    const wanted = this.#pageSize === 1 && options.mayBeWhole ? MORE_THAN_ONE : this.#pageSize;
    let count = Math.min(wanted, options.mostRows ?? Infinity);
    let page = await ask().catch((error: unknown) => {
      if (!isAboutCount(error, count)) throw error;
      count = this.#fallBack(path);
      return ask();
    });
    if (page.isDoubtful) await this.#expectOurCount(path, key, page.rows.length, options);
    for (;;) {
      yield page;
      if (page.next === undefined) return;
      seen.add(page.next);
      page = await ask(page.next);
    }
  }

  /** All rows of a list that comes in one piece. */
  async *whole(
    path: string,
    key: string,
    options: ListOptions = {},
  ): AsyncGenerator<readonly Row[], MayLack> {
    const read = (data: Row) => rowsOf(data, key, options.field);
    yield read(await this.data(path, options, (data) => void read(data)));
  }

  /**
   * The HTTP status that Segment refuses the token with for the workspace itself, if it does; asked anew where the last
   * answer is older than some seconds.
   */
  async refusal(): Promise<number | undefined> {
    if (!this.#standing || this.#now() - this.#standing.asked > STANDING) {
      const refusal = this.object('/').then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof HttpError && error.kind === 'status') return error.status;
          this.#standing = undefined;
          throw error;
        },
      );
      this.#standing = { asked: this.#now(), refusal };
    }
    return this.#standing.refusal;
  }

  /** A single object: what stands in `data` below its own name (`source`, `deliveryMetricsSummary`, …). */
  async object(path: string, options: Options = {}): Promise<Row> {
    return onlyObjectOf(await this.data(path, options, (body) => void onlyObjectOf(body)));
  }

  /** All that stands in `data`, which `check` finds whole or throws MalformedAnswer. */
  async data(
    path: string,
    options: Options = {},
    check: (data: Row) => void = () => undefined,
  ): Promise<Row> {
    const request = { path, query: options.query ?? {}, accept: options.accept ?? V1 };
    return dataOf(await this.#client.get({ ...request, check: (body) => check(dataOf(body)) }));
  }

  /** A single object that its owner may not have: undefined where Segment answers null in its place. */
  async possible(path: string, key: string, options: Options = {}): Promise<Row | undefined> {
    const read = (data: Row) => (data[key] === null ? undefined : objectIn(data, key));
    return read(await this.data(path, options, (data) => void read(data)));
  }

  async #page(path: string, key: string, at: Asked, options: ListOptions): Promise<Page> {
    const { query: own, accept = V1, paging = 'pagination.', isCounted = true } = options;
    const query = { ...own, [`${paging}count`]: at.count, [`${paging}cursor`]: at.cursor };
    const read = (body: unknown) => pageOf(dataOf(body), key, at, options);
    const page = read(await this.#client.get({ path, query, accept, check: (body) => void read(body) }));
    return isCounted ? page : { ...page, total: undefined };
  }

  /**
   * After a page without pagination that has a usual number of rows: of an API that goes by what is asked for it was
   * short, and so whole; of one that does not it may be cut. Asked for one row less it shows which it is.
   */
  async #expectOurCount(path: string, key: string, usual: number, options: ListOptions): Promise<void> {
    const count = usual - 1;
    const { rows } = await this.#page(path, key, { cursor: undefined, count, seen: new Set() }, options);
    if (rows.length !== count)
      throw new HttpError(
        'malformed',
        path,
        `a 200 with ${usual} rows that may be cut, without its pagination`,
      );
  }

  /** From now on every list asks for pages that all take. */
  #fallBack(path: string): number {
    if (this.#pageSize > SAFE_PAGE_SIZE) this.#onFallback(path);
    this.#pageSize = SAFE_PAGE_SIZE;
    return SAFE_PAGE_SIZE;
  }
}

/** Whether a refusal is about the size of the page. */
const isAboutCount = (error: unknown, count: number): boolean =>
  count > SAFE_PAGE_SIZE &&
  error instanceof HttpError &&
  (error.status === 422 || error.status === 400) &&
  /\bpagination\b|\bcount\b/i.test(error.message);

const isLess = (total: unknown, before: unknown): boolean =>
  typeof total === 'number' && typeof before === 'number' && total < before;

/** Finds `data` whole where it has this field: for answers that are a row themselves. */
export const has =
  (field: string) =>
  (data: Row): void => {
    if (data[field] === undefined || data[field] === null)
      throw new MalformedAnswer(`a 200 without "data.${field}"`);
  };

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function dataOf(body: unknown): Row {
  if (isObject(body) && isObject(body['data'])) return body['data'];
  throw new MalformedAnswer('a 200 without "data"');
}

function onlyObjectOf(data: Row): Row {
  const object = Object.values(data).find(isObject);
  if (object) return object;
  throw new MalformedAnswer('a 200 without its object in "data"');
}

/** The workspace in an answer's data, which is none without its id. */
function workspaceIn(data: Row): Row {
  const workspace = onlyObjectOf(data);
  if (typeof workspace['id'] === 'string') return workspace;
  throw new MalformedAnswer('a 200 without "data.workspace.id"');
}

/** The object of this name in an answer's data. */
export function objectIn(data: Row, key: string): Row {
  const object = data[key];
  if (isObject(object)) return object;
  throw new MalformedAnswer(`a 200 without "data.${key}"`);
}

/** The rows of a list; those of bare values as objects of the one field. */
function rowsOf(data: Row, key: string, field?: string): readonly Row[] {
  const rows = data[key];
  if (Array.isArray(rows)) {
    if (field === undefined && rows.every(isObject)) return rows;
    if (field !== undefined && rows.every((value) => typeof value === 'string'))
      return rows.map((value) => ({ [field]: value }));
  }
  throw new MalformedAnswer(`a 200 without the list "data.${key}"`);
}

/**
 * The page in a list's answer. A list without its rows or its pagination is malformed, not empty: the documents promise
 * both, but for the lists that may be whole, and one of those with just as many rows as were asked for may be cut.
 * https://docs.segmentapis.com/tag/Pagination
 */
function pageOf(
  data: Row,
  key: string,
  { cursor, count, seen }: Asked,
  { field, paging, mayBeWhole = false, areOffsets = false }: ListOptions,
): Page {
  // It is named as its parameters begin.
  const name = paging?.replace(/\.$/, '') || 'pagination';
  const pagination = data[name];
  const hasNone = areOffsets && isObject(pagination) && pagination['totalEntries'] === 0;
  const rows = hasNone && !data[key] ? [] : rowsOf(data, key, field);
  if (!isObject(pagination)) {
    // Where the first page has a next one, the others belong to it.
    const isWhole = mayBeWhole === 'short' ? rows.length !== count : mayBeWhole;
    const isDoubtful = mayBeWhole === 'short' && USUAL_COUNTS.includes(rows.length);
    if (isWhole && cursor === undefined)
      return { rows, next: undefined, total: undefined, unpaged: count, isDoubtful };
    throw new MalformedAnswer(`a 200 without "data.${name}"`);
  }
  const { current, totalEntries: total } = pagination;
  const next = areOffsets ? offsetOf(pagination['next'], rows) : pagination['next'];
  if (next === undefined || next === null || next === '') return { rows, next: undefined, total };
  if (typeof next !== 'string') throw new MalformedAnswer('a cursor that is no text');
  if (next === String(current) || seen.has(next)) throw new MalformedAnswer('a cursor that was used before');
  return { rows, next, total };
}

/** An offset as the text that it is asked for by; the one of an empty page lies behind the end. */
function offsetOf(next: unknown, rows: readonly Row[]): unknown {
  if (rows.length === 0) return undefined;
  return typeof next === 'number' ? String(next) : next;
}
