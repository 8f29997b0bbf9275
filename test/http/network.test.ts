/** What stands in for the network in other tests tells the client the same as the network itself. */
import { pipeline, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import axios, { type AxiosAdapter } from 'axios';
import type { Answer } from '../../sandbox/kit/delivery.ts';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { createSandbox, listen, type Sandbox } from '../../sandbox/segment/index.ts';
import type { HttpClient } from '../../src/http/client.ts';
import { inJson, network } from '../support/network.ts';
import { connect } from './lab.ts';
import { closeAll, serve } from './server.ts';

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

const request = { path: '/sources', query: { 'pagination.count': 2 }, accept: 'application/json' };
/** Ways to ask, and what is made of the answer. */
const WAYS: Record<'whole' | 'lines', (client: HttpClient) => Promise<unknown>> = {
  whole: (client) => client.get(request),
  lines: async (client) => {
    const lines: string[] = [];
    try {
      for await (const batch of client.lines(request)) lines.push(...batch);
    } catch (error) {
      throw error instanceof Error ? Object.assign(error, { lines }) : error;
    }
    return lines;
  },
};

/** All that one request makes the client say, do and return. */
async function told(
  adapter: AxiosAdapter | 'http',
  fault: Omit<Fault, 'path'>,
  ask = WAYS.whole,
  { signal, url = server.url }: { signal?: AbortSignal; url?: string } = {},
) {
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
  const { client, clock, log, pauses } = connect(url, { client: options });
  const outcome = await ask(client).catch((error: unknown) =>
    error instanceof Error ? { ...error, message: error.message } : error,
  );
  return { outcome, log, pauses, slept: clock.slept, ahead: client.ahead !== undefined };
}

const limited = (headers: Record<string, string>, data?: object): Omit<Fault, 'path'> => ({
  on: 1,
  status: 429,
  headers,
  body: { errors: [{ type: 'RequestError', message: 'Too many requests', ...(data && { data }) }] },
});

const FAULTS: Omit<Fault, 'path'>[] = [
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
  { body: 'a\n\nb\r\nc', headers: { 'Content-Type': 'text/plain' } },
  { status: 403, kind: 'reset-mid-body' },
];

describe.each(Object.entries(WAYS))('asked for as %s', (_, ask) => {
  test.each(FAULTS)('%j', async (fault) => {
    const standIn = await told(network.adapter, fault, ask);
    expect(standIn).toEqual(await told('http', fault, ask));
  });
});

describe('a body that is made while it is sent', () => {
  const ROWS = Buffer.from(
    Array.from({ length: 3000 }, (_, row) => `{"row":${row},"text":"é🦩"}\n`).join(''),
  );
  /** Pieces that end anywhere, one of them empty. */
  const chunks = function* () {
    for (let at = 0; at < ROWS.length; at += 777) yield ROWS.subarray(at, at + 777);
    yield Buffer.alloc(0);
  };
  const answer = (mishap?: Answer['mishap']): Answer => ({
    ...inJson({}),
    text: 'not this',
    chunks,
    mishap,
  });
  /** A server tells the time by itself. */
  const withDate = { ahead: true };
  afterEach(closeAll);

  test.each(['whole', 'lines'] as const)('arrives (%s)', async (way) => {
    network.answerBy({ serve: () => answer() });
    const { url } = await serve(
      (_, response) => void pipeline(Readable.from(chunks()), response, () => undefined),
    );
    const standIn = await told(network.adapter, {}, WAYS[way]);
    expect({ ...standIn, ...withDate }).toEqual(await told('http', {}, WAYS[way], { url }));
    if (way === 'lines') expect(standIn.outcome).toHaveLength(3000);
  });

  test('breaks off where it ends', async () => {
    network.answerBy({ serve: () => answer('reset-mid-body') });
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': ROWS.length + 1 });
      response.write(ROWS, () => response.destroy());
    });
    const standIn = await told(network.adapter, {}, WAYS.lines);
    expect({ ...standIn, ...withDate }).toEqual(await told('http', {}, WAYS.lines, { url }));
    expect(standIn.outcome).toMatchObject({ kind: 'unavailable', status: 200 });
  });

  test('is made no faster than it is taken, and no longer', async () => {
    let [made, isOver] = [0, false];
    const endless = function* () {
      try {
        for (;;) yield Buffer.from(`${(made += 1)}\n`.repeat(10_000));
      } finally {
        isOver = true;
      }
    };
    network.answerBy({ serve: () => ({ ...answer(), chunks: endless }) });
    axios.defaults.adapter = network.adapter;
    const { client } = connect('http://127.0.0.1');
    for await (const batch of client.lines(request)) if (batch.includes('9')) break;
    expect(made).toBeLessThan(20);
    await new Promise((turn) => setImmediate(turn));
    expect(isOver).toBe(true);
  });
});

test.each(Object.values(WAYS))('a run that is stopped meanwhile', async (ask) => {
  const hang = { kind: 'hang' } as const;
  const reason = new Error('stopped');
  const outcomes = [network.adapter, 'http' as const].map((adapter) => () => {
    const stop = new AbortController();
    setImmediate(() => setImmediate(() => stop.abort(reason)));
    return told(adapter, hang, ask, { signal: stop.signal });
  });
  const [standIn, real] = [await outcomes[0]?.(), await outcomes[1]?.()];
  expect(standIn).toEqual(real);
  expect(standIn?.outcome).toMatchObject({ message: 'stopped' });
});

test('an answer that comes with the end of the run counts no more', async () => {
  const stop = new AbortController();
  network.onAnswer(() => stop.abort(new Error('stopped')));
  const { outcome } = await told(network.adapter, {}, WAYS.whole, { signal: stop.signal });
  expect(outcome).toMatchObject({ message: 'stopped' });
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

test('nor is what goes wrong while it makes a body', async () => {
  const chunks = function* () {
    yield Buffer.from('a\n');
    throw new TypeError('a bug');
  };
  network.answerBy({ serve: () => ({ ...inJson({}), chunks }) });
  await told(network.adapter, {}, WAYS.lines);
  expect(() => network.end()).toThrow('a bug');
});
