/** Every table of a simulated app is read whole, in full and on from a state, whatever befalls the answers. */
import { describe, expect, test } from '@jest/globals';
import type { Moesif } from '../../../sandbox/moesif/index.ts';
import { streams } from '../../../src/sources/moesif/streams/index.ts';
import { lastStates } from '../../support/reading.ts';
import { moesif } from '../../support/vendors/moesif.ts';
import { app, byKey, DAY, NOW, read, truthOf } from './lab.ts';

const NAMES = streams.map(({ name }) => name);
const ONCE = { lookback_window_days: 0 };
const requestsFor = ({ requests }: Moesif, path: string) => requests.filter((one) => one.path.endsWith(path));

describe.each([
  ['the current searches', { searchApi: 'current', generations: ['current'] }],
  ['the older ones', { searchApi: 'legacy', generations: ['legacy'], metrics: false }],
  ['totals that are objects', { total: 'object' }],
  ['headers and bodies', { includeHeaders: true, includeBodies: true }],
  ['an app without anybody', { users: 0, companies: 0, eventsPerDay: 0 }],
] as const)('with %s', (_, options) => {
  test.each(NAMES)('%s is read whole, each row once and by value', async (name) => {
    const sandbox = app({ ...options });
    for (const page_size of [1, 7, 500]) {
      const { complete, records, errors } = await read(sandbox, name, { config: { page_size } });
      expect({ complete, errors }).toEqual({ complete: true, errors: [] });
      expect(byKey(sandbox, name, records)).toEqual(truthOf(sandbox, name));
      expect(records).toHaveLength(truthOf(sandbox, name).size);
    }
  });
});

describe('on from a state', () => {
  test.each(NAMES)('%s has in the end what there is, and asks for no more than what is new', async (name) => {
    const sandbox = app({ still: true, lateDays: 0, users: 200, companies: 60 });
    const first = await read(sandbox, name, { config: ONCE });
    const rows = byKey(sandbox, name, first.records);
    let state = lastStates(first.messages);
    for (const later of [1, DAY, 3 * DAY]) {
      sandbox.advance(later);
      const { complete, records, messages } = await read(sandbox, name, { state, config: ONCE });
      expect(complete).toBe(true);
      expect(records.length).toBeLessThan(rows.size / 2);
      for (const [key, row] of byKey(sandbox, name, records)) rows.set(key, row);
      state = lastStates(messages);
    }
    // What happens at the moment of the last sync is the next one's.
    sandbox.advance(1000);
    const { records } = await read(sandbox, name, { state, config: ONCE });
    for (const [key, row] of byKey(sandbox, name, records)) rows.set(key, row);
    expect(rows).toEqual(truthOf(sandbox, name));
  });

  test('users without a time of modification come each time, and whom nobody modified does not', async () => {
    const sandbox = app({ still: true });
    const { messages } = await read(sandbox, 'users', { config: ONCE });
    sandbox.advance(3_600_000);
    const { records } = await read(sandbox, 'users', { state: lastStates(messages), config: ONCE });
    const timeless = [...truthOf(sandbox, 'users').values()].filter((row) => row['modified_time'] == null);
    expect(timeless.length).toBeGreaterThan(0);
    const come = new Set(records.map(({ id }) => id));
    expect(timeless.filter(({ id }) => !come.has(id))).toEqual([]);
    const since = records.filter(
      (row) => row['modified_time'] != null && (row['modified_time'] as string) < NOW,
    );
    expect(since).toEqual([]);
  });

  test('who is seen without being modified is not found, and a full refresh finds them', async () => {
    const sandbox = app({ still: true });
    const [id] = [...truthOf(sandbox, 'users').values()]
      .filter((row) => row['modified_time'] != null)
      .map((row) => String(row['id']));
    const { messages } = await read(sandbox, 'users', { config: ONCE });
    sandbox.advance(DAY);
    sandbox.changeUser(id ?? '', { last_seen_time: '2026-11-28T09:00:00Z' });
    const seen = ({ records }: { records: readonly Record<string, unknown>[] }) =>
      records.find((row) => row['id'] === id)?.['last_seen_time'];
    expect(seen(await read(sandbox, 'users', { state: lastStates(messages), config: ONCE }))).toBeUndefined();
    expect(seen(await read(sandbox, 'users', { mode: 'full_refresh' }))).toBe('2026-11-28T09:00:00.000Z');
  });

  test('the start date says nothing of users, and when events begin', async () => {
    const sandbox = app({ days: 20 });
    const config = { start_date: '2026-11-25' };
    expect(byKey(sandbox, 'users', (await read(sandbox, 'users', { config })).records)).toEqual(
      truthOf(sandbox, 'users'),
    );
    const { records } = await read(sandbox, 'events', { config });
    const times = records.map((row) => String(row['request_time'])).sort();
    // A second more is asked for, as whether borders are inclusive is not documented.
    expect((times[0] ?? '') >= '2026-11-24T23:59:59').toBe(true);
    const due = [...truthOf(sandbox, 'events').values()].filter(
      (row) => String(row['request_time']) >= '2026-11-25',
    );
    expect(times.filter((time) => time >= '2026-11-25')).toHaveLength(due.length);
  });

  test.each(NAMES)('%s have in the end also what is found some minutes after its time', async (name) => {
    const sandbox = app({ still: true, lateDays: 0 });
    const [now, time] = [Date.parse(NOW), '2026-11-27T10:28:00.000Z'];
    const late = { _id: 'late', arrives: now + 5 * 60_000 };
    sandbox.addUser({ ...late, _source: { modified_time: time } });
    sandbox.addCompany({ ...late, _source: { modified_time: time } });
    sandbox.happen({ ...late, _source: { request: { time } } });
    const { messages, records: early } = await read(sandbox, name, { config: ONCE });
    sandbox.advance(3_600_000);
    const { records } = await read(sandbox, name, { state: lastStates(messages), config: ONCE });
    const keys = (rows: typeof records) => [...byKey(sandbox, name, rows).keys()].join();
    expect([keys(early).includes('late'), keys(records).includes('late')]).toEqual([false, true]);
  });

  test('an event that comes late is found as far back as the look-back goes', async () => {
    const sandbox = app({ lateDays: 0, days: 10 });
    const { messages } = await read(sandbox, 'events');
    sandbox.advance(3_600_000);
    const late = (id: string, days: number) =>
      sandbox.happen({
        _id: id,
        _source: { request: { time: new Date(Date.parse(NOW) - days * DAY).toISOString() } },
      });
    late('a day late', 0.9);
    late('a week late', 7);
    const state = lastStates(messages);
    const idsOf = async (lookback_window_days: number) => {
      const { records } = await read(sandbox, 'events', { state, config: { lookback_window_days } });
      return records.map(({ id }) => id).filter((id) => String(id).endsWith(' late'));
    };
    expect(await idsOf(0)).toEqual([]);
    expect(await idsOf(1)).toEqual(['a day late']);
    expect((await idsOf(30)).sort()).toEqual(['a day late', 'a week late']);
  });
});

describe("Moesif's time", () => {
  const told = expect.stringMatching(/^Moesif's time is not known \(.*\); this machine's clock is trusted/);

  test('is asked for once with all retries, and that it is not known is said', async () => {
    const sandbox = app();
    sandbox.fault({ path: '*', kind: 'reset', on: [1, 6] });
    const { complete, logged } = await read(sandbox, 'users');
    expect([complete, logged]).toEqual([true, expect.arrayContaining([told])]);
    expect(sandbox.requests.filter(({ path }) => !path.endsWith('users'))).toHaveLength(6);
  });

  test('is asked of each search that is refused, and not known where no answer has a date', async () => {
    const sandbox = app({ scopes: ['read:users'] });
    sandbox.fault({ path: '*', headers: { Date: '' } });
    const { complete, logged } = await read(sandbox, 'users');
    expect([complete, logged]).toEqual([true, expect.arrayContaining([told])]);
    expect(sandbox.requests.filter(({ json }) => json?.['size'] === 0)).toHaveLength(3);
  });
});

describe('answers that are not whole', () => {
  test.each(moesif.tables)('a search of $name that timed out is asked again', async (table) => {
    const { name } = table;
    const sandbox = app();
    sandbox.fault({ ...moesif.place(table), kind: 'timed-out', on: [2, 4] });
    const { complete, records } = await read(sandbox, name, { config: { page_size: 10 } });
    expect(complete).toBe(true);
    expect(byKey(sandbox, name, records)).toEqual(truthOf(sandbox, name));
    expect(sandbox.requests.filter(({ fault }) => fault)).toHaveLength(3);
  });

  test('one that always does is an error of Moesif, and no row of it is taken', async () => {
    const sandbox = app();
    sandbox.fault({ path: '/v1/search/~/search/usermetrics/users', kind: 'timed-out' });
    const { complete, records, errors } = await read(sandbox, 'users');
    expect([complete, records]).toEqual([false, []]);
    expect(errors).toMatchObject([
      {
        failure_type: 'transient_error',
        message: expect.stringContaining('did not come to an end with a search'),
      },
    ]);
  });
});

describe('a key that may not do all', () => {
  test.each([
    ['users', 'read:users'],
    ['identify_calls', 'read:users'],
    ['companies', 'read:companies'],
    ['group_calls', 'read:companies'],
    ['identify_calls', 'read:companies'],
    ['events', 'read:events'],
  ] as const)('%s without %s is no empty table', async (name, scope) => {
    const sandbox = app();
    sandbox.grant((['read:users', 'read:companies', 'read:events'] as const).filter((one) => one !== scope));
    const { complete, records, errors } = await read(sandbox, name);
    expect([complete, records]).toEqual([false, []]);
    expect(errors).toMatchObject([
      {
        failure_type: 'config_error',
        message: expect.stringContaining(`the key lacks the scope "${scope}"`),
      },
    ]);
  });

  test('a subscription that ended closes every table', async () => {
    const sandbox = app({ subscription: 'ended' });
    for (const name of NAMES) {
      const { complete, errors } = await read(sandbox, name);
      expect(complete).toBe(false);
      expect(errors[0]?.message).toContain('the Moesif subscription is not active');
    }
  });
});

describe('the rollup of the last 24 hours', () => {
  const rollupsOf = (records: readonly Record<string, unknown>[]) =>
    records.filter((row) => 'last24HourAggResults' in (row['traits'] as object)).length;

  test('is of those who made calls', async () => {
    const { records, logged } = await read(app(), 'identify_calls');
    expect(rollupsOf(records)).toBeGreaterThan(0);
    expect(rollupsOf(records)).toBeLessThan(records.length);
    expect(logged.join()).not.toContain('metrics');
  });

  test('is left out where Moesif does not give it, which is said once and asked once', async () => {
    const sandbox = app({ metrics: false });
    const { complete, records, logged } = await read(sandbox, 'identify_calls', {
      config: { page_size: 10 },
    });
    expect([complete, rollupsOf(records)]).toEqual([true, 0]);
    expect(
      logged.filter((line) => line.includes('does not give the metrics of users (HTTP 402')),
    ).toHaveLength(1);
    expect(sandbox.requests.filter(({ status }) => status === 402)).toHaveLength(1);
  });

  test.each([{ kind: 'no-data' }, { status: 200, body: { users: [] } }] as const)(
    'is left out where its search is answered in another form, which is said once: %j',
    async (form) => {
      const sandbox = app();
      sandbox.fault({ path: '/v1/search/~/search/usermetrics/users', having: 'from', ...form });
      const { complete, records, logged } = await read(sandbox, 'identify_calls', {
        config: { page_size: 10 },
      });
      expect([complete, rollupsOf(records)]).toEqual([true, 0]);
      expect(
        logged.filter((line) => line.includes('does not give the metrics of users ("a search without its')),
      ).toHaveLength(1);
    },
  );

  test.each([{ status: 503 }, { kind: 'timed-out' }, { kind: 'reset' }] as const)(
    'is no such thing where its search goes wrong otherwise: %j',
    async (trouble) => {
      const sandbox = app();
      sandbox.fault({ path: '/v1/search/~/search/usermetrics/users', having: 'from', ...trouble });
      const { complete, errors } = await read(sandbox, 'identify_calls', { timeout: 100 });
      expect([complete, errors[0]?.failure_type]).toEqual([false, 'transient_error']);
    },
  );

  test('is not what a key is refused that was revoked meanwhile', async () => {
    const sandbox = app();
    sandbox.fault({ path: '*', kind: 'unauthorized', on: [4, 999] });
    const { complete, errors } = await read(sandbox, 'identify_calls');
    expect([complete, errors[0]?.failure_type]).toEqual([false, 'config_error']);
  });
});

test('the company of a user is found by the id that the customer calls it by, and by its own', async () => {
  const sandbox = app({ users: 0, companies: 0 });
  sandbox.addCompany({ _id: 'c-1', _source: { company_id: 'Acme', company_domain: 'acme.example' } });
  sandbox.addCompany({ _id: 'c-2', _source: { company_domain: 'globex.example' } });
  sandbox.addCompany({ _id: 'Acme', _source: { company_id: 'other', company_domain: 'other.example' } });
  for (const company_id of ['Acme', 'c-1', 'c-2'])
    sandbox.addUser({ _id: `of ${company_id}`, _source: { company_id } });
  const { records } = await read(sandbox, 'identify_calls');
  expect(byKey(sandbox, 'identify_calls', records)).toEqual(truthOf(sandbox, 'identify_calls'));
  const domains = records.map(({ traits }) => (traits as { company?: object }).company);
  expect(domains).toMatchObject(
    ['acme', 'acme', 'globex'].map((name) => ({ companyDomain: `${name}.example` })),
  );
});

describe('what is asked for', () => {
  test('of an identify call: a page of users, one search for their companies, one for their metrics', async () => {
    const sandbox = app({ users: 30, companies: 15 });
    await read(sandbox, 'identify_calls', { config: { page_size: 31 } });
    const searches = sandbox.requests.filter(({ json }) => json?.['size'] !== 0);
    expect(searches).toHaveLength(3);
    const [users, companies, metrics] = searches;
    expect(users?.json).toMatchObject({ size: 31, sort: [{ _id: 'asc' }] });
    expect(companies?.path).toMatch(/companymetrics\/companies$/);
    expect(metrics?.query).toEqual({
      app_id: sandbox.appId,
      from: new Date(Math.floor(Date.parse(NOW) / 1000) * 1000 - DAY).toISOString(),
      to: new Date(Math.floor(Date.parse(NOW) / 1000) * 1000).toISOString(),
    });
  });

  test('of events: neither bodies nor headers, unless the config wants them', async () => {
    const sandbox = app({ eventsPerDay: 5, days: 1 });
    const hidden = async (config: object) => {
      const { text } = await read(sandbox, 'events', { config });
      return text.includes('s3cr3t');
    };
    expect(await hidden({})).toBe(false);
    expect(requestsFor(sandbox, '/events').at(-1)?.json).toMatchObject({
      _source: { excludes: ['request.body', 'request.headers', 'response.body', 'response.headers'] },
    });
    expect(await hidden({ include_headers: true })).toBe(true);
    expect(await hidden({ include_bodies: true })).toBe(true);
  });

  test.each(['users', 'companies', 'events'])(
    'of %s: session tokens, which are written where the config says so',
    async (name) => {
      const sandbox = app({ days: 1 });
      const nested = { session_token: ['s3cr3t-nested'], company_id: 'acme' };
      sandbox.addUser({ _id: 'ada', _source: { company: nested, body: nested } });
      sandbox.addCompany({ _id: 'acme', _source: { session_token: 's3cr3t', body: nested } });
      const request = { time: '2026-11-27T09:00:00Z' };
      sandbox.happen({
        _id: 'e',
        _source: { request, session_token: 's3cr3t', user: nested, company: nested },
      });
      const textOf = async (include_secrets: boolean) =>
        (await read(sandbox, name, { config: { include_secrets } })).text;
      const masked = await textOf(false);
      expect(masked).not.toContain('s3cr3t');
      expect(masked).toContain('**********');
      expect(await textOf(true)).toContain('s3cr3t-nested');
    },
  );

  test('less than the limit of a minute, so that nobody is refused', async () => {
    const sandbox = app({ users: 900 });
    const { complete, records } = await read(sandbox, 'users', { config: { page_size: 1 } });
    expect([complete, records.length]).toEqual([true, truthOf(sandbox, 'users').size]);
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
    const times = sandbox.requests.map(({ at }) => at);
    const inAMinute = times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length);
    expect(Math.max(...inAMinute)).toBe(400);
  });

  test('after a 429 nothing until the minute ends', async () => {
    const sandbox = app({ quotas: { perMinute: 10 } });
    const { complete, records } = await read(sandbox, 'users', { config: { page_size: 2 } });
    expect(complete).toBe(true);
    expect(byKey(sandbox, 'users', records)).toEqual(truthOf(sandbox, 'users'));
    const refused = sandbox.requests.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(4);
    const minute = ({ at }: { at: number }) => Math.floor(at / 60_000);
    for (const one of refused) {
      const [next] = sandbox.requests.filter((other) => other.status !== 429 && other.at > one.at);
      expect(next && minute(next)).toBe(minute(one) + 1);
    }
  });
});
