/** Events that come late: the days of the attribution window are read again, and what they hold is written, each time. */
import { describe, expect, test } from '@jest/globals';
import type { Mixpanel } from '../../../sandbox/mixpanel/index.ts';
import type { Row } from '../../support/messages.ts';
import {
  askedFor,
  cursorsOf,
  DAY,
  HOUR,
  lastStatesOf,
  NOW,
  project,
  readOne,
  sorted,
  stateOf,
} from './lab.ts';

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const daysAskedFor = (sandbox: Mixpanel) =>
  askedFor(sandbox, '/api/2.0/export').map(({ query }) => String(query['from_date']));
const daysOf = (rows: readonly Row[]) => new Set(rows.map(({ time }) => String(time).slice(0, 10)));
const named = (rows: readonly Row[], event: string) => rows.filter((row) => row['event'] === event);

/** An event of some days ago that comes now. */
const comeLate = (sandbox: Mixpanel, event: string, days: number) =>
  sandbox.happen({
    event,
    time: new Date(sandbox.workspace.now() - days * DAY).toISOString(),
    distinct_id: 'late',
  });

test('over three syncs each late event is written, as often as its day is read', async () => {
  const sandbox = project({ quotas: false });
  const first = await readOne(sandbox, 'export');
  sandbox.advance(DAY);
  comeLate(sandbox, 'late by 5 days', 5);
  comeLate(sandbox, 'late by 9 days', 9);
  const second = await readOne(sandbox, 'export', { state: lastStatesOf(first) });
  sandbox.advance(DAY);
  comeLate(sandbox, 'late by 3 days', 3);
  const third = await readOne(sandbox, 'export', { state: lastStatesOf(second) });

  expect(named(second.records, 'late by 5 days')).toHaveLength(1);
  expect(named(second.records, 'late by 9 days')).toHaveLength(0);
  expect(named(third.records, 'late by 3 days')).toHaveLength(1);
  expect(named(third.records, 'late by 5 days')).toHaveLength(1);
  // Together they hold all of the truth but what came later than the window is wide.
  const written = new Set(sorted([...first.records, ...second.records, ...third.records]));
  const missing = [...(sandbox.workspace.tables['export']?.() ?? [])].filter(
    (row) => !written.has(sorted([row])[0] ?? ''),
  );
  expect(missing.map(({ event }) => event)).toEqual(['late by 9 days']);
});

test.each([
  [0, 1],
  [1, 2],
  [5, 6],
  [undefined, 6],
  [30, 20],
])('a window of %s days reads %i again, none before the start date', async (attribution_window, days) => {
  const sandbox = project({ quotas: false });
  const config = attribution_window === undefined ? {} : { attribution_window };
  const first = await readOne(sandbox, 'export', { config });
  sandbox.requests.length = 0;
  const second = await readOne(sandbox, 'export', { config, state: lastStatesOf(first) });
  const today = Date.parse(NOW);
  const wanted = Array.from({ length: days }, (_, index) => dayOf(today - (days - 1 - index) * DAY));
  expect(daysAskedFor(sandbox).sort()).toEqual(wanted);
  // And nothing that the API sent for them is dropped.
  const due = first.records.filter(({ time }) => wanted.includes(String(time).slice(0, 10)));
  expect(sorted(second.records)).toEqual(sorted(due));
});

describe('the state', () => {
  test.each([1, 7])(
    'moves at the ends of windows of %i days only, and never beyond now',
    async (export_window_days) => {
      const sandbox = project({ quotas: false });
      const { states } = await readOne(sandbox, 'export', { config: { export_window_days } });
      const cursors = cursorsOf(states, 'time').map(String);
      expect(cursors).toEqual([...cursors].sort());
      expect(cursors.length).toBeGreaterThan(1);
      for (const cursor of cursors.slice(0, -1)) {
        const days = (Date.parse(cursor) - Date.parse(sandbox.firstDay)) / DAY;
        expect(days % export_window_days).toBe(0);
      }
      // By Mixpanel's clock, which tells whole seconds.
      expect(cursors.at(-1)).toBe('2026-11-27T10:30:15.000Z');
    },
  );

  test('is none that an event of its day has moved', async () => {
    const sandbox = project({ quotas: false });
    sandbox.fault({ path: '/api/2.0/export', on: [20, 9999], status: 400, body: { error: 'no' } });
    const { states, statuses } = await readOne(sandbox, 'export');
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    for (const cursor of cursorsOf(states, 'time')) expect(cursor).toMatch(/T00:00:00.000Z$/);
  });

  test.each([0, 5])(
    'any of them is a place to go on from (attribution_window %i)',
    async (attribution_window) => {
      const sandbox = project({ quotas: false, days: 9 });
      const config = { attribution_window };
      const first = await readOne(sandbox, 'export', { config });
      let written: Row[] = [];
      sandbox.advance(3 * HOUR);
      sandbox.happen({ event: 'later' });
      const truth = sorted(sandbox.workspace.tables['export']?.() ?? []);
      for (const message of first.messages) {
        if (message.record) written = [...written, message.record.data];
        if (!message.state) continue;
        const state = stateOf('export', message.state.stream.stream_state);
        const { records, complete } = await readOne(sandbox, 'export', { config, state });
        expect(complete).toBe(true);
        const held = new Set(sorted([...written, ...records]));
        expect(truth.filter((row) => !held.has(row))).toEqual([]);
      }
    },
  );

  test('of an old project is a day of its zone', async () => {
    const sandbox = project({
      quotas: false,
      timezone: 'Pacific/Kiritimati',
      createdBefore2023: true,
      now: '2026-11-27T10:30:15.250Z',
    });
    const config = { attribution_window: 0 };
    const first = await readOne(sandbox, 'export', { config });
    expect(cursorsOf(first.states, 'time').at(-1)).toBe('2026-11-28T00:30:15.000Z');
    sandbox.happen({ event: 'today on the island' });
    sandbox.advance(HOUR);
    const second = await readOne(sandbox, 'export', { config, state: lastStatesOf(first) });
    expect(named(second.records, 'today on the island')).toHaveLength(1);
    expect(daysOf(named(second.records, 'today on the island'))).toEqual(new Set(['2026-11-27']));
  });
});

test('a window is a day where nobody says otherwise, each asked for by itself, both borders included', async () => {
  const sandbox = project({ quotas: false });
  await readOne(sandbox, 'export');
  const asked = askedFor(sandbox, '/api/2.0/export').map(({ query }) => [
    query['from_date'],
    query['to_date'],
  ]);
  expect(asked).toHaveLength(20);
  for (const [from, to] of asked) expect(to).toBe(from);
  sandbox.requests.length = 0;
  await readOne(sandbox, 'export', { config: { export_window_days: 7 } });
  expect(
    askedFor(sandbox, '/api/2.0/export').map(({ query }) => [query['from_date'], query['to_date']]),
  ).toEqual([
    ['2026-11-08', '2026-11-14'],
    ['2026-11-15', '2026-11-21'],
    ['2026-11-22', '2026-11-27'],
  ]);
});

test('a read in full leaves the state aside', async () => {
  const sandbox = project({ quotas: false });
  const first = await readOne(sandbox, 'export');
  const again = await readOne(sandbox, 'export', { mode: 'full_refresh', state: lastStatesOf(first) });
  expect(sorted(again.records)).toEqual(sorted(first.records));
});

test('revenue of the attribution window is read again too', async () => {
  const sandbox = project({ days: 40 });
  const first = await readOne(sandbox, 'revenue');
  const second = await readOne(sandbox, 'revenue', { state: lastStatesOf(first) });
  expect(second.records.map(({ date }) => date).sort()).toEqual(
    [5, 4, 3, 2, 1, 0].map((days) => dayOf(Date.parse(NOW) - days * DAY)),
  );
});
