import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { get, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { createSandbox, listen, type Sandbox } from '../../sandbox/segment/index.ts';
import { and, ask, paginationOf, rowsOf } from './client.ts';

interface Outcome {
  /** Absent where no head arrived. */
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Code of the error that ended it, where one did. */
  failed: string | undefined;
}

let sandbox: Sandbox;
let server: Awaited<ReturnType<typeof listen>>;

beforeEach(async () => {
  sandbox = createSandbox();
  server = await listen(sandbox);
});
afterEach(() => server.close());

/** Over a real socket: what arrived, also when it broke on the way. */
function fetchRaw(path: string, options: { gzip?: boolean; signal?: AbortSignal } = {}): Promise<Outcome> {
  const headers = {
    authorization: `Bearer ${sandbox.token}`,
    accept: 'application/json',
    ...(options.gzip ? { 'accept-encoding': 'gzip, deflate' } : {}),
  };
  return new Promise((resolve) => {
    const outcome: Outcome = { status: undefined, headers: {}, body: Buffer.alloc(0), failed: undefined };
    const fail = (error: NodeJS.ErrnoException): void => resolve({ ...outcome, failed: error.code });
    get(server.url + path, { headers, agent: false, signal: options.signal }, (response) => {
      outcome.status = response.statusCode;
      outcome.headers = response.headers;
      response.on('data', (chunk: Buffer) => (outcome.body = Buffer.concat([outcome.body, chunk])));
      response.on('error', fail);
      response.on('end', () => resolve(outcome));
    }).on('error', fail);
  });
}

const json = (outcome: Outcome): unknown => JSON.parse(outcome.body.toString());

test('without faults: whole, and gzipped for those who accept it', async () => {
  const plain = await fetchRaw('/sources');
  const packed = await fetchRaw('/sources', { gzip: true });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(packed.body)).toEqual(plain.body);
  expect((await fetchRaw('/', { gzip: true })).headers['content-encoding']).toBeUndefined();
  expect(plain.headers).toMatchObject({ 'x-ratelimit-consumed': '1', date: expect.any(String) });
});

describe('on the wire', () => {
  test('reset: not a byte', async () => {
    sandbox.fault({ path: '/sources', kind: 'reset' });
    expect(await fetchRaw('/sources')).toMatchObject({ status: undefined, failed: 'ECONNRESET' });
    expect(sandbox.requests).toMatchObject([{ path: '/sources', status: 0 }]);
  });

  test('reset-mid-body: headers, half of the body, then nothing', async () => {
    const { body } = await fetchRaw('/sources');
    sandbox.fault({ path: '/sources', kind: 'reset-mid-body' });
    const broken = await fetchRaw('/sources', { gzip: true });
    expect(broken).toMatchObject({ status: 200, failed: 'ECONNRESET' });
    expect(broken.headers['content-length']).toBe(String(body.length));
    expect(broken.body.length).toBe(Math.floor(body.length / 2));
  });

  test('truncate: complete HTTP, broken JSON', async () => {
    sandbox.fault({ path: '/sources', kind: 'truncate' });
    const outcome = await fetchRaw('/sources');
    expect(outcome).toMatchObject({ status: 200, failed: undefined });
    expect(() => json(outcome)).toThrow(SyntaxError);
  });

  test('hang: until the client goes away', async () => {
    sandbox.fault({ path: '/sources', kind: 'hang' });
    const outcome = await fetchRaw('/sources', { signal: AbortSignal.timeout(50) });
    expect(outcome).toMatchObject({ status: undefined, failed: 'ABORT_ERR' });
  });

  test('close() ends hanging and delayed requests at once', async () => {
    sandbox.fault({ path: '/sources', kind: 'hang' });
    sandbox.fault({ path: '/users', delayMs: 3_600_000 });
    const waiting = [fetchRaw('/sources'), fetchRaw('/users')];
    while (sandbox.requests.length < 2) await fetchRaw('/');
    await server.close();
    for (const outcome of await Promise.all(waiting)) expect(outcome.failed).toBe('ECONNRESET');
  });

  test('delayMs: later, but the same', async () => {
    sandbox.fault({ path: '/', delayMs: 30, on: 2 });
    const first = await fetchRaw('/');
    expect((await fetchRaw('/')).body).toEqual(first.body);
  });
});

describe('refusals', () => {
  test.each<[NonNullable<Fault['kind']>, number, string]>([
    ['forbidden', 403, 'forbidden'],
    ['unauthorized', 401, 'unauthorized'],
    ['plan', 400, 'bad-request'],
    ['not-found', 404, 'NotFound'],
    ['rate-limit', 429, 'RequestError'],
  ])('%s: %i', async (kind, status, type) => {
    sandbox.fault({ path: '/audit-events', kind });
    const outcome = await fetchRaw('/audit-events');
    expect(outcome.status).toBe(status);
    expect(json(outcome)).toMatchObject({ errors: [{ type }] });
    expect((await fetchRaw('/')).status).toBe(200);
  });

  test('html: 502 from a proxy', async () => {
    sandbox.fault({ path: '*', kind: 'html' });
    const outcome = await fetchRaw('/');
    expect(outcome).toMatchObject({ status: 502, headers: { 'content-type': 'text/html' } });
    expect(outcome.body.toString()).toMatch(/^<html>/);
  });

  test.each([400, 503])('echo: %i that holds the authorization in several encodings', async (status) => {
    sandbox.fault({ path: '/', kind: 'echo', status });
    const outcome = await fetchRaw('/');
    expect(outcome.status).toBe(status);
    const words = String((json(outcome) as { errors: { message: string }[] }).errors[0]?.message);
    expect(words).toContain(`Bearer ${sandbox.token}`);
    expect(words).toContain(Buffer.from(sandbox.token).toString('base64'));
    expect(words).toContain(encodeURIComponent(sandbox.token));
  });

  test('any status, header and body', async () => {
    sandbox.fault({ path: '/', status: 503, headers: { 'Retry-After': '7' }, body: 'upstream gone' });
    const outcome = await fetchRaw('/');
    expect(outcome).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    expect(outcome.body.toString()).toBe('upstream gone');
    sandbox.clearFaults();
    sandbox.fault({ path: '/', body: { data: {} } });
    expect(json(await fetchRaw('/'))).toEqual({ data: {} });
  });
});

describe('answers gone wrong', () => {
  const spoilt = (kind: Fault['kind']) => {
    sandbox.fault({ path: '/sources', kind: kind! });
    return ask(sandbox, '/sources?pagination.count=2');
  };

  test('repeat-cursor', async () => {
    const { next, current } = paginationOf(await spoilt('repeat-cursor'));
    expect(next).toBe(current);
    const again = await ask(
      sandbox,
      `/sources?pagination.count=2&pagination.cursor=${encodeURIComponent(next!)}`,
    );
    expect(paginationOf(again).next).toBe(next);
  });

  test('no-pagination', async () => {
    expect(Object.keys((await spoilt('no-pagination')).body.data!)).toEqual(['sources']);
  });

  test('no-data', async () => {
    expect(Object.keys((await spoilt('no-data')).body.data!)).toEqual(['pagination']);
  });

  test('error-envelope', async () => {
    const reply = await spoilt('error-envelope');
    expect([reply.status, Object.keys(reply.body)]).toEqual([200, ['errors']]);
  });
});

describe("somebody else's hand in a list that is being read", () => {
  /** Names of the rows on two pages of two, the second asked after the list has changed. */
  async function paged(path: string, kind: 'insert-row' | 'remove-row') {
    const before = rowsOf(await ask(sandbox, path)).map(({ id }) => id);
    sandbox.fault({ path: path.replace(/\/[^/]+(?=\/connected)/, '/{id}'), kind, on: 2 });
    const first = await ask(sandbox, and(path, { 'pagination.count': 2 }));
    const cursor = String(paginationOf(first).next);
    const second = await ask(sandbox, and(path, { 'pagination.count': 2, 'pagination.cursor': cursor }));
    return { before, ids: [first, second].flatMap((page) => rowsOf(page).map(({ id }) => id)) };
  }

  test.each(['/users', '/groups', '/sources', '/catalog/sources', '/transformations'])(
    'remove-row: the next page of %s starts a row later',
    async (path) => {
      const { before, ids } = await paged(path, 'remove-row');
      expect(ids).toEqual([...before.slice(0, 2), ...before.slice(3, 5)]);
    },
  );

  test.each(['/users', '/warehouses', '/destinations', '/catalog/destinations'])(
    'insert-row: the next page of %s starts with the last row of the first',
    async (path) => {
      const { before, ids } = await paged(path, 'insert-row');
      expect(ids).toEqual([...before.slice(0, 2), ...before.slice(1, 3)]);
    },
  );

  test('below a parent', async () => {
    const [source] = [...sandbox.workspace.tables['sources']!()];
    const path = `/sources/${String(source!['id'])}/connected-destinations`;
    const { before, ids } = await paged(path, 'remove-row');
    expect(ids).toEqual(before.slice(0, 2));
    expect([...sandbox.workspace.tables['source_connected_destinations']!()]).toHaveLength(14);
  });

  test('is refused where no row can come or go', () => {
    const arm = (path: string, kind: 'insert-row' | 'remove-row') => () => sandbox.fault({ path, kind });
    expect(arm('/labels', 'insert-row')).toThrow('No row can come to /labels.');
    expect(arm('/warehouses/{id}/syncs', 'remove-row')).toThrow('No row can go from /warehouses/{id}/syncs.');
  });

  test.each([
    ['remove-row', 4],
    ['insert-row', 6],
  ] as const)('%s: usage tells of %i sources from then on', async (kind, sources) => {
    sandbox.fault({ path: '/usage/mtu/sources/daily', kind });
    const [row] = sandbox.workspace.tables['usage_mtu_per_source_daily']!();
    const period = String(row!['timestamp']).slice(0, 10);
    const days = rowsOf(await ask(sandbox, and('/usage/mtu/sources/daily', { period })));
    expect(new Set(days.map(({ sourceId }) => sourceId)).size).toBe(sources);
    const told = [...sandbox.workspace.tables['usage_mtu_per_source_daily']!()];
    expect(new Set(told.map(({ sourceId }) => sourceId)).size).toBe(sources);
  });

  test('an event that arrives late stands in the middle of the window', async () => {
    const own = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
    const query = { startTime: '2026-11-01T00:00:00Z', endTime: '2026-11-03T00:00:00Z' };
    own.fault({ path: '/audit-events', kind: 'insert-row' });
    const events = rowsOf(await ask(own, and('/audit-events', query)));
    expect(events.filter(({ id }) => id === 'events/late-0')).toMatchObject([
      { timestamp: '2026-11-02T00:00:00Z' },
    ]);
    const times = events.map(({ timestamp }) => Date.parse(String(timestamp)));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });
});

describe('where and when', () => {
  const statuses = async (...paths: string[]): Promise<number[]> => {
    const found: number[] = [];
    for (const path of paths) found.push((await ask(sandbox, path)).status);
    return found;
  };

  test('an occurrence, a range', async () => {
    sandbox.fault({ path: '/', on: 2, status: 500 });
    sandbox.fault({ path: '/users', on: [2, 3], status: 503 });
    expect(await statuses('/', '/users', '/', '/users', '/', '/users', '/users')).toEqual([
      200, 200, 500, 503, 200, 503, 200,
    ]);
  });

  test('a template, an exact path', async () => {
    const [first, second] = [...sandbox.workspace.tables['sources']!()].map((row) => String(row['id']));
    sandbox.fault({ path: '/sources/{id}/connected-warehouses', on: 2, status: 500 });
    sandbox.fault({ path: `/sources/${first}/connected-destinations`, kind: 'forbidden' });
    expect(
      await statuses(
        '/sources',
        `/sources/${first}/connected-warehouses`,
        `/sources/${second}/connected-warehouses`,
        `/sources/${first}/connected-destinations`,
        `/sources/${second}/connected-destinations`,
      ),
    ).toEqual([200, 200, 500, 403, 200]);
  });
});
