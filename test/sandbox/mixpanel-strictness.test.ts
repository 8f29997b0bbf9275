import { describe, expect, test } from '@jest/globals';
import { createMixpanel, type MixpanelOptions } from '../../sandbox/mixpanel/index.ts';
import { accountOf, ask, base64, bySecret, type Asking } from './mixpanel-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MixpanelOptions = {}) =>
  createMixpanel({ now: NOW, quotas: false, apiSecret: 'abc', ...options });
const DAYS = { from_date: '2026-11-20', to_date: '2026-11-21' };
const EXPORT = '/api/2.0/export';
const ENGAGE = '/api/query/engage';
const FUNNELS = '/api/query/funnels';

const mixpanel = make();
const refusal = (path: string, asking: Asking = {}) => {
  const { status, text } = ask(mixpanel, path, asking);
  return [status, text] as const;
};

describe('who asks', () => {
  const { username, secret, project_id } = accountOf(mixpanel);
  const query = { project_id };
  const cohorts = (asking: Asking) => ask(mixpanel, '/api/query/cohorts/list', asking).status;
  const as = (authorization: string, asking: Asking = {}): Asking => ({
    as: 'nobody',
    headers: { authorization },
    ...asking,
  });

  test('the account, packed or plain; the secret, with its colon or without', () => {
    expect(cohorts(as(`Basic ${base64(`${username}:${secret}`)}`, { query }))).toBe(200);
    expect(cohorts(as(`Basic ${username}:${secret}`, { query }))).toBe(200);
    for (const form of ['abc:', 'abc']) {
      expect(cohorts(as(`Basic ${base64(form)}`))).toBe(200);
      expect(cohorts(as(`Basic ${form}`))).toBe(200);
    }
  });

  test('the account must name its project, and the secret must not', () => {
    const account = as(`Basic ${base64(`${username}:${secret}`)}`);
    expect(cohorts(account)).toBe(400);
    expect(cohorts({ ...account, query: { project_id: 1 } })).toBe(403);
    expect(cohorts(as(`Basic ${base64('abc:')}`, { query }))).toBe(400);
    expect(ask(mixpanel, EXPORT, { ...account, query: DAYS }).status).toBe(400);
  });

  test.each([
    ['/api/query/cohorts/list', 401],
    [EXPORT, 400],
    [`/api/app/projects/${project_id}/annotations`, 401],
    ['/api/2.0/annotations', 401],
  ])('nobody at %s: %i', (path, status) => {
    for (const authorization of ['Basic bm9ib2R5', `Bearer ${secret}`, ''])
      expect(ask(mixpanel, path, as(authorization)).status).toBe(status);
  });

  test('in the words of each API', () => {
    expect(ask(mixpanel, EXPORT, { as: 'nobody' }).text).toBe('Unable to authenticate request');
    const app = ask(mixpanel, `/api/app/projects/${project_id}/annotations`, { as: 'nobody' });
    expect(app.body).toEqual({ error: expect.any(String), status: 'error' });
  });

  test('annotations: the account in the App API, the secret in what was before it', () => {
    const path = `/api/app/projects/${project_id}/annotations`;
    expect(ask(mixpanel, path).status).toBe(200);
    expect(ask(mixpanel, path, bySecret('abc')).status).toBe(401);
    const old = { ...bySecret('abc'), query: DAYS };
    expect(ask(mixpanel, '/api/2.0/annotations', old).status).toBe(200);
    expect(ask(mixpanel, '/api/2.0/annotations', { query: DAYS }).status).toBe(401);
  });
});

describe('where', () => {
  test.each([
    ['us', 'https://mixpanel.com', 'https://data.mixpanel.com'],
    ['eu', 'https://eu.mixpanel.com', 'https://data-eu.mixpanel.com'],
    ['in', 'https://in.mixpanel.com', 'https://data-in.mixpanel.com'],
  ] as const)('%s: only its own hosts know the project', (region, host, data) => {
    const own = make({ region });
    const other = make({ region: region === 'us' ? 'eu' : 'us' });
    expect(ask(own, ENGAGE, { host }).status).toBe(200);
    expect(ask(other, ENGAGE, { host }).status).toBe(401);
    expect(ask(own, EXPORT, { host: data, query: DAYS }).status).toBe(200);
    expect(ask(other, EXPORT, { host: data, query: DAYS }).status).toBe(400);
    expect(ask(own, EXPORT, { host, query: DAYS }).status).toBe(404);
    expect(ask(own, ENGAGE, { host: data }).status).toBe(404);
    expect(ask(own, ENGAGE, { host: host.replace('https', 'http') }).status).toBe(400);
    expect(own.requests.map(({ host }) => host)).toContain(new URL(data).host);
  });

  test('a host that is none of its own is not answered', () => {
    expect(() => ask(mixpanel, ENGAGE, { host: 'https://example.com' })).toThrow('unhandled');
  });

  test('both prefixes, other methods, other paths', () => {
    for (const prefix of ['/api/query', '/api/2.0'])
      for (const path of ['/cohorts/list', '/engage', '/funnels/list', '/events/properties/top'])
        expect(ask(mixpanel, prefix + path).status).toBe(200);
    expect(ask(mixpanel, '/api/query/cohorts/list', { method: 'POST' }).status).toBe(200);
    expect(ask(mixpanel, '/api/query/funnels/list', { method: 'POST' }).status).toBe(405);
    expect(ask(mixpanel, ENGAGE, { method: 'PUT' }).status).toBe(405);
    expect(ask(mixpanel, '/api/query/export').status).toBe(404);
  });
});

describe('parameters', () => {
  test.each<[string, Record<string, string | number>]>([
    [ENGAGE, { pagesize: 3 }],
    [ENGAGE, { page_size: 0 }],
    [ENGAGE, { page_size: 1_000_001 }],
    [ENGAGE, { page_size: '1e3' }],
    [ENGAGE, { page: -1 }],
    [ENGAGE, { output_properties: '$last_seen' }],
    [ENGAGE, { where: 'properties["$city"] >= "A"' }],
    [ENGAGE, { where: 'properties["$last_seen"] >= 5' }],
    [ENGAGE, { filter_by_cohort: 1000 }],
    [ENGAGE, { filter_by_cohort: '{"id":"1000"}' }],
    [ENGAGE, { filter_by_cohort: '{"id":999}' }],
    [ENGAGE, { filter_by_cohort: '{"id":1000}', include_all_users: 'yes' }],
    [FUNNELS, DAYS],
    [FUNNELS, { ...DAYS, funnel_id: 'x' }],
    [FUNNELS, { ...DAYS, funnel_id: 7509, length: 91 }],
    [FUNNELS, { ...DAYS, funnel_id: 7509, unit: 'week' }],
    [FUNNELS, { ...DAYS, funnel_id: 7509, on: 'x' }],
    [FUNNELS, { funnel_id: 7509, from_date: '2026-11-20' }],
    ['/api/query/engage/revenue', { from_date: '2026-11-20' }],
    ['/api/query/events/names', {}],
    [EXPORT, { from_date: '2026-11-20' }],
    [EXPORT, { ...DAYS, from_date: '2026-11-22' }],
    [EXPORT, { ...DAYS, from_date: '2026-02-30' }],
    [EXPORT, { ...DAYS, from_date: '2026-11-2' }],
    [EXPORT, { ...DAYS, from_date: '2026-11-20T00:00:00' }],
    [EXPORT, { ...DAYS, event: 'App Open' }],
    [EXPORT, { ...DAYS, event: '["a",1]' }],
    [EXPORT, { ...DAYS, limit: 100_001 }],
    [EXPORT, { ...DAYS, time_in_ms: 1 }],
    [EXPORT, { ...DAYS, project: 1 }],
    [EXPORT, { ...DAYS, where: 'properties["$time"] < datetime(1.5)' }],
    [EXPORT, { ...DAYS, where: 'properties["$time"] < 5' }],
    [EXPORT, { ...DAYS, where: 'properties["time"] < datetime(5)' }],
    [EXPORT, { ...DAYS, where: 'properties["$time"] == datetime(5)' }],
    [EXPORT, { ...DAYS, where: '(properties["$time"] < datetime(5)' }],
    [EXPORT, { ...DAYS, where: 'properties["$time"] < datetime(5) and' }],
    [EXPORT, { ...DAYS, where: 'not properties["$time"] < datetime(5)' }],
    [EXPORT, { ...DAYS, where: 'event["$time"] >= datetime("yesterday")' }],
    [EXPORT, { ...DAYS, where: '' }],
  ])('%s refuses %j', (path, query) => {
    const { status, body } = ask(mixpanel, path, { query });
    expect(status).toBe(400);
    expect(body).toEqual({ request: expect.stringContaining(path), error: expect.any(String) });
  });

  test('one is given once, wherever it is', () => {
    expect(refusal(`${ENGAGE}?page=0&page=0`)[0]).toBe(400);
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(refusal(`${ENGAGE}?page=0`, { ...form, body: 'page=0' })[0]).toBe(400);
    expect(refusal(ENGAGE, { ...form, body: 'page=0' })[0]).toBe(200);
    expect(refusal(ENGAGE, { ...form, body: 'pages=0' })[0]).toBe(400);
    expect(refusal(ENGAGE, { method: 'POST', body: 'page=0' })[0]).toBe(400);
  });

  test('no day may be after today, which is the project’s for reports and old projects', () => {
    const sentence = ' to_date cannot be later than today';
    const statuses = (timezone: string, createdBefore2023: boolean, to_date: string) => {
      const own = make({ timezone, createdBefore2023, now: '2026-11-22T23:30:00Z' });
      const query = { from_date: '2026-11-20', to_date };
      const replies = [
        ask(own, EXPORT, { query }),
        ask(own, FUNNELS, { query: { ...query, funnel_id: 7509 } }),
        ask(own, '/api/query/engage/revenue', { query }),
      ];
      for (const { status, text } of replies) if (status === 400) expect(text).toBe(sentence);
      return replies.map(({ status }) => status);
    };
    expect(statuses('Asia/Tokyo', false, '2026-11-23')).toEqual([400, 200, 200]);
    expect(statuses('Asia/Tokyo', true, '2026-11-23')).toEqual([200, 200, 200]);
    expect(statuses('Asia/Tokyo', true, '2026-11-24')).toEqual([400, 400, 400]);
    expect(statuses('UTC', false, '2026-11-22')).toEqual([200, 200, 200]);
    const early = make({ timezone: 'America/Los_Angeles', now: '2026-11-22T03:00:00Z' });
    const query = { ...DAYS, to_date: '2026-11-22' };
    expect(ask(early, EXPORT, { query }).status).toBe(200);
    expect(ask(early, FUNNELS, { query: { ...query, funnel_id: 7509 } }).status).toBe(400);
  });
});

describe('plans', () => {
  const statuses = (plan: 'free' | 'old') => {
    const own = make({ plan });
    const paths = [ENGAGE, '/api/query/cohorts/list', `/api/app/projects/${own.projectId}/annotations`];
    return [...paths.map((path) => ask(own, path).status), ask(own, EXPORT, { query: DAYS }).status];
  };

  test('free: no Query API', () => expect(statuses('free')).toEqual([402, 402, 200, 200]));
  test('old: neither profiles nor events', () => expect(statuses('old')).toEqual([402, 200, 200, 402]));
});

test('the log tells where, what, in which form, and when', () => {
  const own = make({ time: () => 77 });
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  ask(own, ENGAGE, { ...json, body: '{"filter_by_cohort":{"id":1000},"page_size":3}' });
  ask(own, '/api/query/cohorts/list', { as: 'nobody' });
  expect(own.requests).toMatchObject([
    { host: '127.0.0.1', method: 'POST', path: ENGAGE, json: { page_size: 3 }, status: 200, at: 77 },
    { path: '/api/query/cohorts/list', query: {}, status: 401 },
  ]);
});
