/**
 * A simulated Mixpanel: the Query API, the App API and the raw export of one project. Strict about what it is asked,
 * deterministic in what it answers, and able to fail in every way that a network and a vendor can.
 */
import { Clock } from '../kit/clock.ts';
import type { Incoming, Serve } from '../kit/delivery.ts';
import { Faults, mishapOf, type Fault } from '../kit/faults.ts';
import { random } from '../kit/random.ts';
import type { Credentials } from './api/access.ts';
import { answer, operationOf, type Api } from './api/answer.ts';
import { inChunks } from './api/chunks.ts';
import { hostOf } from './api/hosts.ts';
import { expectPossible, spoil } from './api/mishaps.ts';
import { sentWith } from './api/parameters.ts';
import { Quota } from './api/quota.ts';
import { Refusal } from './api/reply.ts';
import { Sessions } from './api/sessions.ts';
import { configOf } from './config.ts';
import type { LoggedRequest, Mixpanel, MixpanelOptions } from './contract.ts';
import { truth } from './truth.ts';
import { World } from './world.ts';
import { dateOf } from './zone.ts';

export type * from './contract.ts';

export function createMixpanel(options: MixpanelOptions = {}): Mixpanel {
  const clock = new Clock(options.now, options.running);
  const credentials = credentialsOf(options);
  const { projectId, secret, apiSecret } = credentials;
  const world = new World(options, clock, projectId);
  const { auth = 'service-account' } = options;
  let time = options.time ?? Date.now;
  const times = { now: () => time(), date: () => clock.now() };
  const quota = (family: 'query' | 'export') => new Quota(family, options, projectId, times);
  const quotas = { query: quota('query'), export: quota('export') };
  const sessions = new Sessions(world.seed);
  const api: Api = { world, options, credentials, sessions, quotas };
  const faults = new Faults();
  const arm = (fault: Fault) => {
    expectPossible(fault);
    faults.add(fault);
  };
  options.faults?.forEach(arm);
  const requests: LoggedRequest[] = [];

  const serve: Serve = (incoming) => {
    const { method, url } = incoming;
    if (!hostOf(url.hostname)) return undefined;
    const usual = () => answer(api, incoming);
    const brought = broughtBy(incoming);
    const fault = faults.take(url.pathname, parametersIn(brought));
    const operation = operationOf(incoming);
    const quota = operation?.family === 'export' ? quotas.export : quotas.query;
    const { status, headers, text, lines } = fault
      ? spoil(fault, { incoming, operation, quota, usual })
      : usual();
    const mishap = mishapOf(fault);
    requests.push({
      host: url.host,
      method,
      path: url.pathname,
      ...brought,
      status: mishap === 'reset' || mishap === 'hang' ? 0 : status,
      at: time(),
      ...(fault && { fault }),
    });
    return {
      status,
      // With the sandbox's own time.
      headers: { Date: new Date(clock.now()).toUTCString(), ...headers },
      text,
      ...(lines && { chunks: () => inChunks(lines()) }),
      delayMs: (options.latencyMs ?? 0) + (fault?.delayMs ?? 0),
      mishap,
    };
  };

  const firstDay = dateOf(world.calendar.firstDay);
  return {
    projectId,
    secrets: auth === 'api-secret' ? [apiSecret] : [secret],
    firstDay,
    workspace: truth(world, auth),
    serve,
    requests,
    config: (url) => configOf({ ...options, auth }, credentials, firstDay, url),
    goBy: (other) => void (time = other),
    fault: arm,
    clearFaults: () => faults.clear(),
    advance: (ms) => clock.advance(ms),
    happen: (event) => world.events.add(event),
    expireSessions: () => sessions.expire(),
    addProfile: (profile) => world.profiles.add(profile),
    changeProfile: (distinctId, properties) => world.profiles.change(distinctId, properties),
    deleteProfile: (distinctId) => world.profiles.delete(distinctId),
    changeCohort: (id, fields) => world.changeCohort(id, fields),
    deleteFunnel: (id, { isListed = false } = {}) => world.deleteFunnel(id, isListed),
    changeAnnotation: (id, fields) => world.changeAnnotation(id, fields),
    deleteAnnotation: (id) => world.deleteAnnotation(id),
  };
}

function credentialsOf({ seed = 1, projectId, username, secret, apiSecret }: MixpanelOptions): Credentials {
  return {
    projectId: projectId ?? 2529987,
    username: username ?? `connector.${random(seed, 'account').id(6)}.mp-service-account`,
    secret: secret ?? random(seed, 'secret').id(32),
    apiSecret: apiSecret ?? random(seed, 'api secret').id(32),
  };
}

const parametersIn = ({ query, form, json }: ReturnType<typeof sentWith>): string[] =>
  Object.keys({ ...query, ...form, ...json });

/** For the log: also what is no body of a known kind. */
function broughtBy(incoming: Incoming): ReturnType<typeof sentWith> {
  try {
    return sentWith(incoming);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { query: Object.fromEntries(incoming.url.searchParams) };
  }
}
