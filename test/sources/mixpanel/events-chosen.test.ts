/** export: the events and properties that a person chose, appended without a key, at the times that they happened. */
import { describe, expect, test } from '@jest/globals';
import { events } from '../../../src/sources/mixpanel/streams/export.ts';
import { askedFor, HOUR, project, readOne, sorted, truthOf } from './lab.ts';

describe('export_events', () => {
  const NAMES = [
    'a, b',
    'c"d',
    'Æble 😀',
    '$mp_web_page_view',
    'event',
    'back\\slash',
    "quote's",
    '& = + % #',
    '[x]',
  ];

  test.each(NAMES)('%j is asked for by itself', async (name) => {
    const sandbox = project({ quotas: false, days: 3, eventsPerDay: 60 });
    for (const event of NAMES) sandbox.happen({ event });
    const { complete, records } = await readOne(sandbox, 'export', { config: { export_events: [name] } });
    expect(complete).toBe(true);
    const due = truthOf(sandbox, 'export').filter((row) => row.includes(`["event",${JSON.stringify(name)}]`));
    expect(due.length).toBeGreaterThan(0);
    expect(sorted(records)).toEqual(due);
    for (const { query } of askedFor(sandbox, '/api/2.0/export'))
      expect(JSON.parse(query['event'] ?? '')).toEqual([name]);
  });

  test('several are asked for at once, and all where none is named', async () => {
    const sandbox = project({ quotas: false, days: 3, eventsPerDay: 60 });
    const export_events = ['a, b', 'Purchase'];
    const some = await readOne(sandbox, 'export', { config: { export_events } });
    expect(new Set(some.records.map(({ event }) => event))).toEqual(new Set(export_events));
    const all = await readOne(sandbox, 'export', { config: { export_events: [] } });
    expect(sorted(all.records)).toEqual(truthOf(sandbox, 'export'));
  });

  test('holds for the halves of a day too', async () => {
    const sandbox = project({ quotas: false, days: 1, eventsPerDay: 60 });
    sandbox.fault({ path: '/api/2.0/export', kind: 'terminated-early', on: 1, afterLines: 3 });
    const { records } = await readOne(sandbox, 'export', { config: { export_events: ['Purchase'] } });
    expect(sorted(records)).toEqual(
      truthOf(sandbox, 'export').filter((row) => row.includes('["event","Purchase"]')),
    );
    expect(askedFor(sandbox, '/api/2.0/export').every(({ query }) => query['event'] === '["Purchase"]')).toBe(
      true,
    );
  });
});

describe.each(['export', 'engage'])('the properties of %s', (table) => {
  const names = async (config: object) => {
    const { records } = await readOne(project({ quotas: false, days: 3 }), table, { config });
    const own = ['event', 'time', 'time_epoch', 'distinct_id'];
    const found = records.flatMap((row) => Object.keys((row['properties'] as object | undefined) ?? row));
    return new Set(found.filter((name) => !own.includes(name)));
  };

  test('are those that are included', async () => {
    const include_properties = ['$city', '🎈 Luftballons', '__proto__', 'not there'];
    const columns = ['mp_reserved_city', '🎈 Luftballons', '__proto__'];
    expect(await names({ include_properties })).toEqual(new Set(columns));
    const json = await names({ include_properties, properties_as: 'json' });
    expect(json).toEqual(new Set(['$city', '🎈 Luftballons', '__proto__']));
  });

  test('are not those that are excluded', async () => {
    const all = await names({});
    const left = await names({ exclude_properties: ['$city', 'city', '__proto__'] });
    expect([...all].filter((name) => !left.has(name)).sort()).toEqual([
      '__proto__',
      'city',
      'mp_reserved_city',
    ]);
  });
});

test('profiles are asked for the properties that are included alone', async () => {
  const sandbox = project();
  await readOne(sandbox, 'engage', { config: { include_properties: ['$city', 'plan'] } });
  expect(askedFor(sandbox, '/api/query/engage')[0]?.form?.['output_properties']).toBe('["$city","plan"]');
});

describe('the table', () => {
  test('has no key, so that a destination appends', () => {
    expect(events.primaryKey).toEqual([]);
    expect(events.cursor).toBe('time');
  });

  test('keeps what Mixpanel sends twice, and rows that share all their ids', async () => {
    const sandbox = project({ quotas: false, days: 2, eventsPerDay: 60 });
    const { records } = await readOne(sandbox, 'export');
    expect(new Set(sorted(records)).size).toBeLessThan(records.length);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
  });
});

describe('an event of a project made before 2023', () => {
  const at = async (time: string, config = {}, timezone = 'America/Los_Angeles') => {
    const sandbox = project({
      createdBefore2023: true,
      timezone,
      quotas: false,
      days: 1,
      eventsPerDay: 0,
      now: '2026-11-27T10:00:00Z',
    });
    sandbox.happen({ event: 'a', time });
    const { records } = await readOne(sandbox, 'export', {
      config: { start_date: time.slice(0, 8) + '01', export_window_days: 90, ...config },
    });
    return records.map((row) => [row['time'], Number(row['time_epoch']) - Date.parse(time)]);
  };

  test.each([
    ['in winter', '2026-01-15T20:00:00.125Z', -8],
    ['in summer', '2026-07-15T19:00:00.000Z', -7],
    ['just before clocks are set forward', '2026-03-08T09:59:59.999Z', -8],
    ['just after', '2026-03-08T10:00:00.000Z', -7],
    ['in the hour that comes twice, the first time', '2026-11-01T08:30:00.000Z', -7],
    ['after that hour', '2026-11-01T10:00:00.000Z', -8],
  ])('%s has its time in UTC, and beside it what Mixpanel sent', async (_, time, offset) => {
    expect(await at(time)).toEqual([[time, offset * HOUR]]);
  });

  test('in the hour that comes twice, the second time, is an hour early: nobody can tell', async () => {
    expect(await at('2026-11-01T09:30:00.000Z')).toEqual([['2026-11-01T08:30:00.000Z', -8 * HOUR]]);
  });

  test.each([
    ['Asia/Kathmandu', 5.75],
    ['Pacific/Kiritimati', 14],
    ['Pacific/Niue', -11],
  ])('in %s too', async (timezone, offset) => {
    expect(await at('2026-05-15T13:00:00.000Z', {}, timezone)).toEqual([
      ['2026-05-15T13:00:00.000Z', offset * HOUR],
    ]);
  });

  test('read as one of today keeps the clock of its zone', async () => {
    expect(await at('2026-07-15T19:00:00.000Z', { event_time_semantics: 'utc' })).toEqual([
      ['2026-07-15T12:00:00.000Z', -7 * HOUR],
    ]);
  });
});

test('an event without a time is kept, and told as one', async () => {
  const sandbox = project({ quotas: false, days: 1 });
  sandbox.fault({
    path: '/api/2.0/export',
    body: '{"event":"a","properties":{"x":1}}\n{"event":"b","properties":{"time":"yesterday"}}\n',
  });
  const { complete, records } = await readOne(sandbox, 'export');
  expect(complete).toBe(true);
  expect(records).toEqual([
    { event: 'a', time: null, time_epoch: null, distinct_id: null, x: 1 },
    { event: 'b', time: null, time_epoch: 'yesterday', distinct_id: null },
  ]);
});
