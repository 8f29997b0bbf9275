/** What stands in for the network in other tests tells the client the same as the network itself. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import axios, { type AxiosAdapter } from 'axios';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { createSandbox, listen, type Sandbox } from '../../sandbox/segment/index.ts';
import { useNetwork } from '../support/network.ts';
import { connect } from './lab.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const network = useNetwork();
let sandbox: Sandbox;
let server: Awaited<ReturnType<typeof listen>>;
beforeEach(async () => {
  sandbox = createSandbox({ now: NOW });
  network.answerBy(sandbox);
  server = await listen(sandbox);
});
afterEach(() => server.close());

/** All that one request makes the client say and return. */
async function told(adapter: AxiosAdapter | 'http', fault: Omit<Fault, 'path'>): Promise<unknown> {
  axios.defaults.adapter = adapter;
  sandbox.clearFaults();
  sandbox.fault({ path: '/sources', ...fault });
  const headers = { Authorization: `Bearer ${sandbox.token}` };
  const { client, clock, log } = connect(server.url, { client: { headers, retries: 1, timeout: 60 } });
  const request = { path: '/sources', query: { 'pagination.count': 2 }, accept: 'application/json' };
  const outcome = await client.get(request).catch((error: unknown) => error);
  return { outcome, log, slept: clock.slept, ahead: client.ahead !== undefined };
}

test.each<Omit<Fault, 'path'>>([
  { delayMs: 1 },
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
])('%j', async (fault) => {
  const standIn = await told(network.adapter, fault);
  expect(standIn).toEqual(await told('http', fault));
});
