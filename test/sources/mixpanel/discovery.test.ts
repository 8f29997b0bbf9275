/** The columns that only Mixpanel knows: the properties of events and profiles, asked for when the tables are listed. */
import { describe, expect, test } from '@jest/globals';
import { EVENT_PROPERTIES } from '../../../sandbox/mixpanel/data/events.ts';
import { PROFILE_PROPERTIES } from '../../../sandbox/mixpanel/data/profiles.ts';
import type { Fault } from '../../../sandbox/kit/faults.ts';
import { columnOf } from '../../../src/sources/mixpanel/names.ts';
import { engage } from '../../../src/sources/mixpanel/streams/engage.ts';
import { events } from '../../../src/sources/mixpanel/streams/export.ts';
import { TestClock } from '../../support/clock.ts';
import { askedFor, columnsOf, DAY, NOW, project, readOne } from './lab.ts';

const TOP = '/api/query/events/properties/top';
const PROFILES = '/api/query/engage/properties';
const SAMPLE = '/api/2.0/export';
const own = (table: typeof events) => new Set(Object.keys(table.schema.properties));
const namesIn = async (options: Parameters<typeof project>[0], config = {}) => {
  const { value } = await columnsOf(project(options), config);
  return [...(value ?? [])].map(([table, known]) => [table, Object.keys(known).length > 0]);
};

test('every property of events and profiles has a column', async () => {
  const { value, failure } = await columnsOf(project());
  expect(failure).toBeUndefined();
  const wanted = (names: readonly string[], table: typeof events) =>
    names.map((name) => columnOf(name, own(table))).sort();
  expect(Object.keys(value?.get('export') ?? {}).sort()).toEqual(wanted(EVENT_PROPERTIES, events));
  expect(Object.keys(value?.get('engage') ?? {}).sort()).toEqual(wanted(PROFILE_PROPERTIES, engage));
});

test('it takes two requests of the query quota and one of the export', async () => {
  const sandbox = project();
  await columnsOf(sandbox);
  expect(sandbox.requests.map(({ path }) => path).sort()).toEqual([SAMPLE, PROFILES, TOP].sort());
  const [sample] = askedFor(sandbox, SAMPLE);
  expect(sample?.query).toMatchObject({ from_date: '2026-11-26', to_date: '2026-11-26', limit: '1000' });
});

describe('types', () => {
  test('of profiles are as Mixpanel tells them', async () => {
    const sandbox = project();
    const results = {
      text: { type: 'string' },
      amount: { type: 'number' },
      flag: { type: 'boolean' },
      when: { type: 'datetime' },
      thing: { type: 'object' },
      tags: { type: 'list' },
      weird: { type: 'unknown' },
      untyped: { count: 1 },
    };
    sandbox.fault({ path: PROFILES, body: { status: 'ok', results } });
    const { value } = await columnsOf(sandbox);
    const types = Object.entries(value?.get('engage') ?? {}).map(([name, schema]) => [name, schema.type]);
    expect(Object.fromEntries(types)).toEqual({
      text: ['null', 'string'],
      amount: ['null', 'number'],
      flag: ['null', 'boolean'],
      when: ['null', 'string'],
      thing: ['null', 'object'],
      tags: ['null', 'array'],
      weird: undefined,
      untyped: undefined,
    });
  });

  test('of events are those of a sample, and of none where it has several', async () => {
    const sandbox = project();
    const line = (properties: object) =>
      `${JSON.stringify({ event: 'a', properties: { time: 1, ...properties } })}\n`;
    const body =
      line({ text: 'a', amount: 1, mixed: 1, flag: true, tags: [], thing: {}, nothing: null, late: null }) +
      line({ amount: 1.5, mixed: '1', late: 'x' });
    sandbox.fault({ path: SAMPLE, body });
    sandbox.fault({ path: TOP, body: { unsampled: { count: 1 }, text: {} } });
    const { value } = await columnsOf(sandbox);
    const types = Object.entries(value?.get('export') ?? {}).map(([name, schema]) => [name, schema.type]);
    expect(Object.fromEntries(types)).toEqual({
      text: ['null', 'string'],
      amount: ['null', 'number'],
      mixed: undefined,
      flag: ['null', 'boolean'],
      tags: ['null', 'array'],
      thing: ['null', 'object'],
      late: ['null', 'string'],
      unsampled: undefined,
    });
  });
});

describe('the config', () => {
  test('with all properties in one column asks for none', async () => {
    const sandbox = project();
    const { value } = await columnsOf(sandbox, { properties_as: 'json' });
    expect([...(value ?? [])]).toEqual([]);
    expect(sandbox.requests).toEqual([]);
  });

  test('leaves out what is not to be read', async () => {
    const include_properties = ['$city', 'amount', 'plan'];
    const { value } = await columnsOf(project(), { include_properties, exclude_properties: ['plan'] });
    expect(Object.keys(value?.get('export') ?? {}).sort()).toEqual(['amount', 'mp_reserved_city']);
    expect(Object.keys(value?.get('engage') ?? {})).toEqual(['mp_reserved_city']);
  });

  test('that takes no new properties reads those of the catalog alone, and by default all come', async () => {
    const sandbox = project({ quotas: false });
    const { value } = await columnsOf(sandbox);
    const columns = new Set([...own(events), ...Object.keys(value?.get('export') ?? {})]);
    sandbox.happen({ event: 'new', properties: { 'a new one': 1, $city: 'Ribe' } });
    const read = async (config: object) => {
      const { records } = await readOne(sandbox, 'export', { config, columns });
      return records.find(({ event }) => event === 'new');
    };
    expect(await read({})).toMatchObject({ 'a new one': 1, mp_reserved_city: 'Ribe' });
    const known = await read({ select_properties_by_default: false });
    expect(known).toMatchObject({ mp_reserved_city: 'Ribe' });
    expect(known).not.toHaveProperty('a new one');
    expect(await read({ select_properties_by_default: false, properties_as: 'json' })).toMatchObject({
      properties: { 'a new one': 1, $city: 'Ribe' },
    });
  });

  test('so do those of profiles', async () => {
    const sandbox = project();
    sandbox.addProfile({ distinct_id: 'new', properties: { 'a new one': 1, plan: 'pro' } });
    const config = { select_properties_by_default: false };
    const { records } = await readOne(sandbox, 'engage', {
      config,
      columns: new Set(['distinct_id', 'plan']),
    });
    expect(records.find(({ distinct_id: id }) => id === 'new')).toEqual({ distinct_id: 'new', plan: 'pro' });
  });
});

describe('names of include_properties that no property has', () => {
  const told = async (include_properties: string[], options = {}) => {
    const { logged } = await columnsOf(project(options), { include_properties });
    return logged.filter((line) => line.includes('include_properties'));
  };

  test('are told of', async () => {
    expect(await told(['$city', 'plan', 'mp_reserved_os', 'plann'])).toEqual([
      'WARN include_properties: no property is known by the name "mp_reserved_os", "plann"; write each as Mixpanel does ' +
        '("$city"), not as its column is called ("mp_reserved_city").',
    ]);
  });

  test('are not where all are known, or those of a table are not to be had', async () => {
    expect(await told(['$city', 'amount'])).toEqual([]);
    expect(await told(['of profiles'], { plan: 'free' })).toEqual([]);
  });
});

test('columns that differ in case alone are told of', async () => {
  const { logged } = await columnsOf(project());
  expect(logged.join('\n')).toMatch(
    /WARN export has columns that differ in case alone.*userName and username/,
  );
});

test("a machine's clock that is ahead does not ask for a sample of days to come", async () => {
  const sandbox = project();
  // It keeps its own time.
  const { failure } = await columnsOf(
    { ...sandbox, goBy: () => undefined },
    {},
    new TestClock(Date.parse(NOW) + 20 * DAY),
  );
  expect(failure).toBeUndefined();
  expect(askedFor(sandbox, SAMPLE)[0]?.query).toMatchObject({ from_date: '2026-11-26' });
});

describe('a sample', () => {
  const quiet = { eventsPerDay: 0, plan: 'free' } as const;

  test('of a quiet day is taken of the month before', async () => {
    const sandbox = project(quiet);
    sandbox.happen({ event: 'a', time: '2026-11-20T10:00:00Z', properties: { colour: 'red' } });
    const { value } = await columnsOf(sandbox);
    expect(value?.get('export')).toMatchObject({ colour: { type: ['null', 'string'] } });
    expect(askedFor(sandbox, SAMPLE).map(({ query }) => [query['from_date'], query['to_date']])).toEqual([
      ['2026-11-26', '2026-11-26'],
      ['2026-10-27', '2026-11-25'],
    ]);
  });

  test('without any event is told of', async () => {
    const { value, logged } = await columnsOf(project(quiet));
    expect(value?.get('export')).toEqual({});
    expect(logged.join('\n')).toContain('WARN export: no events came of the last 31 days');
  });

  test('without any event of those that are wanted is told of as such', async () => {
    const { logged } = await columnsOf(project(), { export_events: ['Purchse'] });
    expect(logged.join('\n')).toContain(
      'WARN export: no events with a name of "export_events" came of the last 31 days',
    );
  });

  test.each<[string, Omit<Fault, 'path'>]>([
    ['is cut short in its first line', { body: '{"event":"a","prop' }],
    ['is ended early', { kind: 'terminated-early', afterLines: 3 }],
  ])('that %s is none of a project without properties', async (_, fault) => {
    const sandbox = project();
    sandbox.fault({ path: SAMPLE, ...fault });
    expect((await columnsOf(sandbox)).failure).toMatchObject({
      failureType: 'transient_error',
      message: expect.stringMatching(/^discover \(export\): /),
    });
  });
});

test.each([
  [TOP, 'export', (names: string[]) => Object.fromEntries(names.map((name) => [name, {}]))],
  [
    PROFILES,
    'engage',
    (names: string[]) => ({ results: Object.fromEntries(names.map((name) => [name, {}])) }),
  ],
])('a list of %s that is full may be cut, and that is told', async (path, table, bodyOf) => {
  for (const count of [1999, 2000]) {
    const sandbox = project();
    sandbox.fault({ path, body: bodyOf(Array.from({ length: count }, (_, index) => `p${index}`)) });
    const { logged } = await columnsOf(sandbox);
    const told = logged.filter((line) => line.includes('Mixpanel names 2000 properties at most'));
    expect(told).toEqual(count < 2000 ? [] : [expect.stringMatching(`^WARN ${table}: `)]);
  }
});

describe('what Mixpanel refuses', () => {
  test.each<[string, Omit<Fault, 'path'>]>([
    ['HTTP 402', { kind: 'plan' }],
    ['HTTP 403', { kind: 'forbidden' }],
    ['HTTP 400', { status: 400, body: { error: 'event is a required parameter' } }],
  ])('the names alone (%s): those of the sample have columns, and it is said', async (why, fault) => {
    const sandbox = project();
    sandbox.fault({ path: TOP, ...fault });
    const { value, failure, logged } = await columnsOf(sandbox);
    expect(failure).toBeUndefined();
    expect(Object.keys(value?.get('export') ?? {}).length).toBeGreaterThan(0);
    const told = `^WARN export: Mixpanel does not tell the names of all properties .*${why}`;
    expect(logged).toContainEqual(expect.stringMatching(told));
  });

  test('a plan without the Query API has the columns of events, from the sample', async () => {
    expect(await namesIn({ plan: 'free' })).toEqual([
      ['export', true],
      ['engage', false],
    ]);
  });

  test('a plan without the export has those of profiles', async () => {
    expect(await namesIn({ plan: 'old' })).toEqual([
      ['export', false],
      ['engage', true],
    ]);
  });

  test.each<[string, Omit<Fault, 'path'>]>([
    ['no permission', { kind: 'forbidden' }],
    ['an API that is gone', { kind: 'not-found' }],
  ])('%s leaves the table without columns of its own, and says so', async (_, fault) => {
    const sandbox = project();
    sandbox.fault({ path: PROFILES, ...fault });
    const { value, failure, logged } = await columnsOf(sandbox);
    expect(failure).toBeUndefined();
    expect(value?.get('engage')).toEqual({});
    expect(Object.keys(value?.get('export') ?? {}).length).toBeGreaterThan(0);
    expect(logged.join('\n')).toContain('WARN The properties of engage are not known');
  });

  const EACH = [PROFILES, TOP, SAMPLE];
  test.each<[string, Omit<Fault, 'path'>, failureType: string, paths?: string[]]>([
    ['an error that passes', { status: 503 }, 'transient_error'],
    ['no answer', { kind: 'reset' }, 'transient_error'],
    [
      'a quota that is used up',
      { kind: 'rate-limit', headers: { 'Retry-After': '3000' } },
      'transient_error',
    ],
    ["Mixpanel's own timeout", { kind: 'query-timeout' }, 'transient_error'],
    ['a body that is cut short', { kind: 'truncate' }, 'transient_error'],
    ['a 200 with an error', { kind: 'error-envelope' }, 'system_error'],
    ['a 200 without results', { body: {} }, 'system_error', [PROFILES, SAMPLE]],
    ['a refusal of something else', { status: 400, body: { error: 'bad luck' } }, 'system_error'],
    ['a documented API that is gone', { kind: 'not-found' }, 'system_error', [TOP, SAMPLE]],
  ])('%s is no project without properties', async (_, fault, failureType, paths = EACH) => {
    for (const path of paths) {
      const sandbox = project({ quotas: false });
      sandbox.fault({ path, ...fault });
      const table = path === PROFILES ? 'engage' : 'export';
      expect((await columnsOf(sandbox)).failure).toMatchObject({
        failureType,
        message: expect.stringMatching(`^discover \\(${table}\\): `),
      });
    }
  });

  test.each<Omit<Fault, 'path'>>([
    { kind: 'error-envelope' },
    { kind: 'query-timeout', on: [1, 3] },
    { kind: 'terminated-early', afterLines: 3 },
    { kind: 'truncate' },
    { kind: 'reset-mid-body' },
  ])('%j is asked again, and all have their columns', async (fault) => {
    const due = (await columnsOf(project())).value;
    for (const path of fault.kind === 'terminated-early' ? [SAMPLE] : EACH) {
      const sandbox = project();
      sandbox.fault({ path, on: 1, ...fault });
      const { value, failure, logged } = await columnsOf(sandbox);
      expect(failure).toBeUndefined();
      expect(value).toEqual(due);
      expect(logged.filter((line) => !line.includes('case alone'))).toEqual([]);
    }
  });

  test('bad credentials end it', async () => {
    for (const credentials of [
      { auth_type: 'service_account', username: 'x', secret: 'not-the-secret', project_id: '2529987' },
      { auth_type: 'project_secret', api_secret: 'not-the-secret' },
    ] as const)
      expect((await columnsOf(project(), { credentials })).failure).toMatchObject({
        failureType: 'config_error',
        message: expect.stringContaining('does not accept these credentials'),
      });
  });
});
