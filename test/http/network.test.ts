/** What stands in for the network in other tests tells the client the same as the network itself. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import axios, { type AxiosAdapter } from 'axios';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { createSandbox, listen, type Sandbox } from '../../sandbox/segment/index.ts';
import { network } from '../support/network.ts';
import { connect } from './lab.ts';

const NOW = '2026-11-22T10:30:15.250Z';
/** Silence (ms) after which a request counts as lost: short where it is to be, long where a slow machine must not count. */
const [SHORT, LONG] = [60, 10_000];
let sandbox: Sandbox;
let server: Awaited<ReturnType<typeof listen>>;
beforeEach(async () => {
  sandbox = createSandbox({ now: NOW });
  network.answerBy(sandbox);
  server = await listen(sandbox);
});
afterEach(() => server.close());

/** All that one request makes the client say, do and return. */
async function told(adapter: AxiosAdapter | 'http', fault: Omit<Fault, 'path'>, signal?: AbortSignal) {
  axios.defaults.adapter = adapter;
  sandbox.clearFaults();
  sandbox.fault({ path: '/sources', ...fault });
  const headers = { Authorization: `Bearer ${sandbox.token}` };
  const options = {
    headers,
    retries: 1,
    timeout: fault.kind === 'hang' || (fault.delayMs ?? 0) > SHORT ? SHORT : LONG,
    ...(signal && { signal }),
  };
  const { client, clock, log, pauses } = connect(server.url, { client: options });
  const request = { path: '/sources', query: { 'pagination.count': 2 }, accept: 'application/json' };
  const outcome = await client
    .get(request)
    .catch((error: unknown) => (error instanceof Error ? { ...error, message: error.message } : error));
  return { outcome, log, pauses, slept: clock.slept, ahead: client.ahead !== undefined };
}

const limited = (headers: Record<string, string>, data?: object): Omit<Fault, 'path'> => ({
  on: 1,
  status: 429,
  headers,
  body: { errors: [{ type: 'RequestError', message: 'Too many requests', ...(data && { data }) }] },
});

test.each<Omit<Fault, 'path'>>([
  { delayMs: 1 },
  { delayMs: 3 * SHORT },
  { kind: 'reset' },
  { kind: 'reset-mid-body' },
  { kind: 'hang' },
  { kind: 'truncate' },
  { kind: 'html' },
  { kind: 'forbidden' },
  { kind: 'unauthorized' },
  { kind: 'not-found' },
  { kind: 'plan' },
  { kind: 'no-data' },
  { kind: 'error-envelope' },
  { kind: 'echo' },
  { body: '' },
  { status: 204 },
  { status: 500 },
  { status: 503, headers: { 'Retry-After': '3' } },
  limited({ 'Retry-After': '7' }),
  limited({ 'retry-after': 'Sun, 22 Nov 2026 10:30:25 GMT' }),
  limited({ 'X-RateLimit-Reset': 'Sun, 22 Nov 2026 10:30:25 GMT' }),
  limited({}, { msBeforeNext: 6400 }),
  limited({}),
])('%j', async (fault) => {
  const standIn = await told(network.adapter, fault);
  expect(standIn).toEqual(await told('http', fault));
});

test('a run that is stopped meanwhile', async () => {
  const hang = { kind: 'hang' } as const;
  const reason = new Error('stopped');
  const outcomes = [network.adapter, 'http' as const].map((adapter) => () => {
    const stop = new AbortController();
    setImmediate(() => setImmediate(() => stop.abort(reason)));
    return told(adapter, hang, stop.signal);
  });
  const [standIn, real] = [await outcomes[0]?.(), await outcomes[1]?.()];
  expect(standIn).toEqual(real);
  expect(standIn?.outcome).toMatchObject({ message: 'stopped' });
});

test('what goes wrong in whoever answers is no fault of the network', async () => {
  network.answerBy({
    serve: () => {
      throw new TypeError('a bug');
    },
  });
  await told(network.adapter, {});
  expect(() => network.end()).toThrow('a bug');
  expect(() => network.end()).not.toThrow();
});
