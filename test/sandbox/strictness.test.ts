import { describe, expect, test } from '@jest/globals';
import { createSandbox } from '../../sandbox/segment/index.ts';
import { ask, US } from './client.ts';

const NOW = '2026-03-14T15:09:26.535Z';
const sandbox = createSandbox({ now: NOW });
const [destination] = sandbox.workspace.tables['destinations']!();
const [source] = sandbox.workspace.tables['sources']!();
const delivery = `/destinations/${String(destination!['id'])}/delivery-metrics`;
const own = `sourceId=${String(destination!['sourceId'])}`;

const at = (hoursAgo: number): string => new Date(Date.parse(NOW) - hoursAgo * 3_600_000).toISOString();

describe('the token', () => {
  test.each([
    ['missing', { authorization: '' }],
    ['wrong', { authorization: 'Bearer nobody' }],
    ['without Bearer', { authorization: sandbox.token }],
  ])('%s: 401', async (_case, headers) => {
    const reply = await ask(sandbox, '/', { headers });
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ errors: [expect.objectContaining({ type: 'unauthorized' })] });
  });

  test('lives in one region only', async () => {
    const EU = 'https://eu1.api.segmentapis.com';
    const eu = createSandbox({ region: 'eu' });
    expect((await ask(sandbox, '/', { host: EU })).status).toBe(401);
    expect((await ask(sandbox, '/', { host: US })).status).toBe(200);
    expect((await ask(eu, '/', { host: EU })).status).toBe(200);
    expect((await ask(eu, '/', { host: US })).status).toBe(401);
    expect((await ask(eu, '/', { host: 'http://127.0.0.1:8787' })).status).toBe(200);
  });

  test('other hosts are not served', async () => {
    await expect(ask(sandbox, '/', { host: 'https://segmentapis.example' })).rejects.toThrow('unhandled');
  });
});

describe('Accept', () => {
  const versioned = (version: string): string => `application/vnd.segment.${version}+json`;
  test.each([
    ['/sources', versioned('v1'), 200],
    ['/sources', versioned('v1beta'), 200],
    ['/sources', 'application/json, text/plain, */*', 200],
    ['/sources', versioned('v2'), 406],
    ['/sources', '*/*', 406],
    [`${delivery}?${own}`, versioned('v1beta'), 200],
    [`${delivery}?${own}`, versioned('v1'), 406],
    [`/destinations/${String(destination!['id'])}/subscriptions`, versioned('v1alpha'), 200],
    [`/destinations/${String(destination!['id'])}/subscriptions`, versioned('v1beta'), 406],
  ])('%s as %s: %i', async (path, accept, status) => {
    expect((await ask(sandbox, path, { headers: { accept } })).status).toBe(status);
  });
});

describe('parameters', () => {
  test.each([
    ['/sources?page=2', 'page'],
    ['/audit-events?updated_since=2026-01-01', 'updated_since'],
    ['/?pagination.count=1', 'pagination.count'],
    [`${delivery}?${own}&pagination.count=1`, 'pagination.count'],
    ['/sources?pagination.count=0', 'pagination.count'],
    ['/sources?pagination.count=1001', 'pagination.count'],
    ['/sources?pagination[count]=1.5', 'pagination.count'],
    ['/sources?pagination.count=ten', 'pagination.count'],
    ['/sources?pagination.count=1&pagination[count]=1', 'pagination[count]'],
    ['/sources?pagination.cursor=MA==', 'pagination.cursor'],
    ['/usage/mtu/daily', 'period'],
    ['/usage/mtu/daily?period=', 'period'],
    ['/usage/mtu/daily?period=2026-03', 'period'],
    ['/usage/mtu/daily?period=2026-03-02', 'period'],
    ['/usage/mtu/daily?period=2026-13-01', 'period'],
    ['/audit-events?startTime=2026-03-01', 'startTime'],
    ['/audit-events?endTime=1773500000', 'endTime'],
    ['/audit-events?startTime=2026-02-30T99:00:00Z', 'startTime'],
    ['/audit-events?startTime=2026-03-02T00:00:00Z&endTime=2026-03-01T00:00:00Z', 'startTime'],
    [delivery, 'sourceId'],
    [`${delivery}?sourceId=another`, 'sourceId'],
    [`${delivery}?${own}&granularity=WEEK`, 'granularity'],
    [`${delivery}?${own}&granularity=MINUTE&startTime=${at(5)}`, 'startTime'],
    [`${delivery}?${own}&granularity=MINUTE&startTime=${at(49)}&endTime=${at(48)}`, 'startTime'],
    [`${delivery}?${own}&granularity=HOUR&startTime=${at(24 * 8)}&endTime=${at(24 * 6)}`, 'startTime'],
    [`${delivery}?${own}&granularity=DAY&startTime=${at(24 * 14 + 1)}`, 'startTime'],
    [`${delivery}?${own}&startTime=${at(1)}&endTime=${at(2)}`, 'startTime'],
  ])('%s: 422 about %s', async (path, field) => {
    const reply = await ask(sandbox, path);
    expect({ status: reply.status, field: reply.body.errors?.[0]?.field }).toEqual({ status: 422, field });
  });

  test.each([
    '/sources?pagination[count]=1000',
    '/sources?pagination.count=1',
    '/audit-events?startTime=2026-03-01T00:00:00Z&endTime=2026-03-01T00:00:00Z',
    '/audit-events?resourceType=warehouse',
    `${delivery}?${own}`,
    `${delivery}?${own}&granularity=DAY`,
    `${delivery}?${own}&granularity=DAY&startTime=${at(24 * 14)}&endTime=${at(0)}`,
    `${delivery}?${own}&granularity=MINUTE&startTime=${at(4)}`,
  ])('%s: fine', async (path) => {
    expect((await ask(sandbox, path)).status).toBe(200);
  });

  test('a smaller page limit can be set', async () => {
    const small = createSandbox({ maxPageSize: 200 });
    expect((await ask(small, '/sources?pagination.count=200')).status).toBe(200);
    expect((await ask(small, '/sources?pagination.count=201')).status).toBe(422);
  });
});

describe('paths', () => {
  test.each([
    '/nothing',
    '/sources/',
    '/sources/nobody',
    '/sources/nobody/connected-destinations',
    '/users/nobody',
  ])('%s: 404', async (path) => {
    const reply = await ask(sandbox, path);
    expect([reply.status, reply.body.errors?.[0]?.type]).toEqual([404, 'NotFound']);
  });

  test('only GET', async () => {
    expect((await ask(sandbox, '/sources', { method: 'POST' })).status).toBe(404);
  });

  test('a row of its own', async () => {
    const reply = await ask(sandbox, `/sources/${String(source!['id'])}`);
    expect(reply.body.data).toMatchObject({ source: { id: source!['id'] } });
  });

  test('what was deleted is gone, from lists and from its own paths', async () => {
    const own = createSandbox();
    const [first, second] = own.workspace.tables['sources']!();
    const [child] = own.workspace.tables['destinations']!();
    own.remove('sources', String(first!['id']));
    expect((await ask(own, `/sources/${String(first!['id'])}/connected-warehouses`)).status).toBe(404);
    expect((await ask(own, `/destinations/${String(child!['id'])}`)).status).toBe(404);
    expect((await ask(own, '/sources')).body.data).toMatchObject({
      sources: [{ id: second!['id'] }, {}, {}, {}],
    });
  });
});

test('every request is logged, with what was answered', async () => {
  const own = createSandbox();
  await ask(own, '/sources?pagination[count]=2');
  await ask(own, '/nothing');
  const host = new URL(US).host;
  expect(own.requests).toEqual([
    {
      host,
      method: 'GET',
      path: '/sources',
      query: { 'pagination[count]': '2' },
      status: 200,
      at: expect.any(Number),
    },
    { host, method: 'GET', path: '/nothing', query: {}, status: 404, at: expect.any(Number) },
  ]);
});
