import { configError, transientError, type ConnectorError } from '../../engine/errors.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { DAY } from '../../engine/windows.ts';
import { detailOf, isOfTheWay } from '../../engine/trouble.ts';
import { HttpError } from '../../http/errors.ts';
import { dayOf, type MixpanelApi } from './api.ts';
import { insisting } from './broken.ts';
import { REGIONS, regionOf, type MixpanelConfig, type Region } from './config.ts';
import { connect } from './connect.ts';
import { eventsIn } from './events.ts';
import { failureOf } from './explain.ts';
import { isUnauthenticated } from './refusals.ts';
import { listCohorts } from './streams/cohorts.ts';

/** A check ends by itself after this long (ms); the platform and people wait 30 s. */
const DEADLINE = 25_000;
const HASTE = { retries: 1, timeout: 8_000, longestWait: 3_000 };

/**
 * The credentials reach their project: one request of the quota, and another one where the plan has no Query API, as events
 * are to be had with every plan.
 */
export async function check(config: MixpanelConfig, runtime: Runtime): Promise<void> {
  const deadline = AbortSignal.timeout(DEADLINE);
  const hasty: Runtime = { ...runtime, signal: AbortSignal.any([runtime.signal, deadline]) };
  await reach(config, hasty).catch((error: unknown) => {
    runtime.signal.throwIfAborted();
    throw deadline.aborted ? transientError('Mixpanel did not answer in time; check again later.') : error;
  });
  if (config.credentials.auth_type === 'project_secret')
    runtime.log(
      'WARN',
      'Mixpanel accepts project secrets until 2027-03-03; set up a service account before.',
    );
}

async function reach(config: MixpanelConfig, runtime: Runtime): Promise<void> {
  const api = connect(config, runtime, HASTE);
  const refusal = await refusalOf(() => listCohorts(api));
  if (!refusal) return;
  if (isUnauthenticated(refusal)) throw await whereProjectLives(config, runtime, refusal);
  // Used up is not refused: whoever asked has been let in.
  if (refusal.kind === 'rate-limited') {
    runtime.log('WARN', 'The query quota of this hour is used up, so nothing more was tried.');
    return;
  }
  if (isOfTheWay(refusal)) throw failureOf(refusal, 'check', 'POST');
  if (!isClosed(refusal)) throw refused(config, refusal);
  const other = await refusalOf(() => firstEvents(api));
  if (other) throw isClosed(other) ? closed(config, refusal, other) : failureOf(other, 'check');
  runtime.log(
    'WARN',
    `Mixpanel refused the list of cohorts (HTTP ${refusal.status}), but not the events of export; other tables were not tried.`,
  );
}

const isClosed = ({ status }: HttpError) => status === 402 || status === 403;

/** Neither of the two that were asked for is open, which a project of others is like, too. */
function closed({ credentials }: MixpanelConfig, cohorts: HttpError, exported: HttpError): ConnectorError {
  const what =
    credentials.auth_type === 'service_account'
      ? `that "project_id" is that of the project (it is ${credentials.project_id}), that the service account has a role in it, and its plan`
      : 'the plan of the project';
  return configError(
    `Mixpanel refused the list of cohorts (HTTP ${cohorts.status}) and the events of export (HTTP ${exported.status}); check ${what}.`,
    `${detailOf(cohorts, 'POST')}; ${detailOf(exported)}`,
  );
}

/** One event of a day that is over everywhere. */
async function firstEvents(api: MixpanelApi): Promise<void> {
  const day = dayOf(api.now() - 2 * DAY);
  await insisting(api, HASTE.retries, async () => {
    for await (const events of eventsIn(api.exported({ from: day, to: day }, { limit: 1 }))) void events;
  });
}

async function refusalOf(ask: () => Promise<unknown>): Promise<HttpError | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

/** Mixpanel says with a 400 what is wrong with what names the project; anything else is no answer of its Query API. */
function refused({ api_url: url }: MixpanelConfig, refusal: HttpError): ConnectorError {
  const { status, message } = refusal;
  const [who, what] = url === undefined ? ['Mixpanel', '"region"'] : ['api_url', '"api_url" and "region"'];
  return configError(
    status === 400
      ? `Mixpanel refused the request (HTTP 400, "${message}"); check "credentials".`
      : `${who} did not answer as Mixpanel's Query API does (HTTP ${status ?? '-'}); check ${what}.`,
    detailOf(refusal, 'POST'),
  );
}

/** A project lives in one region, and the others answer as if the credentials were wrong (*unverified*). */
async function whereProjectLives(
  config: MixpanelConfig,
  runtime: Runtime,
  refusal: HttpError,
): Promise<ConnectorError> {
  const others = config.api_url === undefined ? REGIONS.filter((region) => region !== regionOf(config)) : [];
  for (const region of others)
    if (await lives(region, config, runtime))
      return configError(`This project lives in the ${region} region: set "region" to "${region}".`);
  const what =
    config.credentials.auth_type === 'service_account'
      ? 'check the username, the secret and the project id, and that the service account is in this project and not expired'
      : 'check the secret, or set up a service account, as Mixpanel ends project secrets on 2027-03-03';
  return configError(`Mixpanel does not accept these credentials; ${what}.`, detailOf(refusal, 'POST'));
}

async function lives(region: Region, config: MixpanelConfig, runtime: Runtime): Promise<boolean> {
  const refusal = await refusalOf(() =>
    listCohorts(connect(config, runtime, { ...HASTE, retries: 0, region })),
  );
  // Whoever is refused for the plan or the quota has been let in.
  return refusal === undefined || refusal.status === 402 || refusal.kind === 'rate-limited';
}
