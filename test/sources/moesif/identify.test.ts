import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Row } from '../../../src/engine/stream.ts';
import { COMPANY_FIELDS, groupOf } from '../../../src/sources/moesif/group.ts';
import { companyIdOf, identifyOf, USER_FIELDS } from '../../../src/sources/moesif/identify.ts';
import { identifyCall } from '../../../src/sources/moesif/schemas.ts';

const hitOf = (id: string, fields: Row) => ({ id, fields, sort: [id] });

const USER: Row = {
  user_id: 'ada',
  identified_user_id: 'ada-later',
  company_id: 'acme',
  app_id: '625:1',
  org_id: '421:67',
  created: '2023-01-02T03:04:05',
  modified_time: '2023-07-27T21:52:58.0990000Z',
  first_seen_time: '2023-02-02T03:04:05.5+02:00',
  last_seen_time: '2023-07-28T00:00:00.1Z',
  name: 'Ada Example',
  first_name: 'Not',
  last_name: 'These',
  email: 'ada@example.com',
  user_name: '@ada',
  campaign: { utm_source: 'news' },
  clearbit: { person: { bio: 'x' } },
  metadata: { plan: 'pro' },
  user_agent: { name: 'Chrome', device: 'Other' },
  user_agent_string: 'Mozilla/5.0',
  ip_address: '198.51.100.7',
  session_token: ['t'],
  geo_ip: {
    ip: '198.51.100.8',
    city_name: 'København',
    country_name: 'Denmark',
    region_name: 'Capital Region',
    latitude: 55.6,
    longitude: 12.5,
    location: { lat: 1, lon: 2 },
  },
  body: { secret: 'x' },
};
const COMPANY: Row = {
  company_id: 'acme',
  created: '2022-01-01T00:00:00Z',
  modified_time: '2022-01-02T00:00:00Z',
  first_seen_time: '2022-01-03T00:00:00Z',
  last_seen_time: '2022-01-04T00:00:00Z',
  ip_address: '203.0.113.1',
  company_domain: 'acme.example',
  ttfhw_s: 0,
  metadata: { tier: 1 },
  geo_ip: {},
  campaign: { gclid: 'g' },
};
const METRICS = { event_count: 12 };

/** The traits of the first table of Segment's page, and those of the second one, as they stand there. */
const TRAITS = ['id', 'createdAt', 'modifiedTime', 'firstSeenTime', 'lastSeenTime', 'name', 'email'].concat([
  'username',
  'company',
  'campaign',
  'clearbit',
  'last24HourAggResults',
  'metadata',
  'userAgent',
]);
const OF_COMPANY = ['id', 'created', 'modifiedTime', 'firstSeenTime', 'lastSeenTime', 'ipAddress'].concat([
  'companyDomain',
  'ttfhw_s',
  'metadata',
]);

const traitsOf = (call: Row) => call['traits'] as Row;
const callOf = (fields: Row, id = 'hit') => identifyOf(hitOf(id, fields));

describe('a user as an identify call', () => {
  const call = identifyOf(hitOf('hit', USER), { company: hitOf('acme', COMPANY), metrics: METRICS });

  test('has every trait of the two tables, under its name, and no other', () => {
    expect(call).toEqual({
      type: 'identify',
      userId: 'ada',
      messageId: expect.stringMatching(/^moesif-[0-9a-f]{64}$/),
      timestamp: '2023-07-27T21:52:58.099Z',
      context: {
        ip: '198.51.100.7',
        location: {
          city: 'København',
          country: 'Denmark',
          region: 'Capital Region',
          latitude: 55.6,
          longitude: 12.5,
        },
      },
      traits: {
        id: 'ada',
        createdAt: '2023-01-02T03:04:05.000Z',
        modifiedTime: '2023-07-27T21:52:58.099Z',
        firstSeenTime: '2023-02-02T01:04:05.500Z',
        lastSeenTime: '2023-07-28T00:00:00.100Z',
        name: 'Ada Example',
        email: 'ada@example.com',
        username: '@ada',
        company: {
          id: 'acme',
          created: '2022-01-01T00:00:00.000Z',
          modifiedTime: '2022-01-02T00:00:00.000Z',
          firstSeenTime: '2022-01-03T00:00:00.000Z',
          lastSeenTime: '2022-01-04T00:00:00.000Z',
          ipAddress: '203.0.113.1',
          companyDomain: 'acme.example',
          ttfhw_s: 0,
          metadata: { tier: 1 },
        },
        campaign: { utm_source: 'news' },
        clearbit: { person: { bio: 'x' } },
        last24HourAggResults: METRICS,
        metadata: { plan: 'pro' },
        userAgent: { name: 'Chrome', device: 'Other' },
      },
    });
    expect(Object.keys(traitsOf(call))).toEqual(TRAITS);
    expect(Object.keys(traitsOf(call)['company'] as Row)).toEqual(OF_COMPANY);
  });

  test('is made of the fields that are asked for', () => {
    const [user, company] = [only(USER, USER_FIELDS), only(COMPANY, COMPANY_FIELDS)];
    const known = { company: hitOf('acme', company), metrics: METRICS };
    expect(identifyOf(hitOf('hit', user), known)).toEqual(call);
  });

  test('has them all in its schema', () => {
    const { properties = {} } = identifyCall.properties['traits'] ?? {};
    expect(Object.keys(properties).sort()).toEqual([...TRAITS].sort());
    expect(Object.keys(properties['company']?.properties ?? {}).sort()).toEqual([...OF_COMPANY].sort());
  });

  test.each([
    [{ modified_time: null, last_seen_time: '2023-07-27' }, '2023-07-27T00:00:00.000Z'],
    [{ modified_time: 'never', last_seen_time: '2023-07-27' }, '2023-07-27T00:00:00.000Z'],
    [{ modified_time: '2023-07-26', last_seen_time: '2023-07-27' }, '2023-07-26T00:00:00.000Z'],
    [{ modified_time: 'never' }, null],
  ])('of %j is of the time %p', (fields, timestamp) => {
    expect(callOf(fields)['timestamp']).toBe(timestamp);
  });

  test('leaves out what Moesif does not have', () => {
    expect(callOf({})).toMatchObject({ userId: 'hit', timestamp: null, context: {}, traits: { id: 'hit' } });
    expect(traitsOf(callOf(Object.fromEntries(Object.keys(USER).map((name) => [name, null]))))).toEqual({
      id: 'hit',
    });
  });
});

const only = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)));

test.each([
  [{ user_id: 'a', identified_user_id: 'b' }, 'a'],
  [{ user_id: null, identified_user_id: 'b' }, 'b'],
  [{ user_id: '', identified_user_id: '' }, 'hit'],
  [{ user_id: 7 }, '7'],
  [{}, 'hit'],
])('of the ids in %j the userId is %s', (fields, userId) => {
  expect(callOf(fields)).toMatchObject({ userId, traits: { id: userId } });
});

test.each([
  [{ name: 'Whole', first_name: 'A', last_name: 'B' }, 'Whole'],
  [{ name: null, first_name: 'A', last_name: 'B' }, 'A B'],
  [{ name: '', first_name: 'A' }, 'A'],
  [{ last_name: 'B', first_name: '' }, 'B'],
  [{ first_name: null }, undefined],
])('of the names in %j the name is %p', (fields, name) =>
  expect(traitsOf(callOf(fields))['name']).toBe(name),
);

describe('the context', () => {
  test.each([
    [{ geo_ip: { ip: '1.2.3.4' } }, { ip: '1.2.3.4' }],
    [{ ip_address: '1.1.1.1', geo_ip: { ip: '1.2.3.4' } }, { ip: '1.1.1.1' }],
    [{ geo_ip: { location: { lat: 0, lon: 2 } } }, { location: { latitude: 0, longitude: 2 } }],
    [{ geo_ip: { city_name: null, country_name: 'Denmark' } }, { location: { country: 'Denmark' } }],
    [{ geo_ip: null, ip_address: null }, {}],
    [{ user_agent: { name: 'Chrome' } }, {}],
  ])('of %j is %j', (fields, context) => expect(callOf(fields)['context']).toEqual(context));
});

describe('the company', () => {
  const companyOf = (fields: Row, company?: Row) =>
    traitsOf(identifyOf(hitOf('u', fields), company ? { company: hitOf('acme', company) } : {}))['company'];

  test('is the one that companies have of that id', () => {
    expect(companyOf({ company_id: 'acme', company: { company_domain: 'old' } }, { ttfhw_s: 3 })).toEqual({
      id: 'acme',
      ttfhw_s: 3,
    });
  });

  test('is what the user has of it where they have none', () => {
    const company = { company_domain: 'x', subscriptions: [] };
    expect(companyOf({ company_id: 'ghost', company })).toEqual({ id: 'ghost', companyDomain: 'x' });
    expect(companyOf({ company: { company_id: 'c', ttfhw_s: 0 } })).toEqual({ id: 'c', ttfhw_s: 0 });
    expect(companyOf({ company_id: 'ghost' })).toEqual({ id: 'ghost' });
    expect(companyOf({ company: null })).toBeUndefined();
  });

  test.each([
    [{ company_id: 'a', company: { company_id: 'b' } }, 'a'],
    [{ company_id: null, company: { company_id: 'b' } }, 'b'],
    [{ company: { id: 'b' } }, 'b'],
    [{ company_id: '' }, undefined],
    [{}, undefined],
  ])('of %j is %p', (fields, id) => expect(companyIdOf(hitOf('u', fields))).toBe(id));
});

describe('the messageId', () => {
  const idOf = (fields: Row, app?: string, id = 'hit') => identifyOf(hitOf(id, fields), { app })['messageId'];

  test('is the same for the same version of the same user, whatever else is known of it, and for no other', () => {
    const one = fc.record({
      app_id: fc.constantFrom('1', '2'),
      user_id: fc.constantFrom('a', 'b'),
      modified_time: fc.constantFrom(
        '2023-07-27T21:55:19',
        '2023-07-27T21:55:19.000Z',
        '2023-07-27T21:55:20Z',
      ),
    });
    fc.assert(
      fc.property(one, one, fc.string(), (a, b, name) => {
        const isSame =
          a.app_id === b.app_id &&
          a.user_id === b.user_id &&
          a.modified_time.slice(0, 19) === b.modified_time.slice(0, 19);
        expect(idOf(a) === idOf({ ...b, name })).toBe(isSame);
      }),
    );
  });

  test('is of the app of the config where a user does not name one', () => {
    const fields = { modified_time: '2023-07-27T21:55:19Z' };
    expect(idOf(fields, '1')).toBe(idOf({ ...fields, app_id: '1' }, '2'));
    expect(idOf(fields, '1')).not.toBe(idOf(fields, '2'));
  });

  test.each([{}, { modified_time: null }, { last_seen_time: '2023-07-27' }])(
    'tells versions without a time of modification by what they hold: %j',
    (times) => {
      expect(idOf({ ...times, name: 'a' })).not.toBe(idOf({ ...times, name: 'b' }));
      expect(idOf({ ...times, name: 'a' })).toBe(idOf({ ...times, name: 'a' }));
    },
  );

  test('stays what it is: what was sent by an earlier version must not come twice', () => {
    expect(idOf(USER)).toBe('moesif-2b557b2a360a4d91a00ec8df846748b52c5d2e72aa67e4a3db4c1a882878c8b7');
  });

  test('is no company by chance', () => {
    const fields = { user_id: 'x', company_id: 'x', modified_time: '2023-07-27T21:55:19Z' };
    expect(idOf(fields)).not.toBe(groupOf(hitOf('hit', fields))['messageId']);
  });
});

describe('a company as a group call', () => {
  test("has the traits that Segment knows under Segment's names", () => {
    expect(groupOf(hitOf('hit', { ...COMPANY, name: 'Acme' }))).toEqual({
      type: 'group',
      groupId: 'acme',
      messageId: expect.stringMatching(/^moesif-[0-9a-f]{64}$/),
      timestamp: '2022-01-02T00:00:00.000Z',
      traits: {
        id: 'acme',
        name: 'Acme',
        website: 'acme.example',
        createdAt: '2022-01-01T00:00:00.000Z',
        modifiedTime: '2022-01-02T00:00:00.000Z',
        firstSeenTime: '2022-01-03T00:00:00.000Z',
        lastSeenTime: '2022-01-04T00:00:00.000Z',
        ipAddress: '203.0.113.1',
        companyDomain: 'acme.example',
        ttfhw_s: 0,
        metadata: { tier: 1 },
      },
    });
  });

  test.each([
    [{ name: 'A', metadata: { name: 'B' } }, 'A'],
    [{ metadata: { name: 'B' } }, 'B'],
    [{ metadata: null }, undefined],
  ])('of %j has the name %p', (fields, name) => {
    expect(traitsOf(groupOf(hitOf('hit', fields)))['name']).toBe(name);
  });

  test('has the id of the hit where it has no other', () => {
    expect(groupOf(hitOf('hit', {}))).toMatchObject({
      groupId: 'hit',
      timestamp: null,
      traits: { id: 'hit' },
    });
  });
});
