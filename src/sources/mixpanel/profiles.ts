import type { Resume, Row } from '../../engine/stream.ts';
import { HttpError, MalformedAnswer } from '../../http/errors.ts';
import { isObject, rowsIn, type MixpanelApi } from './api.ts';

const PATH = '/engage';
const [ID, PROPERTIES] = ['$distinct_id', '$properties'] as const;
/** Times that a list is begun anew because Mixpanel no longer knew where it was. */
const MOST_RESTARTS = 3;

/** Where a read of profiles is: the next page of an answer that Mixpanel keeps under an id. */
interface Position {
  readonly session_id: string;
  readonly page: number;
  readonly page_size: number;
  /** Of all pages; told with the first one only. */
  readonly total: number;
}

interface Page {
  readonly rows: readonly Row[];
  readonly next: Position | undefined;
  readonly total: number;
}

/**
 * The profiles that match, page by page, each as Mixpanel has it. The pages are of one answer, and the id of that ends with
 * it: then the list begins anew. https://developer.mixpanel.com/reference/engage-query
 */
export async function* profiles(
  api: MixpanelApi,
  filter: Readonly<Record<string, string>>,
  options: { readonly resume?: Resume | undefined; readonly onTotal?: (pages: number) => void } = {},
): AsyncGenerator<readonly Row[], void> {
  const { resume, onTotal } = options;
  const size = api.config.page_size ?? 50_000;
  let at = positionIn(resume?.from, size);
  for (let restarts = 0; ;) {
    let page: Page;
    try {
      page = await ask(api, filter, size, at);
    } catch (error) {
      if (!at || !isForgotten(error) || restarts >= MOST_RESTARTS) throw error;
      restarts += 1;
      api.log('INFO', `${PATH}: Mixpanel no longer keeps the answer that was being read; it begins anew.`);
      at = undefined;
      continue;
    }
    if (!at) onTotal?.(Math.max(1, Math.ceil(page.total / size)));
    at = page.next;
    if (at) resume?.reached({ ...at });
    if (page.rows.length > 0) yield page.rows;
    if (!at) return;
  }
}

/** An id of a profile as a text: the documents have a number there, and Mixpanel sends texts. */
export const distinctId = (profile: Row): string => {
  const id = profile[ID];
  if (typeof id === 'string' || typeof id === 'number') return String(id);
  throw malformed(`a profile without "${ID}"`);
};

/** The properties of a profile, and what else Mixpanel may put beside them. */
export function propertiesOf(profile: Row): Row {
  const { [PROPERTIES]: properties = {}, ...rest } = profile;
  if (!isObject(properties)) throw malformed(`a profile whose "${PROPERTIES}" are none`);
  const others = Object.entries(rest).filter(([name]) => name !== ID);
  return others.length === 0 ? properties : { ...Object.fromEntries(others), ...properties };
}

const malformed = (what: string) => new HttpError('malformed', `/api/query${PATH}`, what, 200);

/** What an earlier read told, where it asked for pages of the same size. */
function positionIn(from: Row | undefined, size: number): Position | undefined {
  if (!from) return undefined;
  const { session_id, page, page_size, total } = from;
  const isWhole = typeof session_id === 'string' && [page, page_size, total].every(Number.isInteger);
  return isWhole && Number(page_size) <= size ? (from as unknown as Position) : undefined;
}

async function ask(
  api: MixpanelApi,
  filter: Readonly<Record<string, string>>,
  size: number,
  at: Position | undefined,
): Promise<Page> {
  const where = at && { session_id: at.session_id, page: at.page };
  const body = await api.queryByPost(
    PATH,
    { ...filter, page_size: at?.page_size ?? size, ...where },
    (answer) => {
      pageOf(answer, size, at);
    },
  );
  return pageOf(body, size, at);
}

/**
 * The page in an answer, and where the next one is. It is the last one where it is not full; and then all must have come,
 * or the rest of them would be missing without a sign.
 */
function pageOf(body: unknown, size: number, at: Position | undefined): Page {
  const answer = isObject(body) ? body : {};
  const rows = rowsIn(answer['results'], 'the list "results"');
  const {
    total: told = at?.total,
    page_size: given = at?.page_size ?? size,
    session_id: id = at?.session_id,
  } = answer;
  if (typeof told !== 'number' || typeof given !== 'number' || given < 1)
    throw new MalformedAnswer('a 200 without "total" or "page_size"');
  const [total, page] = [Math.max(at?.total ?? 0, told), at?.page ?? 0];
  const come = page * given + rows.length;
  if (rows.length === 0 || rows.length < given || come >= total) {
    if (come < total) throw new MalformedAnswer(`a page that ends at ${come} of ${total}`);
    return { rows, next: undefined, total };
  }
  if (typeof id !== 'string' || id === '')
    throw new MalformedAnswer('more than one page without "session_id"');
  return { rows, next: { session_id: id, page: page + 1, page_size: given, total }, total };
}

const isForgotten = (error: unknown) =>
  error instanceof HttpError && error.status === 400 && /uncached query/i.test(error.message);
