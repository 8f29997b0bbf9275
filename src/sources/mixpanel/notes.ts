import type { Row } from '../../engine/stream.ts';
import { HttpError } from '../../http/errors.ts';
import { isObject, rowsIn, type MixpanelApi } from './api.ts';

/** Both included, YYYY-MM-DD. */
interface Days {
  readonly from: string;
  readonly to: string;
}

/** All days that the older API is asked for: a note can be of one that is still to come. */
export const FIRST_DAY = '2009-01-01';
const LAST_DAY = '2100-12-31';
const LONG_AGO: Days = { from: FIRST_DAY, to: FIRST_DAY };

/**
 * The notes of these days, or all of them, by the API that the credentials are let into: a project secret is not let into the
 * App API, and the older one that it knows wants days, and has neither authors nor tags (*unverified*, seen by others).
 */
export function notes(api: MixpanelApi, days?: Days): Promise<readonly Row[]> {
  const { credentials } = api.config;
  if (credentials.auth_type === 'project_secret') {
    const { from, to } = days ?? { from: FIRST_DAY, to: LAST_DAY };
    return list(api, '/api/2.0/annotations', 'annotations', { from_date: from, to_date: to });
  }
  const project = encodeURIComponent(credentials.project_id);
  return list(api, `/api/app/projects/${project}/annotations`, 'results', {
    ...(days && { fromDate: days.from, toDate: days.to }),
  });
}

const list = (
  api: MixpanelApi,
  path: string,
  key: string,
  query: Record<string, string>,
): Promise<readonly Row[]> =>
  api.app(path, query, (body) => rowsIn(isObject(body) ? body[key] : undefined, `the list "${key}"`));

/**
 * Lets the API know Mixpanel's time before anything is read up to it: by a clock that is ahead of it, a day would be asked for
 * that has not begun, and a state would pass over what is still to happen. Notes count in no quota.
 */
export async function learnTime(api: MixpanelApi): Promise<void> {
  try {
    await notes(api, LONG_AGO);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    api.log('DEBUG', `The App API does not tell Mixpanel's time (${error.message}).`);
  }
}

/** The same for events where the notes are closed: a request of the quota that they are read by. */
export async function learnTimeByEvents(api: MixpanelApi): Promise<void> {
  if (api.ahead !== undefined) return;
  try {
    for await (const lines of api.exported(LONG_AGO, { limit: 1 })) void lines;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    api.log('WARN', `Mixpanel's time is not known (${error.message}); this machine's clock is trusted.`);
  }
}
