import { describe, expect, test } from '@jest/globals';
import { encode } from '../../sandbox/kit/json.ts';
import { createMoesif, type Moesif, type MoesifOptions, type Row } from '../../sandbox/moesif/index.ts';
import { COMPANIES, EVENTS, searchAll, USERS, type Hit } from './moesif-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MoesifOptions = {}) => createMoesif({ now: NOW, quotas: false, ...options });

/** Members have no order, and a matcher would take `__proto__` for a prototype. */
const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value).filter(([, held]) => held !== undefined);
  return `{${members
    .map(([name, held]) => `${JSON.stringify(name)}:${textOf(held)}`)
    .sort()
    .join()}}`;
};
const texts = (rows: Iterable<unknown>): string[] => [...rows].map(textOf).sort();
const truth = (moesif: Moesif, table: string): Row[] => [...moesif.workspace.tables[table]!()];

/** A rule that the sandbox has in its own words. */
function utc(value: unknown): unknown {
  if (typeof value === 'number') return new Date(value).toISOString();
  if (typeof value !== 'string') return value;
  const [whole, zone] = [value.slice(0, 23), /(Z|[+-]\d\d:\d\d)$/.exec(value)?.[0] ?? 'Z'];
  // Digits beyond milliseconds are kept, but for zeros.
  const finer = /\.\d{3}(\d*?)0*(?:Z|[+-]|$)/.exec(value)?.[1] ?? '';
  return new Date(Date.parse(whole.replace(/Z$/, '') + zone)).toISOString().replace('Z', `${finer}Z`);
}

const TIMES = ['created', 'modified_time', 'first_seen_time', 'last_seen_time'];
const rowOf = ({ _id, _source }: Hit): Row => {
  const row: Row = { ..._source, id: _id };
  for (const name of TIMES) if (name in row) row[name] = utc(row[name]);
  return row;
};

test('the same seed makes the same application, another one another', () => {
  const all = (seed: number) =>
    Object.values(make({ seed }).workspace.tables)
      .map((table) => encode([...table()]))
      .join('\n');
  const first = all(7);
  expect(all(7)).toBe(first);
  expect(all(8)).not.toBe(first);
});

test('keys are present, scalar and unique in each table', () => {
  const { workspace } = make({ users: 300, companies: 60 });
  for (const [name, key] of Object.entries(workspace.keys)) {
    const found = [...workspace.tables[name]!()].map((row) => key.map((field) => row[field]));
    expect(found.length).toBeGreaterThan(50);
    expect(found.flat().every((value) => typeof value === 'string' && value !== '')).toBe(true);
    expect(new Set(found.map(String)).size).toBe(found.length);
  }
});

describe('the API tells the truth', () => {
  const moesif = make();

  test.each([
    ['users', USERS, '/v1/search/~/search/users'],
    ['companies', COMPANIES, '/v1/search/~/search/companies'],
  ])('%s, in both generations', (table, path, old) => {
    const rows = texts(searchAll(moesif, path).map(rowOf));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows).toEqual(texts(truth(moesif, table)));
    expect(texts(searchAll(moesif, old).map(rowOf))).toEqual(rows);
  });

  test.each<MoesifOptions>([
    {},
    { includeHeaders: true },
    { includeBodies: true },
    { includeHeaders: true, includeBodies: true },
  ])('events: %j', (includes) => {
    const own = make(includes);
    const excludes = [
      ...(includes.includeHeaders ? [] : ['request.headers', 'response.headers']),
      ...(includes.includeBodies ? [] : ['request.body', 'response.body']),
    ];
    const hits = searchAll(own, EVENTS, {
      body: { _source: { excludes }, size: 100 },
      query: { from: '2026-11-01T00:00:00Z', to: NOW },
    });
    const rows = hits.map(({ _id, _source }) => ({
      ..._source,
      id: _id,
      request_time: utc((_source['request'] as Row)['time']),
    }));
    expect(rows.length).toBeGreaterThan(600);
    expect(texts(rows)).toEqual(texts(truth(own, 'events')));
    expect(encode(truth(own, 'events')).includes('s3cr3t')).toBe(excludes.length < 4);
  });

  const left = (members: Row): Row =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
  const companyOf = (id: unknown, source: Row): Row =>
    left({
      id,
      created: utc(source['created']),
      modifiedTime: utc(source['modified_time']),
      firstSeenTime: utc(source['first_seen_time']),
      lastSeenTime: utc(source['last_seen_time']),
      ipAddress: source['ip_address'],
      companyDomain: source['company_domain'],
      ttfhw_s: source['ttfhw_s'],
      metadata: source['metadata'],
    });

  function identify(
    { _id, _source: user }: Hit,
    companies: ReadonlyMap<unknown, Row>,
    calls: Map<string, unknown>,
  ): Row {
    const userId = user['user_id'] ?? user['identified_user_id'] ?? _id;
    const geo = (user['geo_ip'] ?? {}) as Row & { location?: Row };
    const location = left({
      city: geo['city_name'],
      country: geo['country_name'],
      region: geo['region_name'],
      latitude: geo['latitude'] ?? geo.location?.['lat'],
      longitude: geo['longitude'] ?? geo.location?.['lon'],
    });
    const copy = (user['company'] ?? {}) as Row;
    const companyId = user['company_id'] ?? copy['company_id'];
    const parts = [user['first_name'], user['last_name']].filter(Boolean).join(' ');
    return {
      type: 'identify',
      userId,
      timestamp: utc(user['modified_time']) ?? utc(user['last_seen_time']) ?? null,
      context: left({
        ip: user['ip_address'] ?? geo['ip'],
        location: Object.keys(location).length > 0 ? location : null,
      }),
      traits: left({
        id: userId,
        createdAt: utc(user['created']),
        modifiedTime: utc(user['modified_time']),
        firstSeenTime: utc(user['first_seen_time']),
        lastSeenTime: utc(user['last_seen_time']),
        name: user['name'] ?? (parts || null),
        email: user['email'],
        username: user['user_name'],
        company: companyId == null ? null : companyOf(companyId, companies.get(companyId) ?? copy),
        campaign: user['campaign'],
        clearbit: user['clearbit'],
        last24HourAggResults: calls.get(_id),
        metadata: user['metadata'],
        userAgent: user['user_agent'],
      }),
    };
  }

  test.each([true, false])('identify calls, metrics: %p', (metrics) => {
    const own = make({ metrics });
    const companies = new Map(searchAll(own, COMPANIES).map(({ _id, _source }) => [_id, _source]));
    const query = { from: '2026-11-21T10:30:15.250Z', to: NOW };
    const active = metrics ? searchAll(own, USERS, { query }) : [];
    const calls = new Map(active.map(({ _id, _source }) => [_id, _source['last24HourAggResults']]));
    const rows = searchAll(own, USERS).map((user) => identify(user, companies, calls));
    expect(texts(rows)).toEqual(texts(truth(own, 'identify_calls')));
    const traits = rows.map((call) => call['traits'] as Row);
    expect(traits.some(({ company }) => /^\{"id":"Ghost/.test(JSON.stringify(company ?? null)))).toBe(true);
    expect(traits.some(({ last24HourAggResults }) => last24HourAggResults !== undefined)).toBe(metrics);
  });

  test('group calls', () => {
    const rows = searchAll(moesif, COMPANIES).map(({ _id, _source }) => {
      const id = _source['company_id'] ?? _id;
      const { created: createdAt, ...traits } = companyOf(id, _source);
      return {
        type: 'group',
        groupId: id,
        timestamp: utc(_source['modified_time']) ?? utc(_source['last_seen_time']),
        traits: left({ ...traits, createdAt, website: _source['company_domain'] }),
      };
    });
    expect(texts(rows)).toEqual(texts(truth(moesif, 'group_calls')));
  });
});

test('a truth of many users is not kept', () => {
  const { workspace } = make({ users: 20_000, companies: 200 });
  const before = process.memoryUsage().heapUsed;
  let count = 0;
  for (const row of workspace.tables['users']!()) if (row) count += 1;
  expect(count).toBe(20_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30 * 1024 * 1024);
});
