import { describe, expect, test } from '@jest/globals';
import { createMoesif, type MoesifOptions, type Row } from '../../sandbox/moesif/index.ts';
import { ask, BASE, COMPANIES, EVENTS, idsOf, search, searchAll, USERS } from './moesif-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MoesifOptions = {}) => createMoesif({ now: NOW, quotas: false, ...options });

/** Only what is put there. */
function hold(users: Record<string, Row>) {
  const moesif = make({ users: 0 });
  for (const [_id, _source] of Object.entries(users)) moesif.addUser({ _id, _source });
  const find = (query: object) => idsOf(searchAll(moesif, USERS, { body: { query } }));
  return { moesif, find };
}

describe('texts', () => {
  const { find } = hold({
    a: { user_id: 'Acme-1', email: 'Ada@Example.com', company_id: 'Globex' },
    b: { user_id: 'acme-1', email: 'ada@example.com', company_id: 'globex' },
    c: { user_id: 'ACME', company_id: null },
  });

  test('the whole of one is found by its .raw alone, to the letter', () => {
    expect(find({ terms: { 'user_id.raw': ['Acme-1', 'ACME', 'nobody'] } })).toEqual(['a', 'c']);
    expect(find({ term: { 'company_id.raw': 'globex' } })).toEqual(['b']);
  });

  test('else by its words, in small letters: whoever is careless finds others', () => {
    expect(find({ terms: { user_id: ['Acme-1'] } })).toEqual([]);
    expect(find({ terms: { user_id: ['acme-1'] } })).toEqual([]);
    expect(find({ terms: { user_id: ['acme'] } })).toEqual(['a', 'b', 'c']);
    expect(find({ term: { email: { value: 'ada' } } })).toEqual(['a', 'b']);
  });
});

describe('ids', () => {
  test('exactly, each once, in the order that is asked for', () => {
    const { moesif, find } = hold({ a: {}, A: {}, 'x/y': {} });
    moesif.addUser({ _id: '__proto__', _source: {} });
    expect(find({ terms: { _id: ['x/y', 'a', '__proto__', 'nobody', 'a'] } })).toEqual([
      '__proto__',
      'a',
      'x/y',
    ]);
    const query = { bool: { filter: [{ terms: { _id: ['a', 'A'] } }], must_not: { term: { _id: 'a' } } } };
    expect(find(query)).toEqual(['A']);
    const sorted = search(moesif, USERS, { query: { terms: { _id: ['a', 'A'] } }, sort: [{ _id: 'desc' }] });
    expect([idsOf(sorted.hits.hits), sorted.hits.total]).toEqual([['a', 'A'], 2]);
  });

  test('in the order of their bytes, which is not that of JavaScript', () => {
    const { find } = hold({ '😀': {}, '\uFF5E': {}, b: {}, B: {}, ba: {} });
    expect(find({ match_all: {} })).toEqual(['B', 'b', 'ba', '\uFF5E', '😀']);
  });
});

describe('times', () => {
  const at = (modified_time: unknown) => ({ modified_time });
  const { moesif, find } = hold({
    a: at('2026-11-01T00:00:00.0010000Z'),
    b: at('2026-11-01T00:00:00.001'),
    c: at('2026-11-01T01:00:00.001+01:00'),
    d: at(Date.UTC(2026, 10, 1) + 1),
    e: at('2026-11-01T00:00:00.001999'),
    f: at('2026-11-01T00:00:00Z'),
    g: at(null),
    h: {},
    i: at([]),
  });
  const range = (borders: object) => find({ range: { modified_time: borders } });

  test('are the same instant in each form', () => {
    const same = ['a', 'b', 'c', 'd', 'e'];
    expect(range({ gte: '2026-11-01T00:00:00.001Z' })).toEqual(same);
    expect(range({ gt: '2026-11-01T00:00:00.000Z' })).toEqual(same);
    expect(range({ gt: '2026-11-01T00:00:00.001' })).toEqual([]);
    expect(range({ lte: Date.UTC(2026, 10, 1) })).toEqual(['f']);
    expect(range({ gte: '2026-11-01T00:00:00Z', lt: '2026-11-01T00:00:00.001Z' })).toEqual(['f']);
    expect(find({ term: { modified_time: '2026-11-01T00:00:00.001Z' } })).toEqual(same);
  });

  test('no range finds those without', () => {
    expect(range({ gte: '1970-01-01T00:00:00Z' })).toHaveLength(6);
    expect(find({ bool: { must_not: [{ exists: { field: 'modified_time' } }] } })).toEqual(['g', 'h', 'i']);
    const since = { range: { modified_time: { gte: '2026-11-01T00:00:00.001Z' } } };
    const missing = { bool: { must_not: { exists: { field: 'modified_time' } } } };
    expect(find({ bool: { should: [since, missing], minimum_should_match: 1 } })).toHaveLength(8);
  });

  test('sort in milliseconds; those without come last, by a number that JavaScript cannot hold', () => {
    const sortBy = (order: string) =>
      search(moesif, USERS, {
        sort: [{ modified_time: { order, unmapped_type: 'string' } }, { _id: 'asc' }],
      });
    const first = Date.UTC(2026, 10, 1);
    const missing = ['g', 'h', 'i'].map((id) => ['9223372036854775807', id]);
    const same = ['a', 'b', 'c', 'd', 'e'].map((id) => [first + 1, id]);
    expect(sortBy('asc').hits.hits.map(({ sort }) => sort)).toEqual([[first, 'f'], ...same, ...missing]);
    expect(sortBy('desc').hits.hits.map(({ sort }) => sort)).toEqual([
      ...same,
      [first, 'f'],
      ...missing.map(([, id]) => ['-9223372036854775808', id]),
    ]);
    expect(ask(moesif, USERS, { body: { sort: ['modified_time'] } }).text).toContain('[9223372036854775807]');
  });

  test.each([1, 2, 3, 4, 7])('pages of %i come to all of them, each once', (size) => {
    for (const [order, ids] of [
      ['asc', 'fabcdeghi'],
      ['desc', 'abcdefghi'],
    ] as const) {
      const sort = [{ modified_time: order }, { _id: 'asc' }];
      expect(idsOf(searchAll(moesif, USERS, { body: { size, sort } })).join('')).toBe(ids);
    }
  });
});

test('texts that are missing come last too, without a number', () => {
  const { moesif } = hold({ a: {}, b: { email: 'x' }, c: { email: 'X' }, d: { email: null } });
  const sort = [{ 'email.raw': 'asc' }, { _id: 'asc' }];
  const hits = searchAll(moesif, USERS, { body: { sort, size: 1 } });
  expect(hits.map((hit) => hit.sort)).toEqual([
    ['X', 'c'],
    ['x', 'b'],
    [null, 'a'],
    [null, 'd'],
  ]);
});

describe('bool', () => {
  const { find } = hold({
    a: { email: 'x', user_id: 'u' },
    b: { email: 'x', user_id: 'v' },
    c: { email: 'y', user_id: 'u' },
  });
  const [x, u] = [{ term: { email: 'x' } }, { term: { user_id: 'u' } }];

  test('filter and must must match, must_not must not', () => {
    expect(find({ bool: { filter: [x], must: [u] } })).toEqual(['a']);
    expect(find({ bool: { filter: x, must_not: [u] } })).toEqual(['b']);
    expect(find({ bool: {} })).toEqual(['a', 'b', 'c']);
  });

  test('should says something alone, and nothing beside others unless it is told to', () => {
    expect(find({ bool: { should: [x] } })).toEqual(['a', 'b']);
    expect(find({ bool: { filter: [u], should: [x] } })).toEqual(['a', 'c']);
    expect(find({ bool: { filter: [u], should: [x], minimum_should_match: 1 } })).toEqual(['a']);
    expect(find({ bool: { should: [x, u], minimum_should_match: 2 } })).toEqual(['a']);
    expect(find({ bool: { must_not: [u], should: [x] } })).toEqual(['b']);
  });
});

test('fields exist within others, and within lists', () => {
  const { find } = hold({
    a: { company: { subscriptions: [{ status: 'active' }] } },
    b: { company: { subscriptions: [] } },
    c: { company: null, metadata: { Plan: 'Pro', seats: 3 } },
    d: { email: '' },
  });
  expect(find({ exists: { field: 'company.subscriptions.status' } })).toEqual(['a']);
  expect(find({ exists: { field: 'company' } })).toEqual(['a']);
  expect(find({ exists: { field: 'email' } })).toEqual(['d']);
  expect(find({ term: { 'metadata.Plan.raw': 'Pro' } })).toEqual(['c']);
  expect(find({ term: { 'metadata.Plan': 'Pro' } })).toEqual([]);
  expect(find({ range: { 'metadata.seats': { gt: 2 } } })).toEqual(['c']);
  expect(find({ exists: { field: 'metadata.__proto__' } })).toEqual([]);
});

describe('_source', () => {
  const { moesif } = hold({
    a: {
      email: 'e',
      request: { time: 1, body: { a: 1, b: [{ c: 1, d: 2 }] } },
      metadata: { x: 1 },
      list: [],
    },
  });
  const shown = (_source: unknown) => search(moesif, USERS, { _source }).hits.hits[0]?._source;

  test.each<[unknown, object]>([
    [['email'], { email: 'e' }],
    [['request'], { request: { time: 1, body: { a: 1, b: [{ c: 1, d: 2 }] } } }],
    [['request.*.a'], { request: { body: { a: 1 } } }],
    [['*.d', 'nothing'], { request: { body: { b: [{ d: 2 }] } } }],
    [{ excludes: ['request.body'] }, { email: 'e', request: { time: 1 }, metadata: { x: 1 }, list: [] }],
    [
      { excludes: ['*.c', 'm*a', 'list'] },
      { email: 'e', request: { time: 1, body: { a: 1, b: [{ d: 2 }] } } },
    ],
    [{ includes: ['request'], excludes: ['request.body.b'] }, { request: { time: 1, body: { a: 1 } } }],
    [{ includes: [], excludes: ['request', 'list', 'metadata'] }, { email: 'e' }],
    [['e.ail', '[', 'Email'], {}],
  ])('%j', (fields, left) => {
    expect(shown(fields)).toEqual(left);
  });

  test('what is not hidden stays as it is, whatever its name', () => {
    const own = make({ users: 0 });
    own.addUser({ _id: 'a', _source: { metadata: { ['__proto__']: { a: 1 }, big: 2n ** 60n, hidden: 1 } } });
    const { text } = ask(own, USERS, { body: { _source: { excludes: ['metadata.hidden'] } } });
    expect(text).toContain('"metadata":{"__proto__":{"a":1},"big":1152921504606846976}');
  });
});

describe('how many', () => {
  const query = { range: { modified_time: { gte: '2026-11-19T00:00:00Z' } } };
  const DAY = { from: '2026-11-21T00:00:00Z', to: '2026-11-21T23:59:59.999Z' };

  test('of all that is found, whatever the page is', () => {
    const moesif = make();
    expect(search(moesif, USERS).hits).toMatchObject({ total: 45, hits: { length: 10 } });
    expect(search(moesif, USERS, { size: 0 }).hits).toEqual({ total: 45, hits: [] });
    const { total, hits } = search(moesif, USERS, { query, size: 3, sort: [{ _id: 'asc' }] }).hits;
    expect([total, hits.length]).toEqual([searchAll(moesif, USERS, { body: { query } }).length, 3]);
    const later = { query, size: 3, sort: [{ _id: 'asc' }], search_after: [hits.at(-1)?._id] };
    expect(search(moesif, USERS, later).hits.total).toBe(total);
  });

  test('as an object: beyond ten thousand nobody counts', () => {
    const moesif = make({ total: 'object', eventsPerDay: 10_500, days: 2, users: 3, lateDays: 0 });
    expect(search(moesif, EVENTS, {}, DAY).hits.total).toEqual({ value: 10_000, relation: 'gte' });
    expect(search(moesif, USERS).hits.total).toEqual({ value: 3, relation: 'eq' });
    expect(search(make({ eventsPerDay: 10_500, days: 2, lateDays: 0 }), EVENTS, {}, DAY).hits.total).toBe(
      10_500,
    );
  });

  test('counts alone', () => {
    const moesif = make({ lateDays: 0 });
    const count = (kind: string, body: object, more: Record<string, string> = {}) =>
      ask(moesif, `${BASE}/count/${kind}`, { body, query: more });
    expect(count('users', {}).body).toEqual({ count: 45 });
    expect(count('companies', { query: { terms: { _id: ['co-0', 'x'] } } }).body).toEqual({ count: 1 });
    expect(count('events', {}, DAY).body).toEqual({ count: 60 });
    expect([count('events', {}).status, count('users', { size: 1 }).status]).toEqual([400, 400]);
  });
});

describe('events', () => {
  const moesif = make();
  const sort = [{ 'request.time': 'asc' }, { _id: 'asc' }];
  const between = (from: string, to: string, body: object = {}) =>
    idsOf(searchAll(moesif, EVENTS, { body: { sort, size: 10, ...body }, query: { from, to } }));
  const ALL = ['2026-11-01T00:00:00Z', '2026-11-22T10:30:15.250Z'] as const;

  test('windows fit together, both borders within', () => {
    const [all, noon] = [between(...ALL), '2026-11-21T12:00:00.000Z'];
    const before = between(ALL[0], '2026-11-21T11:59:59.999Z');
    const later = between(noon, ALL[1]);
    expect([...before, ...later]).toEqual(all);
    expect([before.length, later.length].every((length) => length > 50)).toBe(true);
    const midnight = between('2026-11-21T00:00:00.000Z', '2026-11-21T00:00:00.000Z');
    expect(midnight).toHaveLength(7);
  });

  test('a range in the body says the same', () => {
    const borders = { gte: '2026-11-20T00:00:00Z', lt: '2026-11-21T00:00:00Z' };
    const query = { range: { 'request.time': borders } };
    expect(between(...ALL, { query })).toEqual(between(borders.gte, '2026-11-20T23:59:59.999Z'));
  });

  test('the same in any order', () => {
    const all = between(...ALL);
    for (const other of [[{ _id: 'asc' }], [{ 'request.time': 'desc' }, { _id: 'desc' }]])
      expect(between(...ALL, { sort: other }).toSorted()).toEqual(all.toSorted());
    expect(between(...ALL, { sort: [{ 'request.time': 'desc' }, { _id: 'desc' }] })).toEqual(
      all.toReversed(),
    );
  });

  test('a day without end needs no memory', () => {
    const large = make({ eventsPerDay: 20_000_000, total: 'object' });
    const query = { from: '2026-11-21T12:00:00Z', to: '2026-11-21T13:00:00Z' };
    const before = process.memoryUsage().heapUsed;
    const { hits } = search(large, EVENTS, { sort, size: 500 }, query).hits;
    const next = search(large, EVENTS, { sort, size: 500, search_after: hits.at(-1)?.sort }, query).hits.hits;
    expect([hits.length, new Set(idsOf([...hits, ...next])).size]).toEqual([500, 1000]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('what users did', () => {
  const span = { from: '2026-11-21T10:30:15.250Z', to: NOW };

  test('a search over a time finds those who called in it, and tells what they did', () => {
    const moesif = make();
    const all = searchAll(moesif, USERS);
    const active = searchAll(moesif, USERS, { query: span });
    expect(all.length).toBe(45);
    expect(active.length).toBeGreaterThan(25);
    expect(active.length).toBeLessThan(45);
    expect(all.some(({ _source }) => 'last24HourAggResults' in _source)).toBe(false);
    for (const { _id, _source } of active)
      expect(_source).toEqual({
        ...all.find((one) => one._id === _id)?._source,
        last24HourAggResults: {
          event_count: expect.any(Number),
          error_count: expect.any(Number),
          avg_duration_ms: expect.any(Number),
        },
      });
  });

  test('of those that are asked for', () => {
    const ids = idsOf(searchAll(make(), USERS)).slice(0, 12);
    const active = searchAll(make(), USERS, { body: { query: { terms: { _id: ids } } }, query: span });
    expect(active.length).toBeGreaterThan(3);
    expect(active.length).toBeLessThan(12);
  });

  test('402, where the plan has no metrics', () => {
    const moesif = make({ metrics: false });
    expect(ask(moesif, USERS, { body: {}, query: span }).status).toBe(402);
    expect(ask(moesif, USERS, { body: {} }).status).toBe(200);
  });
});

describe('one by its id', () => {
  const moesif = make();

  test.each(['users', 'companies'])('%s', (kind) => {
    const path = kind === 'users' ? USERS : COMPANIES;
    for (const { _id, _source } of searchAll(moesif, path))
      expect(ask(moesif, `${BASE}/${kind}/${encodeURIComponent(_id)}`).body).toEqual({ _id, _source });
    expect(ask(moesif, `${BASE}/${kind}/nobody`).status).toBe(404);
  });

  test('the fields that there are', () => {
    const told = ask(moesif, `${BASE}/mappings/events/properties`).body;
    expect(told).toMatchObject({
      properties: {
        user_id: { type: 'text', fields: { raw: { type: 'keyword' } } },
        request: { properties: { time: { type: 'date' }, headers: { type: 'object' } } },
      },
    });
    for (const kind of ['users', 'usermetrics', 'companies', 'companymetrics'])
      expect(ask(moesif, `${BASE}/mappings/${kind}/properties`).body).toMatchObject({
        properties: { modified_time: { type: 'date' } },
      });
  });
});
