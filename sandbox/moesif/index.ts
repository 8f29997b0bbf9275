/**
 * A simulated Moesif: the searches of the Management API over one application. Strict about what it is asked,
 * deterministic in what it answers, and able to fail in every way that a network and a vendor can.
 */
import { Clock } from '../kit/clock.ts';
import type { Serve } from '../kit/delivery.ts';
import { Faults, mishapOf, type Fault } from '../kit/faults.ts';
import { random } from '../kit/random.ts';
import type { Access } from './api/access.ts';
import { answer, type Api } from './api/answer.ts';
import { expectPossible, spoil } from './api/mishaps.ts';
import { operationAt } from './api/operations.ts';
import { Quota } from './api/quota.ts';
import { textOf } from './api/reply.ts';
import { broughtBy } from './api/sent.ts';
import { configOf } from './config.ts';
import { SCOPES, type LoggedRequest, type Moesif, type MoesifOptions } from './contract.ts';
import { Search } from './search/search.ts';
import { dateOf } from './times.ts';
import { truth } from './truth.ts';
import { World } from './world.ts';

export type * from './contract.ts';

const HOSTS = /^(api\.moesif\.com|localhost|127(\.\d+){3}|\[::1\])$/;

export function createMoesif(options: MoesifOptions = {}): Moesif {
  const { seed = 1, scopes = SCOPES, subscription = 'active' } = options;
  const clock = new Clock(options.now, options.running);
  const managementApiKey = options.managementApiKey ?? tokenOf(seed);
  const appId = options.appId ?? `625:${random(seed, 'app').int(1000)}`;
  const access: Access = { managementApiKey, scopes, subscription };
  const world = new World(options, clock, appId);
  let time = options.time ?? Date.now;
  const quota = new Quota(options, () => time());
  const api: Api = { world, search: new Search(), options, appId, access, quota };
  const faults = new Faults();
  const arm = (fault: Fault) => {
    expectPossible(fault);
    faults.add(fault);
  };
  options.faults?.forEach(arm);
  const requests: LoggedRequest[] = [];

  const serve: Serve = (incoming) => {
    const { method, url } = incoming;
    if (!HOSTS.test(url.hostname)) return undefined;
    const brought = broughtBy(incoming);
    const fault = faults.take(url.pathname, Object.keys({ ...brought.query, ...brought.form }));
    const operation = operationAt(url.pathname);
    const usual = (asked = incoming) => answer(api, asked);
    const { status, headers, body } = fault ? spoil(fault, { incoming, operation, quota, usual }) : usual();
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
      text: textOf(body),
      delayMs: (options.latencyMs ?? 0) + (fault?.delayMs ?? 0),
      mishap,
    };
  };

  const firstDay = dateOf(world.firstDay);
  return {
    appId,
    secrets: [managementApiKey],
    firstDay,
    workspace: truth(world, options),
    serve,
    requests,
    config: (url) => configOf(options, { managementApiKey, appId, firstDay }, url),
    goBy: (other) => void (time = other),
    fault: arm,
    clearFaults: () => faults.clear(),
    advance: (ms) => clock.advance(ms),
    grant: (granted) => void (access.scopes = granted),
    happen: (event) => world.happen(event),
    addUser: (user) => world.users.add(user),
    changeUser: (id, fields) => world.users.change(id, fields),
    deleteUser: (id) => world.users.delete(id),
    addCompany: (company) => world.companies.add(company),
    changeCompany: (id, fields) => world.companies.change(id, fields),
    deleteCompany: (id) => world.companies.delete(id),
  };
}

/** Three parts with dots between them, as theirs have. */
const tokenOf = (seed: number): string =>
  [36, 180, 43].map((length, part) => random(seed, 'token', part).id(length)).join('.');
