import { asConnectorError, configError, systemError, transientError } from '../../engine/errors.ts';
import { detailOf, isOfTheWay, troubleOnTheWay } from '../../engine/trouble.ts';
import { ListRepeats, MOST_PASSES } from '../../engine/repeats.ts';
import { keyOf } from '../../engine/shape.ts';
import type { Verdict } from '../../engine/source.ts';
import type { Parent, Row, Stream } from '../../engine/stream.ts';
import { HttpError } from '../../http/errors.ts';
import { ANY_VERSION, type SegmentApi } from './api.ts';
import { listing } from './listing.ts';
import { Unnameable } from './paths.ts';

/** Segment answers a table outside the plan with 403, 401, 404, or 400 and words like these (*unverified*, seen by peers). */
const PLAN_WORDS = /\b(plan|tier|upgrade|feature|contact sales|not enabled|not available)\b/i;

/** The path of what every valid token may read. */
const WORKSPACE = '/';

/** Whether a refusal is one of the plan or of the role. */
export const isDenied = ({ status, message }: HttpError) =>
  status === 401 || status === 403 || status === 404 || (status === 400 && PLAN_WORDS.test(message));

/** What something on the way to Segment means for `subject`. */
export const vendorTrouble = (error: HttpError, subject: string) =>
  troubleOnTheWay(error, { subject, vendor: 'Segment' });

/**
 * What an error of a table means. A table that the plan or the role keeps closed is never an empty one: whether it is
 * the table or the token is told apart by `GET /`, which every valid token may read.
 */
export async function explain(
  error: unknown,
  stream: Stream<SegmentApi>,
  parent: Row,
  api: SegmentApi,
): Promise<Verdict> {
  if (error instanceof Unnameable) return { failure: unnameable(error, stream.name), ofParent: true };
  if (!(error instanceof HttpError)) return { failure: asConnectorError(error) };
  if (isOfTheWay(error)) return { failure: vendorTrouble(error, stream.name) };
  const ofParent = stream.parent !== undefined;
  if (!isDenied(error)) return { failure: refused(error, stream.name), ofParent };
  try {
    if (error.status === 404 && stream.parent && (await isGone(stream.parent, parent, api))) {
      return {
        vanished: `${stream.name}: ${stream.parent.path(parent)} was deleted after it was listed; what it still had is not read.`,
      };
    }
    const refusal = await api.refusal();
    if (refusal === undefined && error.path === WORKSPACE) return { failure: undecided(error, stream.name) };
    const why = refusal === undefined ? closed(stream, error) : tokenRefused(error, refusal);
    const failure = configError(`${stream.name}: ${why}`, detailOf(error));
    return refusal === undefined ? { failure, ofParent } : { failure };
  } catch (followUp) {
    return {
      failure:
        followUp instanceof HttpError ? vendorTrouble(followUp, stream.name) : asConnectorError(followUp),
    };
  }
}

/**
 * Whether a parent was deleted: it answers 404 itself, and its list no longer has it. The 404s alone could also mean
 * that it is hidden, which must not pass for a table without rows.
 */
export async function isGone(parent: Parent<SegmentApi>, row: Row, api: SegmentApi): Promise<boolean> {
  try {
    await api.data(parent.path(row), { accept: ANY_VERSION });
    return false;
  } catch (error) {
    if (!(error instanceof HttpError) || error.kind !== 'status') throw error;
    if (error.status !== 404) return false;
  }
  return isUnlisted(parent, row, api).catch((error: unknown) => {
    // A list that is closed itself proves nothing.
    if (error instanceof HttpError && isDenied(error)) return false;
    throw error;
  });
}

/** Whether a parent's list no longer has it. One that goes on changing proves nothing. */
async function isUnlisted(parent: Parent<SegmentApi>, row: Row, api: SegmentApi): Promise<boolean> {
  const isIt = (listed: Row) => parent.keep.every((field) => listed[field] === row[field]);
  const repeats = new ListRepeats(keyOf(parent.stream));
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const rows = listing(parent.stream, api, row);
    let listed = await rows.next();
    for (; !listed.done; listed = await rows.next()) {
      if (isIt(listed.value)) return false;
      repeats.fresh([listed.value]);
    }
    if (!listed.value || repeats.endPass()) return true;
  }
  return false;
}

/** Why a table is closed to this token, and what to do. */
function closed(stream: Stream<SegmentApi>, { status, message }: HttpError): string {
  if (status === 400)
    return `the workspace's plan does not have this table (HTTP 400, "${message}"); get a plan that has it, or deselect the table.`;
  const needs = stream.gate ?? 'a role that may read it';
  return `this token cannot read the table (HTTP ${status ?? '-'}), which needs ${needs}; get that, or deselect the table.`;
}

/** Why the token itself is the matter. Other answers than 401 do not tell one that was revoked from one of a small role. */
function tokenRefused({ status, path }: HttpError, refusal: number): string {
  if (refusal === 401)
    return 'Segment no longer accepts the API token; create a new one and put it into "api_token".';
  if (path === WORKSPACE)
    return (
      `this token cannot read the workspace itself (HTTP ${refusal}), which the table needs; ` +
      'give it a role that may, or put a new one into "api_token".'
    );
  return (
    `this token can read neither the table (HTTP ${status ?? '-'}) nor the workspace itself (HTTP ${refusal}); ` +
    'give it a role that may read both, or put a new one into "api_token".'
  );
}

/** The workspace was refused, and a moment later it was not: neither says what the token may. */
const undecided = (error: HttpError, subject: string) =>
  transientError(
    `${subject}: Segment refused the workspace (HTTP ${error.status ?? '-'}) and gave it when asked again; run it again.`,
    detailOf(error),
  );

const unnameable = ({ message }: Unnameable, subject: string) =>
  configError(
    `${subject}: ${message}, so what is below it cannot be read; deselect the table if you can do without.`,
  );

const refused = (error: HttpError, subject: string) =>
  systemError(
    `${subject}: Segment refused the request (HTTP ${error.status ?? '-'}); please report it, the API may have changed.`,
    detailOf(error),
  );
