import { describe, expect, test } from '@jest/globals';
import { createSandbox, type Row, type Sandbox } from '../../sandbox/segment/index.ts';
import { and, ask, list, paginationOf, rowsOf } from './client.ts';

const NOW = '2026-03-14T15:09:26.535Z';
const DAY = 86_400_000;
const time = (row: Row): number => Date.parse(String(row['timestamp']));
const events = (sandbox: Sandbox): Row[] => [...sandbox.workspace.tables['audit_events']!()];
const ids = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']));
const window = (start: number, end: number): string =>
  and('/audit-events', { startTime: new Date(start).toISOString(), endTime: new Date(end).toISOString() });

test.each([1, 6, 400, 5000])('%i events: all there, in order, none after now', (auditEvents) => {
  const all = events(createSandbox({ now: NOW, auditEvents }));
  expect(all).toHaveLength(auditEvents);
  const times = all.map(time);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.at(-1)).toBeLessThanOrEqual(Date.parse(NOW));
  expect(times[0]).toBeGreaterThanOrEqual(Date.parse(NOW) - 90 * DAY);
});

test('borders, equal times, and both precisions occur', () => {
  const all = events(createSandbox({ now: NOW, auditEvents: 5000 }));
  const times = all.map(time);
  expect(times.some((at) => at % DAY === 0)).toBe(true);
  expect(times.some((at) => at % DAY === DAY - 1)).toBe(true);
  expect(new Set(times).size).toBeLessThan(times.length);
  expect(all.some((row) => /:\d\dZ$/.test(String(row['timestamp'])))).toBe(true);
  expect(all.some((row) => /\.\d{3}Z$/.test(String(row['timestamp'])))).toBe(true);
});

test('only users have an address', () => {
  for (const row of events(createSandbox())) {
    const user = !/^(public-api-token\/|__system__$|Segment$|gone-)/.test(String(row['actor']));
    expect('actorEmail' in row).toBe(user);
  }
});

describe('windows', () => {
  const sandbox = createSandbox({ now: NOW, auditEvents: 3000 });
  const all = events(sandbox);

  test('without borders: everything, newest first', async () => {
    expect(ids(await list(sandbox, '/audit-events', 70))).toEqual(ids(all.toReversed()));
  });

  test('both borders belong to a window', async () => {
    for (const row of [all[0]!, all[700]!, all[1501]!, all[2999]!]) {
      const wanted = all.filter((other) => time(other) === time(row));
      expect(ids(await list(sandbox, window(time(row), time(row))))).toEqual(ids(wanted.toReversed()));
    }
  });

  test('days that touch repeat what lies on midnight, and together hold everything', async () => {
    const seen: string[] = [];
    const first = Math.floor(time(all[0]!) / DAY) * DAY;
    for (let day = first; day <= Date.parse(NOW); day += DAY) {
      seen.push(...ids(await list(sandbox, window(day, day + DAY))));
    }
    const midnight = all.filter((row) => time(row) % DAY === 0);
    expect(new Set(seen)).toEqual(new Set(ids(all)));
    expect(seen).toHaveLength(all.length + midnight.length);
  });

  test('filters: by a type, by an id, by both', async () => {
    const one = all.find((row) => row['resourceType'] === 'warehouse')!;
    const of = (filter: Row) =>
      ids(
        all
          .filter((row) => Object.entries(filter).every(([name, value]) => row[name] === value))
          .toReversed(),
      );
    const filters: Record<string, string>[] = [
      { resourceType: 'warehouse' },
      { resourceId: String(one['resourceId']) },
      { resourceType: 'warehouse', resourceId: String(one['resourceId']) },
      { resourceType: 'source', resourceId: String(one['resourceId']) },
      { resourceType: 'Warehouse' },
    ];
    for (const filter of filters)
      expect(ids(await list(sandbox, and('/audit-events', filter), 50))).toEqual(of(filter));
  });

  test.each(['resourceType=', 'resourceId=', 'resourceType=source&resourceType=warehouse'])(
    'refuses %s',
    async (filter) => {
      expect((await ask(sandbox, `/audit-events?${filter}`)).status).toBe(422);
    },
  );
});

test('the trail forgets after 90 days', async () => {
  const sandbox = createSandbox({ now: NOW, auditEvents: 1200, auditDays: 120 });
  const rows = await list(sandbox, window(0, Date.parse(NOW)));
  expect(ids(rows)).toEqual(ids(events(sandbox).toReversed()));
  expect(rows.length).toBeLessThan(910);
  expect(Math.min(...rows.map(time))).toBeGreaterThanOrEqual(Date.parse(NOW) - 90 * DAY);
});

test('time moves on request: new events come, pages already begun stay as they were', async () => {
  const sandbox = createSandbox({ now: NOW, auditEvents: 900 });
  const path = '/audit-events?pagination.count=10';
  const before = ids(await list(sandbox, path.split('?')[0]!));
  const cursor = paginationOf(await ask(sandbox, path)).next!;
  sandbox.advance(DAY);
  const second = rowsOf(await ask(sandbox, and(path, { 'pagination.cursor': cursor })));
  expect(ids(second)).toEqual(before.slice(10, 20));
  const after = ids(await list(sandbox, '/audit-events'));
  expect(after.indexOf(before[0]!)).toBeGreaterThanOrEqual(9);
});

test('a million events are computed, not kept', async () => {
  const sandbox = createSandbox({ now: NOW, auditEvents: 1_000_000 });
  const newest = await ask(sandbox, '/audit-events?pagination.count=1000');
  expect(ids(rowsOf(newest))).toHaveLength(1000);
  expect(ids(rowsOf(newest))[0]).toBe('events/999999');

  const start = Date.parse(NOW) - 90 * DAY;
  const oldest = await list(sandbox, window(start, start + 60 * 60_000));
  expect(ids(oldest).at(-1)).toBe('events/0');
  expect(oldest.length).toBeGreaterThan(400);

  const bytes = process.memoryUsage().heapUsed;
  let count = 0;
  for (const row of sandbox.workspace.tables['audit_events']!()) {
    count += row['id'] === `events/${count}` ? 1 : NaN;
    if (count === 200_000) break;
  }
  expect(process.memoryUsage().heapUsed - bytes).toBeLessThan(150 * 2 ** 20);
});
