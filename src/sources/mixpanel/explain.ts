import {
  asConnectorError,
  configError,
  systemError,
  transientError,
  type ConnectorError,
} from '../../engine/errors.ts';
import type { Verdict } from '../../engine/source.ts';
import type { Parent, Row, Stream } from '../../engine/stream.ts';
import { detailOf, isOfTheWay, troubleOnTheWay } from '../../engine/trouble.ts';
import { HttpError } from '../../http/errors.ts';
import type { MixpanelApi } from './api.ts';
import { isForgotten, isOfPageSize, isOfToday, isTimeout, isUnauthenticated } from './refusals.ts';
import { cohortMembers } from './streams/cohorts.ts';

/** What an error of a table means. */
export async function explain(
  error: unknown,
  stream: Stream<MixpanelApi>,
  parent: Row,
  api: MixpanelApi,
): Promise<Verdict> {
  if (!(error instanceof HttpError)) return { failure: asConnectorError(error) };
  const { name } = stream;
  if (name === cohortMembers.name && isGroupGone(error))
    return {
      empty: `${name}: the group that cohort ${String(parent['id'])} is made of was deleted, so it has no members.`,
    };
  if (stream.parent && isAboutParent(error) && !(await isListed(stream.parent, parent, api)))
    return { vanished: `${name}: ${stream.parent.path(parent)} was deleted after it was listed.` };
  const [method] = stream.endpoint.split(' ');
  return {
    failure: failureOf(error, name, method),
    ofParent: stream.parent !== undefined && isAboutParent(error),
  };
}

/** The sentence for a person. */
export function failureOf(error: HttpError, subject: string, method = 'GET'): ConnectorError {
  const { status, message } = error;
  const detail = detailOf(error, method);
  if (isTimeout(error))
    return transientError(
      `${subject}: Mixpanel did not come to an end in its own time, also when asked again; run it again later.`,
      detail,
    );
  if (isOfTheWay(error)) return troubleOnTheWay(error, { subject, vendor: 'Mixpanel', method });
  if (isUnauthenticated(error))
    return configError(
      `${subject}: Mixpanel does not accept these credentials for this project and region (HTTP ${status ?? '-'}); ` +
        'check "credentials" and "region".',
      detail,
    );
  if (status === 402)
    return configError(
      `${subject}: the plan of this Mixpanel project does not have this table (HTTP 402, "${message}"); ` +
        'get a plan that has it, or deselect the table.',
      detail,
    );
  if (status === 403)
    return configError(
      `${subject}: these credentials may not read the table (HTTP 403); use a service account whose role may, or ` +
        'deselect the table.',
      detail,
    );
  if (isOfToday(error))
    return configError(
      `${subject}: Mixpanel says that a day is still to come; set "project_timezone" to the zone of the project, and ` +
        '"event_time_semantics" to project_timezone if it was made before 2023, and to utc if it was made since.',
      detail,
    );
  if (isForgotten(error))
    return transientError(
      `${subject}: Mixpanel forgot the answer between its pages (HTTP 400, "${message}"), also when it was begun anew; raise ` +
        '"page_size", so that it has fewer of them, or run it again later.',
      detail,
    );
  if (isOfPageSize(error))
    return configError(
      `${subject}: Mixpanel refused the size of the page (HTTP 400, "${message}"); set a lower "page_size".`,
      detail,
    );
  return systemError(
    `${subject}: Mixpanel refused the request (HTTP ${status ?? '-'}); please report it, the API may have changed.`,
    detail,
  );
}

const isGroupGone = ({ status, message }: HttpError) => status === 404 && /missing datagroup/i.test(message);

/** What one funnel or cohort that is no more could be answered by. */
const isAboutParent = (error: HttpError) =>
  error.status === 404 || (error.status === 400 && !OF_ALL.some((isOne) => isOne(error)));
const OF_ALL = [isUnauthenticated, isOfToday, isTimeout, isForgotten, isOfPageSize];

/** Whether the list still has it; a list that cannot be read proves nothing. */
async function isListed({ stream }: Parent<MixpanelApi>, parent: Row, api: MixpanelApi): Promise<boolean> {
  const [key = ''] = stream.primaryKey;
  const context = { api, parent: {}, window: { start: '', end: '' }, rowsOf: () => [] };
  try {
    for await (const rows of stream.read(context))
      if (rows.some((row) => row[key] === parent[key])) return true;
    return false;
  } catch {
    return true;
  }
}
