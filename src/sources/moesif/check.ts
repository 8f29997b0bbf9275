import { configError, transientError, type ConnectorError } from '../../engine/errors.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { HttpError } from '../../http/errors.ts';
import { KINDS, type Kind, type MoesifApi } from './api.ts';
import { otherSearchApi, searchApiOf, type MoesifConfig } from './config.ts';
import { connect } from './connect.ts';
import { CHECK, failureOf } from './explain.ts';

/** A check ends by itself after this long (ms); the platform and people wait 30 s. */
const DEADLINE = 25_000;
const HASTE = { retries: 1, timeout: 8_000, longestWait: 3_000 };

/** The key reaches its app, and something there can be read: one search each of users, companies and events. */
export async function check(config: MoesifConfig, runtime: Runtime): Promise<void> {
  const deadline = AbortSignal.timeout(DEADLINE);
  const hasty: Runtime = { ...runtime, signal: AbortSignal.any([runtime.signal, deadline]) };
  await reach(config, hasty).catch((error: unknown) => {
    runtime.signal.throwIfAborted();
    throw deadline.aborted ? transientError('Moesif did not answer in time; check again later.') : error;
  });
}

async function reach(config: MoesifConfig, runtime: Runtime): Promise<void> {
  const api = connect(config, runtime, HASTE);
  const refusals: [Kind, HttpError][] = [];
  const totals = new Map<Kind, number | undefined>();
  for (const kind of KINDS) {
    const error = await answerOf(api, kind);
    if (!(error instanceof HttpError)) {
      totals.set(kind, error);
      continue;
    }
    if (error.kind === 'rate-limited') {
      // Whether the key is looked at before the rate is not documented.
      if (totals.size === 0)
        throw transientError('The queries of this minute are used up before the key was tried; check again.');
      runtime.log('WARN', 'The queries of this minute are used up, so nothing more was tried.');
      break;
    }
    if (error.kind !== 'status') throw failureOf(error, CHECK);
    refusals.push([kind, error]);
  }
  tellOfNobody(config, runtime, totals);
  const [first] = refusals;
  if (!first) return;
  await expectGeneration(config, runtime, refusals);
  if (refusals.length === KINDS.length) throw allRefused(first[1]);
  for (const [kind, error] of refusals) runtime.log('WARN', failureOf(error, kind).message);
}

/** An app that is not there is answered as one without anybody (*unverified*). The span that events are asked of has none. */
function tellOfNobody(
  { application_id: app }: MoesifConfig,
  { log }: Runtime,
  totals: ReadonlyMap<Kind, number | undefined>,
): void {
  if (app !== undefined && totals.get('users') === 0 && totals.get('companies') === 0)
    log('WARN', `Moesif has no users and no companies of the app "${app}"; check "application_id".`);
}

/** How many a search finds, or why it does not. */
async function answerOf(api: MoesifApi, kind: Kind): Promise<HttpError | number | undefined> {
  try {
    return await api.first(kind);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

/** Throws config_error where Moesif does not have the paths of this generation, and has the other ones. */
async function expectGeneration(
  config: MoesifConfig,
  runtime: Runtime,
  refusals: readonly [Kind, HttpError][],
): Promise<void> {
  const missing = refusals.find(([kind, { status }]) => kind !== 'events' && status === 404);
  if (!missing) return;
  const [mine, other] = [searchApiOf(config), otherSearchApi(searchApiOf(config))];
  const answer = await answerOf(connect({ ...config, search_api: other }, runtime, HASTE), missing[0]);
  if (answer instanceof HttpError) return;
  throw configError(
    `Moesif does not have the ${mine} searches at this address, and has the ${other} ones: set "search_api" to "${other}".`,
  );
}

function allRefused(error: HttpError): ConnectorError {
  if (error.status !== 401) return failureOf(error, CHECK);
  return configError(
    'Moesif does not accept this key (HTTP 401); put a Management API key into "management_api_key" (not the application ' +
      'id, which only sends), with the scopes "read:users", "read:companies" and "read:events".',
  );
}
