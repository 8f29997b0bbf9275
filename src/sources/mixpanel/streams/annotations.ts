import type { Row, Stream } from '../../../engine/stream.ts';
import { HttpError } from '../../../http/errors.ts';
import { dayOf, isObject, rowsIn, type MixpanelApi } from '../api.ts';
import { isOfToday } from '../explain.ts';
import { annotation } from '../schemas.ts';

/** Days that the older API is asked for, as it wants some: a note can be of a day that is still to come. */
const [FIRST_DAY, LAST_DAY] = ['2009-01-01', '2100-12-31'];

export const annotations: Stream<MixpanelApi> = {
  name: 'annotations',
  description: 'Every note on a day; one request. A date can have several, so the key is the id',
  endpoint: 'GET /api/app/projects/{project_id}/annotations',
  docs: 'https://developer.mixpanel.com/reference/list-all-annotations-for-project',
  primaryKey: ['id'],
  schema: annotation,
  async *read({ api }) {
    const { credentials } = api.config;
    if (credentials.auth_type === 'project_secret') {
      yield await ofSecret(api);
      return;
    }
    const project = encodeURIComponent(credentials.project_id);
    yield await list(api, `/api/app/projects/${project}/annotations`, 'results', {});
  },
};

/**
 * A project secret is not let into the App API; the older one that it knows has neither authors nor tags (*unverified*, seen by
 * others). Whether it takes days that are still to come is not known either.
 */
async function ofSecret(api: MixpanelApi): Promise<readonly Row[]> {
  const until = (to_date: string) =>
    list(api, '/api/2.0/annotations', 'annotations', { from_date: FIRST_DAY, to_date });
  try {
    return await until(LAST_DAY);
  } catch (error) {
    if (!(error instanceof HttpError) || !isOfToday(error)) throw error;
    api.log('WARN', 'annotations: Mixpanel gives a project secret none of days that are still to come.');
    return until(dayOf(api.projectNow()));
  }
}

async function list(
  api: MixpanelApi,
  path: string,
  key: string,
  query: Record<string, string>,
): Promise<readonly Row[]> {
  const rowsOf = (body: unknown) => rowsIn(isObject(body) ? body[key] : undefined, `the list "${key}"`);
  return rowsOf(await api.app(path, query, (body) => void rowsOf(body)));
}
