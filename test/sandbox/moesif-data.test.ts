import { describe, expect, test } from '@jest/globals';
import { createMoesif, type Moesif, type MoesifOptions, type Row } from '../../sandbox/moesif/index.ts';
import { ask, COMPANIES, EVENTS, idsOf, searchAll, USERS, type Hit } from './moesif-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const [HOUR, DAY] = [3_600_000, 86_400_000];
const make = (options: MoesifOptions = {}) => createMoesif({ now: NOW, quotas: false, ...options });
const BY_TIME = [{ modified_time: 'asc' }, { _id: 'asc' }];

const has = (hits: readonly Hit[], is: (source: Row, id: string) => unknown): boolean =>
  hits.some(({ _id, _source }) => is(_source, _id) === true);
const instant = (value: unknown): unknown =>
  typeof value === 'string' ? Date.parse(/Z$|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`) : value;
const row = (value: unknown): Row => value as Row;

/** Those of a collection that is read over days, as the sandbox has them now. */
const users = (moesif: Moesif) => searchAll(moesif, USERS);
const companies = (moesif: Moesif) => searchAll(moesif, COMPANIES);
const events = (
  moesif: Moesif,
  from = '2026-11-01T00:00:00Z',
  to = new Date(moesif.workspace.now()).toISOString(),
) =>
  searchAll(moesif, EVENTS, {
    body: { size: 500, sort: [{ 'request.time': 'asc' }, { _id: 'asc' }] },
    query: { from, to },
  });

const FORMS = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}0000Z$/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+03:30$/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6}|Z)$/,
];

describe('users that a reader stumbles over', () => {
  const moesif = make();
  const all = users(moesif);

  test.each<[string, (source: Row, id: string) => unknown]>([
    ['no modified_time', (user) => !('modified_time' in user)],
    ['one that is empty', ({ modified_time }) => modified_time === null],
    ['no time at all', (user) => !['modified_time', 'last_seen_time'].some((name) => name in user)],
    [
      'a user_id that is another than the id',
      ({ user_id }, id) => typeof user_id === 'string' && user_id !== id,
    ],
    ['an identified_user_id alone', (user) => !('user_id' in user) && 'identified_user_id' in user],
    ['neither', (user) => !('user_id' in user) && !('identified_user_id' in user)],
    ['both of them empty', (user) => user['user_id'] === null && user['identified_user_id'] === null],
    ['a company by its id alone', (user) => typeof user['company_id'] === 'string' && !('company' in user)],
    [
      'a copy of a company beside its id',
      ({ company_id, company }) => company_id && row(company)?.['app_id'] && true,
    ],
    ['a copy alone', (user) => !('company_id' in user) && row(user['company'])?.['company_id'] !== undefined],
    ['a part of a copy', ({ company }) => JSON.stringify(Object.keys(company ?? {})) === '["subscriptions"]'],
    ['a company that is empty', ({ company_id, company }) => company_id === null && company === null],
    ['a name in parts', ({ name, first_name }) => name === null && first_name !== undefined],
    [
      'a part of a name',
      ({ name, first_name, last_name }) => name === undefined && !first_name && last_name && true,
    ],
    ['an empty email', ({ email }) => email === ''],
    ['an email that is null', ({ email }) => email === null],
    [
      'no place but its coordinates',
      ({ geo_ip }) => row(geo_ip ?? {})['location'] && !row(geo_ip)['latitude'],
    ],
    ['an empty place', ({ geo_ip }) => JSON.stringify(geo_ip) === '{}'],
    ['empty metadata', ({ metadata }) => JSON.stringify(metadata) === '{}'],
    ['no metadata', (user) => !('metadata' in user)],
    [
      'names that are the same without case',
      ({ metadata }) => 'Plan' in row(metadata ?? {}) && 'plan' in row(metadata),
    ],
    ['an id with a slash', (_, id) => id.includes('/')],
    ['an id with a quote', (_, id) => id.includes('"')],
    ['an id with another alphabet', (_, id) => id.includes('😀')],
    ['an id that is a number', (_, id) => /^\d{19}$/.test(id)],
    ['an id that is a word of the language', (_, id) => id === '__proto__'],
    [
      'an id that is another one in another case',
      (_, id) => id === 'Case-0' && idsOf(all).includes('case-0'),
    ],
  ])('%s', (_, is) => {
    expect(has(all, is)).toBe(true);
  });

  test('a company that is not there', () => {
    const known = new Set(idsOf(companies(moesif)));
    expect(has(all, ({ company_id }) => typeof company_id === 'string' && !known.has(company_id))).toBe(true);
    expect(has(all, ({ company_id }) => typeof company_id === 'string' && known.has(company_id))).toBe(true);
  });

  test('integers with all of their digits, and __proto__', () => {
    const { text } = ask(moesif, USERS, { body: { size: 100 } });
    for (const part of [
      ':2033513821949367297,',
      ':-2033513821949367297,',
      '"__proto__":{',
      '9007199254740993',
    ])
      expect(text).toContain(part);
  });

  test('times in each of the forms, of one instant too', () => {
    const texts = all.flatMap(({ _source: { modified_time, last_seen_time } }) => [
      modified_time,
      last_seen_time,
    ]);
    for (const form of FORMS) expect(texts.some((text) => form.test(String(text)))).toBe(true);
    expect(texts.some((value) => typeof value === 'number')).toBe(true);
    const same = all.filter(
      ({ _source }) => instant(_source['modified_time']) === Date.UTC(2026, 10, 19, 10, 0, 0, 99),
    );
    expect(same.length).toBeGreaterThan(15);
    expect(new Set(same.map(({ _source }) => typeof _source['modified_time'])).size).toBe(2);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('pages of %i end within one moment', (size) => {
    const hits = searchAll(moesif, USERS, { body: { sort: BY_TIME, size } });
    expect(idsOf(hits).toSorted()).toEqual(idsOf(all).toSorted());
    const within = hits.filter(
      (hit, at) => at > 0 && at % size === 0 && hits[at - 1]?.sort?.[0] === hit.sort?.[0],
    );
    expect(within.length).toBeGreaterThan(0);
  });
});

describe('companies that a reader stumbles over', () => {
  const all = companies(make({ companies: 30 }));

  test.each<[string, (source: Row, id: string) => unknown]>([
    ['no created', (company) => !('created' in company)],
    ['no modified_time', (company) => !('modified_time' in company)],
    ['one that is empty', ({ modified_time }) => modified_time === null],
    ['no company_id', (company) => !('company_id' in company)],
    ['no domain', ({ company_domain }) => !company_domain],
    [
      'no time to its first call',
      ({ ttfhw_s }) => ttfhw_s === undefined || ttfhw_s === null || ttfhw_s === 0,
    ],
    ['an id with a slash', (_, id) => id.includes('/')],
    ['an id with quotes', (_, id) => id.includes('"')],
    [
      'an id that is another one in another case',
      (_, id) => id === 'Globex-0' && idsOf(all).includes('globex-0'),
    ],
  ])('%s', (_, is) => {
    expect(has(all, is)).toBe(true);
  });
});

describe('events that a reader stumbles over', () => {
  const moesif = make();
  const all = events(moesif);
  const request = (source: Row) => row(source['request']);

  test.each<[string, (source: Row, id: string) => unknown]>([
    [
      'an action without a response',
      (event) => event['event_type'] === 'user_action' && !('response' in event),
    ],
    ['a call without a user', (event) => !('user_id' in event)],
    ['a user that is empty', ({ user_id }) => user_id === null],
    ['an id of its own', ({ id }, _id) => id === _id],
    ['no id of its own', (event) => !('id' in event)],
    ['nothing but a time', (event) => Object.keys(request(event)).length === 1],
    ['headers that are null', (event) => request(event)['headers'] === null],
    [
      'headers that are the same without case',
      (event) => {
        const { headers } = request(event);
        return 'Cookie' in row(headers ?? {}) && 'cookie' in row(headers) && 'COOKIE' in row(headers);
      },
    ],
    ['a body that is a text', (event) => typeof request(event)['body'] === 'string'],
    ['a body that is a list', (event) => Array.isArray(row(event['response'] ?? {})['body'])],
    ['an id with a slash and more', (_, id) => id.endsWith('/"Å😀')],
    [
      'an id that is another one in another case',
      (_, id) => id.endsWith('E') && idsOf(all).includes(`${id.slice(0, -1)}e`),
    ],
  ])('%s', (_, is) => {
    expect(has(all, is)).toBe(true);
  });

  test('secrets in headers and bodies, and nowhere else', () => {
    const { from, to } = { from: '2026-11-20T00:00:00Z', to: NOW };
    const { text } = ask(moesif, EVENTS, { body: { size: 1000 }, query: { from, to } });
    expect(text).toContain('s3cr3t');
    const excludes = ['request.headers', 'request.body', 'response.headers', 'response.body'];
    const left = ask(moesif, EVENTS, {
      body: { size: 1000, _source: { excludes } },
      query: { from, to },
    }).text;
    expect(left).toContain('2033513821949367297');
    expect(left).not.toContain('s3cr3t');
  });

  test('times in each of the forms', () => {
    const times = all.map(({ _source }) => request(_source)['time']);
    for (const form of FORMS) expect(times.some((time) => form.test(String(time)))).toBe(true);
    expect(times.some((time) => typeof time === 'number')).toBe(true);
  });

  test('a day without any', () => {
    expect(events(moesif, '2026-11-18T00:00:00Z', '2026-11-18T23:59:59.999Z')).toEqual([]);
    expect(events(moesif, '2026-11-17T00:00:00Z', '2026-11-17T23:59:59.999Z')).toHaveLength(60);
  });
});

describe('as time goes by', () => {
  test('nothing of the future, and nothing that has not come yet', () => {
    const moesif = make();
    const today = () => events(moesif, '2026-11-22T00:00:00Z', '2026-11-22T23:59:59.999Z');
    const before = today();
    expect(before.length).toBeLessThan(30);
    moesif.advance(2 * DAY);
    expect(today()).toHaveLength(60);
  });

  test.each([
    [undefined, 1, 300],
    [30, 30, 40],
  ])('late ones come after those that happened later: lateDays %p', (lateDays, days, eventsPerDay) => {
    const moesif = make({ days: days + 4, eventsPerDay, ...(lateDays !== undefined && { lateDays }) });
    const past = () => new Set(idsOf(events(moesif, '2026-10-01T00:00:00Z', NOW)));
    const before = past();
    moesif.advance((days / 2) * DAY);
    const between = past();
    moesif.advance((days / 2) * DAY);
    const after = past();
    expect(between.size).toBeGreaterThan(before.size);
    expect(after.size).toBeGreaterThan(between.size);
    moesif.advance(40 * DAY);
    expect(past()).toEqual(after);
  });

  test('none is late where none is to be', () => {
    const moesif = make({ lateDays: 0 });
    const past = () => events(moesif, '2026-11-01T00:00:00Z', NOW).length;
    const before = past();
    moesif.advance(3 * DAY);
    expect(past()).toBe(before);
  });

  test('one that somebody sends comes now, whenever it happened', () => {
    const moesif = make();
    const time = '2026-11-19T05:00:00.000';
    moesif.happen({ _id: 'late', _source: { request: { time } } });
    expect(idsOf(events(moesif, '2026-11-19T05:00:00Z', '2026-11-19T05:00:00Z'))).toEqual(['late']);
    expect([...moesif.workspace.tables['events']!()]).toContainEqual({
      id: 'late',
      request_time: `${time}Z`,
      request: { time },
    });
    expect(() => moesif.happen({ _id: 'x', _source: {} })).toThrow('request.time');
  });

  /** What became of users whose rows are others than before. */
  function moved(moesif: Moesif, ms: number) {
    const before = new Map(users(moesif).map((hit) => [hit._id, hit]));
    moesif.advance(ms);
    const after = users(moesif);
    const another = after.filter(
      ({ _id, _source }) => JSON.stringify(before.get(_id)?._source) !== JSON.stringify(_source),
    );
    const isSame = (field: string) => (hit: Hit) =>
      before.get(hit._id)?._source[field] === hit._source[field];
    return { before, after, another, isSame };
  }

  test('users come, are modified, and are seen without being modified', () => {
    const moesif = make();
    const { another, before, isSame } = moved(moesif, DAY);
    const born = another.filter(({ _id }) => !before.has(_id));
    const seen = another.filter((hit) => before.has(hit._id) && isSame('modified_time')(hit));
    const modified = another.filter((hit) => before.has(hit._id) && !isSame('modified_time')(hit));
    expect([born.length, modified.length]).toEqual([1, 4]);
    expect(seen.some(({ _source }) => 'modified_time' in _source)).toBe(true);
    expect(seen.some(({ _source }) => !('modified_time' in _source))).toBe(true);
    for (const { _source } of modified)
      expect(Number(instant(_source['modified_time']))).toBeGreaterThan(Date.parse(NOW));
  });

  test('what is still changes with its modified_time alone', () => {
    const moesif = make({ still: true });
    const calls = () => [...moesif.workspace.tables['identify_calls']!()];
    const before = new Map(calls().map((call) => [call['userId'], call]));
    const { another, before: known, isSame } = moved(moesif, 5 * DAY);
    expect(another.filter((hit) => known.has(hit._id)).filter(isSame('modified_time'))).toEqual([]);
    const ids = new Set(
      another.map(({ _id, _source: user }): unknown => user['user_id'] ?? user['identified_user_id'] ?? _id),
    );
    for (const call of calls())
      if (!ids.has(call['userId'])) expect(call).toEqual(before.get(call['userId']));
  });

  test.each([{}, { still: true }])('those that were imported once stay as they were: %p', (options) => {
    const imported = (hits: readonly Hit[]) =>
      hits.filter(({ _source }) => instant(_source['modified_time']) === Date.UTC(2021, 2, 4, 9, 30));
    const rows = (now: string) => {
      const moesif = make({ ...options, now });
      const ids = new Set(idsOf([users(moesif), companies(moesif)].map(imported).flat()));
      const of = (table: string) => [...moesif.workspace.tables[table]!()];
      const calls = of('identify_calls').filter(({ timestamp }) => timestamp === '2021-03-04T09:30:00.000Z');
      return [calls, of('group_calls').filter(({ timestamp }) => timestamp === calls[0]?.['timestamp']), ids];
    };
    const lasting = rows(NOW);
    expect(lasting).toMatchObject([{ length: 4 }, { length: 3 }, { size: 7 }]);
    expect(rows('2027-02-14T23:59:59.999Z')).toEqual(lasting);
  });

  test('companies are modified', () => {
    const moesif = make();
    const times = () => companies(moesif).map(({ _source }) => _source['modified_time']);
    const before = times();
    moesif.advance(HOUR * 12);
    expect(times().filter((time, at) => time !== before[at])).toHaveLength(3);
  });
});

describe('what a test does to it', () => {
  test('users and companies come, change and go', () => {
    const moesif = make({ users: 3, companies: 3 });
    for (const [path, act, count] of [
      [USERS, { add: moesif.addUser, change: moesif.changeUser, remove: moesif.deleteUser }, 3],
      [COMPANIES, { add: moesif.addCompany, change: moesif.changeCompany, remove: moesif.deleteCompany }, 3],
    ] as const) {
      const all = () => searchAll(moesif, path);
      const [first] = all();
      act.add({ _id: 'new', _source: { email: 'a' } });
      act.change('new', { email: 'b' });
      act.change(first!._id, { org_id: 'other' });
      expect(all()).toHaveLength(count + 1);
      expect(all().find(({ _id }) => _id === 'new')?._source).toEqual({ email: 'b' });
      expect(all().find(({ _id }) => _id === first?._id)?._source).toEqual({
        ...first?._source,
        org_id: 'other',
      });
      act.remove('new');
      act.remove(first!._id);
      expect(all()).toHaveLength(count - 1);
      moesif.advance(HOUR);
      expect(all()).toHaveLength(count - 1);
    }
  });
});
