import { describe, expect, test } from '@jest/globals';
import { createMoesif, type MoesifOptions, type Scope } from '../../sandbox/moesif/index.ts';
import { ask, BASE, COMPANIES, EVENTS, search, USERS, type Asking } from './moesif-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MoesifOptions = {}) => createMoesif({ now: NOW, quotas: false, ...options });
const DAY = { from: '2026-11-21T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z' };
const LEGACY = { users: `${BASE}/search/users`, companies: `${BASE}/search/companies` };

const moesif = make();
const statusOf = (path: string, asking: Asking = {}) => ask(moesif, path, { body: {}, ...asking }).status;

describe('who asks', () => {
  test.each(['Bearer nobody', '', 'Basic abc', `bearer ${moesif.secrets[0]}`, moesif.secrets[0]!])(
    '%j is nobody: 401',
    (authorization) => {
      for (const path of [USERS, COMPANIES, LEGACY.users, LEGACY.companies, EVENTS]) {
        const { status, body } = ask(moesif, path, { body: {}, as: 'nobody', headers: { authorization } });
        expect(status).toBe(401);
        expect(body).toEqual({ moesif_error: { code: 'auth_error', msg: 'Unable to parse token' } });
      }
    },
  );

  test.each<[Scope, string, Asking]>([
    ['read:users', USERS, {}],
    ['read:users', LEGACY.users, {}],
    ['read:users', `${BASE}/users/user-0`, { method: 'GET' }],
    ['read:companies', COMPANIES, {}],
    ['read:events', EVENTS, { query: DAY }],
    ['read:events', `${BASE}/count/events`, { query: DAY }],
    ['read:properties', `${BASE}/mappings/users/properties`, { method: 'GET' }],
  ])('without %s %s is 401 too, in other words', (scope, path, asking) => {
    const all: Scope[] = ['read:users', 'read:companies', 'read:events', 'read:properties'];
    const own = make({ scopes: all.filter((one) => one !== scope) });
    const asked = { ...(asking.method !== 'GET' && { body: {} }), ...asking };
    const { status, body } = ask(own, path, asked);
    expect([status, body]).toEqual([401, { moesif_error: { message: `This API requires ${scope}` } }]);
    own.grant([scope]);
    expect(ask(own, path, asked).status).toBeLessThan(300);
  });

  test('402 once the subscription has ended', () => {
    const own = make({ subscription: 'ended' });
    for (const path of [USERS, COMPANIES, EVENTS]) expect(ask(own, path, { body: {} }).status).toBe(402);
    expect(ask(own, USERS, { body: {}, as: 'nobody' }).status).toBe(401);
  });

  test('another token, where it is given one', () => {
    const own = make({ managementApiKey: 'a/b+c' });
    expect(own.secrets).toEqual(['a/b+c']);
    expect(ask(own, USERS, { body: {} }).status).toBe(200);
  });
});

describe('where', () => {
  test('both generations, with their own statuses', () => {
    expect([statusOf(USERS), statusOf(COMPANIES)]).toEqual([200, 200]);
    expect([statusOf(LEGACY.users), statusOf(LEGACY.companies)]).toEqual([201, 201]);
    expect(statusOf(EVENTS, { query: DAY })).toBe(201);
  });

  test.each([
    ['current', [200, 200, 404, 404, 201]],
    ['legacy', [404, 404, 201, 201, 201]],
  ] as const)('%s alone', (generation, statuses) => {
    const own = make({ generations: [generation], searchApi: generation });
    const paths = [USERS, COMPANIES, LEGACY.users, LEGACY.companies, EVENTS];
    expect(
      paths.map((path) => ask(own, path, { body: {}, query: path === EVENTS ? DAY : {} }).status),
    ).toEqual(statuses);
    expect(own.config('http://127.0.0.1:1')).toMatchObject({ search_api: generation });
  });

  test('other paths and other methods', () => {
    for (const path of ['/search/~/search/users', `${BASE}/search/cohorts`, `/api${USERS}`, '/v1/batch'])
      expect(statusOf(path)).toBe(404);
    for (const method of ['GET', 'PUT']) expect(statusOf(USERS, { method })).toBe(405);
    expect(statusOf(`${BASE}/users/user-0`)).toBe(405);
  });

  test('its own host and the loopback; others are not answered', () => {
    for (const host of ['https://api.moesif.com', 'http://localhost:9500', 'http://[::1]:80'])
      expect(statusOf(USERS, { host })).toBe(200);
    for (const host of ['https://api.moesif.net', 'https://example.com'])
      expect(() => statusOf(USERS, { host })).toThrow('unhandled');
  });

  test('the config tells everything that a connector needs', () => {
    expect(make({ includeHeaders: true }).config('http://127.0.0.1:1')).toEqual({
      management_api_key: moesif.secrets[0],
      application_id: moesif.appId,
      start_date: '2026-11-09',
      search_api: 'current',
      include_headers: true,
      api_url: 'http://127.0.0.1:1/v1',
    });
  });
});

describe('parameters', () => {
  test.each<[string, Record<string, string>]>([
    [USERS, { size: '5' }],
    [USERS, { from: DAY.from }],
    [USERS, { from: '-24h', to: 'now' }],
    [USERS, { from: DAY.to, to: DAY.from }],
    [USERS, { time_zone: 'Mars/Olympus' }],
    [COMPANIES, DAY],
    [LEGACY.users, DAY],
    [EVENTS, {}],
    [EVENTS, { to: DAY.to }],
    [EVENTS, { ...DAY, to: '2026-11-22' }],
    [EVENTS, { ...DAY, to: '2026-11-22T00:00:00' }],
    [EVENTS, { ...DAY, to: '2026-11-22T00:00:00+01:00' }],
    [EVENTS, { ...DAY, to: String(Date.parse(DAY.to)) }],
    [EVENTS, { ...DAY, limit: '5' }],
  ])('%s refuses %j', (path, query) => {
    const { status, body } = ask(moesif, path, { body: {}, query });
    expect(status).toBe(400);
    expect(Object.keys(body as object)).toContain(query['time_zone'] ? 'error' : 'moesif_error');
  });

  test('one is given once', () => {
    expect(statusOf(`${USERS}?app_id=${moesif.appId}&app_id=${moesif.appId}`)).toBe(400);
  });

  test('another application is empty, and nobody says so', () => {
    const total = (app_id: string) => search(moesif, USERS, {}, { app_id }).hits.total;
    expect([total(moesif.appId), total('625:9999')]).toEqual([45, 0]);
    const query = { ...DAY, app_id: '625:9999' };
    expect(search(moesif, EVENTS, {}, query).hits).toEqual({ total: 0, hits: [] });
    expect(statusOf(`${BASE}/users/user-0`, { method: 'GET', query: { app_id: 'x' } })).toBe(404);
  });
});

describe('the body', () => {
  test.each([undefined, '', 'null', '[]', '{', '{"size":1}x'])('%j is none', (body) => {
    const { status, body: told } = ask(moesif, USERS, {
      method: 'POST',
      ...(body !== undefined && { body }),
    });
    expect(status).toBe(400);
    expect(told).toHaveProperty('moesif_error');
  });

  test('must be called JSON', () => {
    const as = (type: string) => statusOf(USERS, { body: {}, headers: { 'content-type': type } });
    expect([as('application/json; charset=utf-8'), as('text/plain')]).toEqual([200, 400]);
  });

  test.each<[string, object]>([
    ['from', { from: 10 }],
    ['track_total_hits', { track_total_hits: true }],
    ['aggs', { aggs: {} }],
    ['size', { size: -1 }],
    ['size', { size: 10_001 }],
    ['size', { size: '10' }],
    ['sort', { sort: { _id: 'asc' } }],
    ['SortOrder', { sort: [{ _id: 'up' }] }],
    ['format', { sort: [{ modified_time: { order: 'asc', format: 'x' } }] }],
    ['missing', { sort: [{ modified_time: { missing: '_first' } }] }],
    ['sort', { sort: [{ modified_time: 'asc', _id: 'asc' }] }],
    ['to sort on', { sort: [{ modifiedTime: 'asc' }] }],
    ['to sort on', { sort: [{ 'metadata.plan': 'asc' }] }],
    ['Fielddata is disabled', { sort: [{ email: 'asc' }] }],
    ['at least one field', { search_after: [1] }],
    ['search_after', { sort: [{ _id: 'asc' }], search_after: 'a' }],
    ['search_after', { sort: [{ _id: 'asc' }], search_after: ['a', 'b'] }],
    ['search_after', { sort: [{ _id: 'asc' }], search_after: [null] }],
    ['_id at the end', { sort: [{ modified_time: 'asc' }], search_after: [1] }],
    ['search_after', { sort: [{ modified_time: 'asc' }, { _id: 'asc' }], search_after: [null, 'a'] }],
    ['search_after', { sort: [{ modified_time: 'asc' }, { _id: 'asc' }], search_after: ['12', 'a'] }],
    ['_source', { _source: 'email' }],
    ['_source', { _source: true }],
    ['_source', { _source: { include: ['email'] } }],
    ['_source.excludes', { _source: { excludes: 'email' } }],
    ['query', { query: {} }],
    ['query', { query: { match_all: {}, term: {} } }],
    ['unknown query [match]', { query: { match: { email: 'a' } } }],
    ['unknown query [ids]', { query: { ids: { values: [] } } }],
    ['unknown query [constructor]', { query: { constructor: {} } }],
    ['match_all', { query: { match_all: { boost: 1 } } }],
    ['bool', { query: { bool: { not: [] } } }],
    ['bool', { query: { bool: [] } }],
    ['minimum_should_match', { query: { bool: { should: [], minimum_should_match: '50%' } } }],
    ['range', { query: { range: { modified_time: { from: NOW } } } }],
    ['range', { query: { range: { modified_time: { gte: NOW }, created: { gte: NOW } } } }],
    ['parse date', { query: { range: { modified_time: { gte: 'now-1d' } } } }],
    ['parse date', { query: { range: { modified_time: { gte: '2026-11-22' } } } }],
    ['parse date', { query: { range: { modified_time: { gte: null } } } }],
    ['range queries', { query: { range: { email: { gte: 'a' } } } }],
    ['range queries', { query: { range: { _id: { gte: 'a' } } } }],
    ['No mapping', { query: { range: { modifiedTime: { gte: NOW } } } }],
    ['No mapping', { query: { exists: { field: 'modifiedTime' } } }],
    ['No mapping', { query: { term: { 'modified_time.raw': 'a' } } }],
    ['exists', { query: { exists: { name: 'a' } } }],
    ['exists', { query: { exists: { field: '_id' } } }],
    ['terms', { query: { terms: { _id: 'a' } } }],
    ['value', { query: { terms: { _id: [null] } } }],
    ['term', { query: { term: { _id: { values: 'a' } } } }],
  ])('refuses what it does not know, and says %s: %j', (part, body) => {
    const { status, body: told, text } = ask(moesif, USERS, { body });
    expect(status).toBe(400);
    const error = { type: expect.any(String), reason: expect.stringContaining(part) as unknown };
    expect([text, told]).toEqual([text, { error: { ...error, root_cause: [error] }, status: 400 }]);
  });

  test('so many terms and no more', () => {
    const found = (length: number) =>
      ask(moesif, USERS, {
        body: { query: { terms: { _id: Array.from({ length }, (_, at) => `user-${at}`) } } },
      });
    expect([found(65_536).status, found(65_537).status]).toEqual([200, 400]);
    expect(found(65_537).text).toContain('exceeds the allowed maximum of [65536]');
  });

  test('the place of a page keeps its digits', () => {
    const sort = [{ modified_time: 'asc' }, { _id: 'asc' }];
    const at = (digits: string) =>
      ask(moesif, USERS, {
        body: `{"sort":${JSON.stringify(sort)},"search_after":[${digits},""],"size":100}`,
      });
    const last = at('9223372036854775807');
    expect([last.status, (last.body as { hits: { hits: unknown[] } }).hits.hits.length]).toEqual([200, 7]);
    for (const rounded of ['9223372036854775808', '9223372036854776000', '-9223372036854775808', '1.5'])
      expect(at(rounded).status).toBe(400);
    expect(at('"9223372036854775807"').status).toBe(400);
    expect(at('"2026-11-01T00:00:00.000Z"').text).toBe(at(String(Date.UTC(2026, 10, 1))).text);
  });
});

test('the log tells where, what, with which members, and when', () => {
  const own = make({ time: () => 77 });
  const query = { bool: { filter: [{ terms: { _id: ['a', 'b'] } }] } };
  ask(own, USERS, { body: { size: 3, query }, query: { app_id: own.appId } });
  ask(own, EVENTS, { body: '{', as: 'nobody' });
  expect(own.requests).toEqual([
    {
      host: '127.0.0.1',
      method: 'POST',
      path: USERS,
      query: { app_id: own.appId },
      json: { size: 3, query },
      form: {
        size: '3',
        query: JSON.stringify(query),
        'query.bool': '',
        'query.bool.filter': '',
        'query.bool.filter.terms': '',
        'query.bool.filter.terms._id': '',
      },
      status: 200,
      at: 77,
    },
    { host: '127.0.0.1', method: 'POST', path: EVENTS, query: {}, status: 401, at: 77 },
  ]);
});
