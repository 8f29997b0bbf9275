/**
 * A simulated Segment Public API: strict about what it is asked, deterministic in what it answers, and able to fail
 * in every way that a network and a vendor can. `serve` answers jest in-process and, through `listen`, the built
 * connector.
 */
import { Clock } from '../kit/clock.ts';
import type { Serve } from '../kit/delivery.ts';
import { Faults, mishapOf, type Fault } from '../kit/faults.ts';
import { random } from '../kit/random.ts';
import { answer, disturb, expectMovable, ownLimiters, textOf, type Api, type Move } from './api/answer.ts';
import { spoil, type Reply } from './api/mishaps.ts';
import { RateLimiter } from './api/rateLimit.ts';
import type { LoggedRequest, RateLimit, Region, Sandbox, SandboxOptions } from './contract.ts';
import { COLLECTIONS } from './families/index.ts';
import { truth } from './truth.ts';
import { World } from './world.ts';

export { canMove } from './api/answer.ts';
export { listen } from '../kit/listen.ts';
export { encode } from '../kit/json.ts';
export type * from './contract.ts';

const HOSTS: Readonly<Record<string, Region>> = {
  'api.segmentapis.com': 'us',
  'eu1.api.segmentapis.com': 'eu',
};
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const clock = new Clock(options.now, options.running);
  const world = new World(options, clock, COLLECTIONS);
  let time = options.time ?? Date.now;
  const limit = (rate?: RateLimit) =>
    new RateLimiter(
      rate,
      () => time(),
      () => clock.now(),
    );
  const limiter = limit(options.rateLimit);
  const own = ownLimiters((requests) =>
    limit(options.endpointLimits === false ? undefined : { requests, windowMs: 60_000 }),
  );
  const token = options.token ?? `sgp_${random(options.seed ?? 1, 'token').id(64)}`;
  const api: Api = { world, limiter, own, token, maxPageSize: options.maxPageSize };
  const faults = new Faults();
  const arm = (fault: Fault) => {
    const move = moveOf(fault);
    if (move) expectMovable(fault.path, move);
    faults.add(fault);
  };
  options.faults?.forEach(arm);
  const requests: LoggedRequest[] = [];

  const serve: Serve = (incoming) => {
    const { method, url } = incoming;
    const region = HOSTS[url.hostname];
    if (region === undefined && !LOOPBACK.test(url.hostname)) return undefined;

    const known = region === undefined || region === (options.region ?? 'us');
    const usual = (): Reply => answer(api, incoming, known);
    const fault = faults.take(url.pathname, [...url.searchParams.keys()]);
    const move = fault && moveOf(fault);
    if (move) {
      disturb(world, url, move);
      options.onMove?.();
    }
    const reply = fault ? spoil(fault, incoming, usual, limiter) : usual();
    const mishap = mishapOf(fault);
    requests.push({
      host: url.host,
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: mishap === 'reset' || mishap === 'hang' ? 0 : reply.status,
      at: limiter.now(),
      ...(fault && { fault }),
    });
    const text = textOf(reply.body);
    return {
      status: reply.status,
      // With the sandbox's own time.
      headers: Object.assign({ Date: new Date(clock.now()).toUTCString() }, HEADERS, reply.headers),
      text: fault?.kind === 'truncate' ? text.slice(0, Math.floor(text.length / 2)) : text,
      delayMs: (options.latencyMs ?? 0) + (fault?.delayMs ?? 0),
      mishap,
    };
  };

  return {
    token,
    secrets: [token],
    workspace: truth(world),
    serve,
    requests,
    config: (url) => ({
      api_token: token,
      region: options.region ?? 'us',
      api_url: url,
      ...(options.endpointLimits === false && { endpoint_limits: false }),
    }),
    goBy: (other) => void (time = other),
    fault: arm,
    clearFaults: () => faults.clear(),
    advance: (ms) => clock.advance(ms),
    happen: (event) => world.audit.add(event),
    remove: (list, id) => world.remove(list, id),
  };
}

const moveOf = ({ kind }: Fault): Move | undefined =>
  kind === 'insert-row' ? 'insert' : kind === 'remove-row' ? 'remove' : undefined;

const HEADERS = { 'Content-Type': 'application/json; charset=utf-8' };
