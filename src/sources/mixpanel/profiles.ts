import type { Resume, Row } from '../../engine/stream.ts';
import { HttpError, MalformedAnswer } from '../../http/errors.ts';
import { backoff, MAX_RETRIES } from '../../http/retry.ts';
import { wordsOf } from '../../http/words.ts';
import { isObject, refuseError, rowsIn, type MixpanelApi } from './api.ts';
import { isBroken } from './broken.ts';
import { isForgotten, isUnauthenticated } from './refusals.ts';

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

/** What an answer says besides its profiles. */
interface Page {
  readonly next: Position | undefined;
  readonly total: number;
}

interface Asked {
  readonly filter: Readonly<Record<string, string>>;
  readonly size: number;
  readonly resume: Resume | undefined;
}

/**
 * The profiles that match, page by page and each page as it comes, so that one of any size needs no more memory than a
 * small one. The pages are of one answer that Mixpanel keeps for a while; when it no longer does, the list begins anew.
 * `page_size` is in no document, only seen at others (*unverified*). https://developer.mixpanel.com/reference/engage-query
 */
export async function* profiles(
  api: MixpanelApi,
  table: string,
  filter: Readonly<Record<string, string>>,
  options: { readonly resume?: Resume | undefined; readonly onTotal?: (pages: number) => void } = {},
): AsyncGenerator<readonly Row[], void> {
  const { resume, onTotal } = options;
  const asked = { filter, size: api.config.page_size ?? 50_000, resume };
  const began = positionIn(resume?.from, asked);
  let at = began;
  for (let [failed, restarts] = [0, 0]; ;) {
    try {
      const { next, total } = yield* onePage(api, asked, at);
      if (!at) onTotal?.(Math.max(1, Math.ceil(total / asked.size)));
      if (!next) return;
      [at, failed] = [next, 0];
    } catch (error) {
      const isLost = error instanceof HttpError && isForgotten(error) && restarts < MOST_RESTARTS;
      if (!isLost && isBroken(error) && failed < MAX_RETRIES) {
        await api.clock.sleep(backoff(failed++, api.clock.random()), api.signal);
      } else if (at && (isLost || (at === began && mayBeForgotten(error)))) {
        api.log('INFO', `${table}: Mixpanel no longer keeps the answer that was being read; it begins anew.`);
        [at, failed] = [undefined, 0];
        restarts += 1;
      } else throw error;
    }
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

/** What an earlier read told, where it asked for the same, in pages that are no larger. */
function positionIn(from: Row | undefined, { filter, size }: Asked): Position | undefined {
  if (!from) return undefined;
  const { session_id, page, page_size, total } = from;
  const isWhole = typeof session_id === 'string' && [page, page_size, total].every(Number.isInteger);
  const isSame = from['filter'] === JSON.stringify(filter) && Number(page_size) <= size;
  // Of a page beyond the last one nothing would come, as if all had been read.
  const begin = Number(page) * Number(page_size);
  const isDue = Number(page_size) > 0 && begin > 0 && begin < Number(total);
  return isWhole && isSame && isDue ? (from as unknown as Position) : undefined;
}

/** The profiles of one answer. The last of them are held back until it is known where the next page is. */
async function* onePage(
  api: MixpanelApi,
  { filter, size, resume }: Asked,
  at: Position | undefined,
): AsyncGenerator<readonly Row[], Page> {
  const where = at && { session_id: at.session_id, page: at.page };
  const parts = api.queryList(PATH, { ...filter, page_size: at?.page_size ?? size, ...where }, 'results');
  let [held, count]: [readonly Row[], number] = [[], 0];
  try {
    for (;;) {
      const part = await parts.next();
      if (part.done) {
        const page = judged(part.value, count, size, at);
        if (page.next) resume?.reached({ ...page.next, filter: JSON.stringify(filter) });
        if (held.length > 0) yield held;
        return page;
      }
      if (held.length > 0) yield held;
      held = rowsIn(part.value, 'objects in the list "results"');
      count += held.length;
    }
  } catch (error) {
    throw error instanceof MalformedAnswer ? malformed(error.message) : error;
  } finally {
    await parts.return(undefined);
  }
}

/**
 * Where the next page is, after so many profiles of this one. It is the last one where it is not full; and then all must have
 * come, or the rest of them would be missing without a sign. Throws MalformedAnswer.
 */
function judged(answer: unknown, count: number, size: number, at: Position | undefined): Page {
  try {
    return pageOf(answer, count, size, at);
  } catch (error) {
    const words = wordsOf(answer);
    if (!(error instanceof MalformedAnswer) || words === '') throw error;
    throw new MalformedAnswer(`${error.message}, with the words "${words}"`);
  }
}

function pageOf(answer: unknown, count: number, size: number, at: Position | undefined): Page {
  refuseError(answer);
  if (!isObject(answer) || !Array.isArray(answer['results']))
    throw new MalformedAnswer('a 200 without the list "results"');
  const {
    total: told = at?.total,
    page_size: given = at?.page_size ?? size,
    session_id: id = at?.session_id,
  } = answer;
  if (typeof told !== 'number' || typeof given !== 'number' || given < 1)
    throw new MalformedAnswer('a 200 without "total" or "page_size"');
  const [total, page] = [Math.max(at?.total ?? 0, told), at?.page ?? 0];
  const come = page * given + count;
  if (count < given || come >= total) {
    if (come < total)
      throw new MalformedAnswer(
        `a page that ends at ${come} of ${total}: lower "page_size", if it is too large`,
      );
    return { next: undefined, total };
  }
  if (typeof id !== 'string' || id === '')
    throw new MalformedAnswer('more than one page without "session_id"');
  return { next: { session_id: id, page: page + 1, page_size: given, total }, total };
}

/** Of a place that an earlier read told: whatever speaks against it will speak against it each time. */
const mayBeForgotten = (error: unknown) =>
  error instanceof HttpError &&
  (error.kind === 'malformed' ||
    (error.kind === 'status' && [400, 404].includes(error.status ?? 0) && !isUnauthenticated(error)));
