/** Events volume: what is asked for, and answers that may not be all. */
import { describe, expect, test } from '@jest/globals';
import type { Incoming } from '../../../sandbox/kit/delivery.ts';
import { createSandbox, type WorkspaceOptions } from '../../../sandbox/segment/index.ts';
import type { SegmentConfig } from '../../../src/sources/segment/config.ts';
import { read } from '../../support/in-process.ts';
import { keyText, story, type Row } from '../../support/messages.ts';
import { inJson, network } from '../../support/network.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const NAME = 'events_volume';
const PATH = '/events/volume';

type Answer = (query: URLSearchParams) => Row;

/** The table, read in full; `answer` stands in for what the sandbox would say. */
async function readIt(world: WorkspaceOptions, config: Partial<SegmentConfig> = {}, answer?: Answer) {
  const sandbox = createSandbox({ now: NOW, auditDays: 2, ...world });
  const serve = ({ url }: Incoming) =>
    answer && url.pathname === PATH ? inJson({ data: answer(url.searchParams) }) : undefined;
  network.answerBy({ serve }, sandbox);
  const options = { start_date: '2026-11-20', page_size: 1000, ...config };
  const { complete, messages } = await read({ sandbox, streams: [NAME], config: options });
  const told = story(messages, NAME);
  const asked = sandbox.requests.filter(({ path }) => path === PATH).map(({ query }) => query);
  return { complete, rows: told.records, error: told.errors[0], sandbox, asked };
}

/** Key and count of each row. */
const counts = (rows: Iterable<Row>) =>
  [...rows]
    .map((row) => `${keyText(row, ['time', 'sourceId', 'eventName', 'eventType'])} ${String(row['count'])}`)
    .sort();
const truth = ({ sandbox }: Awaited<ReturnType<typeof readIt>>) =>
  counts(sandbox.workspace.tables[NAME]?.() ?? []);

const TODAY = '2026-11-22T00:00:00.000Z';
const MINUTE_AGO = '2026-11-22T10:29:15.000Z'; // by Segment's own clock, which tells whole seconds
const ranges = (asked: readonly Record<string, string>[]) => [
  ...new Set(asked.map(({ startTime, endTime }) => `${startTime} ${endTime}`)),
];

describe('is asked for', () => {
  test('in whole days, today by itself and no closer to now than a minute', async () => {
    const { asked } = await readIt({}, { start_date: '2026-11-01' });
    expect(ranges(asked)).toEqual([
      '2026-11-01T00:00:00.000Z 2026-11-15T00:00:00.000Z',
      `2026-11-15T00:00:00.000Z ${TODAY}`,
      `${TODAY} ${MINUTE_AGO}`,
    ]);
    const groups = [0, 1, 2].map((index) => asked[0]?.[`groupBy.${index}`]);
    expect([...groups, asked[0]?.['granularity']]).toEqual(['source', 'eventName', 'eventType', 'DAY']);
  });

  test('by the hour day by day, and then adds up to the days', async () => {
    const result = await readIt({}, { event_counts_granularity: 'HOUR' });
    expect(ranges(result.asked).map((range) => range.slice(8, 10))).toEqual(['20', '21', '22']);
    const days = new Map<string, Row>();
    for (const row of result.rows) {
      expect(row['granularity']).toBe('HOUR');
      const day = { ...row, time: `${String(row['time']).slice(0, 10)}T00:00:00Z` };
      const key = keyText(day, ['time', 'sourceId', 'eventName', 'eventType']);
      days.set(key, { ...day, count: Number(days.get(key)?.['count'] ?? 0) + Number(row['count']) });
    }
    expect(counts(days.values())).toEqual(truth(result));
  });
});

/** An API that holds so many series of each type on each day, has no pages, and gives 5000 series at most. */
const holding =
  (perDay: Readonly<Record<string, number>>): Answer =>
  (query) => {
    const [start = '', end = ''] = ['startTime', 'endTime'].map((name) => query.get(name) ?? '');
    const days = ['20', '21', '22'].map((day) => `2026-11-${day}T00:00:00Z`);
    const held = days.filter((time) => time >= start.slice(0, 19) && time < end);
    const types = Object.entries(perDay).filter(([type]) => [null, type].includes(query.get('eventType.0')));
    const count = (total: number) => ({ total, series: held.map((time) => ({ time, count: 1 })) });
    if (query.get('groupBy.0') === 'eventType')
      return { result: types.map(([eventType, series]) => ({ eventType, ...count(series * held.length) })) };
    const all = types.flatMap(([eventType, series]) =>
      held.flatMap((time) =>
        Array.from({ length: series }, (_, index) => ({
          ...{ source: { id: 's' }, eventName: `${time} ${index}`, eventType },
          ...{ total: 1, series: [{ time, count: 1 }] },
        })),
      ),
    );
    return { result: all.slice(0, 5000) };
  };

describe('an answer of 5000 series', () => {
  test('is asked for again in smaller ranges', async () => {
    const { complete, rows } = await readIt({}, {}, holding({ track: 4000, page: 999 }));
    expect([complete, new Set(counts(rows)).size, rows.length]).toEqual([true, 3 * 4999, 3 * 4999]);
  });

  test('of a single day is asked for again type by type, strange ones too', async () => {
    const { complete, rows } = await readIt({}, {}, holding({ track: 4500, page: 400, teleport: 300 }));
    expect([complete, new Set(counts(rows)).size, rows.length]).toEqual([true, 3 * 5200, 3 * 5200]);
  });

  test.each([
    ['of one day and type', { track: 5000, page: 1 }, '(5000 of one type)'],
    ['with events that have no type', { track: 4900, page: 200, '': 1 }, 'some of them have no type'],
  ])('%s is an error that says why, and what to do', async (_, perDay, why) => {
    const { complete, error } = await readIt({}, {}, holding(perDay));
    expect([complete, error?.failure_type]).toEqual([false, 'config_error']);
    expect(error?.message).toMatch(/^events_volume: the day from 2026-11-2.*5000.*"HOUR".*deselect/);
    expect(error?.message).toContain(why);
  });
});

describe('an answer without pages', () => {
  const day = (query: URLSearchParams) => String(query.get('startTime')).slice(0, 10);
  const series = (name: number, time: string, rest: Row = {}): Row => {
    const names = { source: { id: 's' }, eventName: `n${name}`, eventType: 'track', ...rest };
    return { ...names, total: 1, series: [{ time: `${time}T00:00:00Z`, count: 1 }] };
  };
  const few = (count: number, time: string) =>
    Array.from({ length: count }, (_, index) => series(index, time));

  test.each([5, 4999])('is whole with %i series', async (count) => {
    const { complete, rows } = await readIt({}, {}, (query) => ({ result: few(count, day(query)) }));
    expect([complete, rows.length]).toEqual([true, 2 * count]);
  });

  test.each([5000, 200])('is split where it holds %i, which can be a limit', async (limit) => {
    const asked: string[] = [];
    const answer: Answer = (query) => {
      asked.push(`${day(query)} ${String(query.get('endTime')).slice(0, 10)}`);
      const days = asked.at(-1) === '2026-11-20 2026-11-22' ? limit : 3;
      return { result: few(days, day(query)) };
    };
    const { complete, rows } = await readIt({}, { page_size: 200 }, answer);
    expect([complete, rows.length]).toEqual([true, 9]);
    expect(asked.slice(1, 3)).toEqual(['2026-11-20 2026-11-21', '2026-11-21 2026-11-22']);
  });

  test.each<[string, readonly Row[], RegExp]>([
    [
      'is not grouped',
      [series(0, '2026-11-20', { source: null, eventName: null, eventType: undefined })],
      /not grouped/,
    ],
    ['has no series', [{ ...series(0, '2026-11-20'), series: null }], /"series"/],
    [
      'tells an empty name from none',
      [{ eventName: '' }, { eventName: undefined }].map((name) => series(0, '2026-11-20', name)),
      /empty name and none/,
    ],
    [
      'has two series of no source, however far apart',
      [...few(250, '2026-11-20'), ...few(250, '2026-11-20')].map((one, index) =>
        index % 250 === 7 ? { ...one, source: { name: `${index}` } } : { ...one, eventName: `${index}` },
      ),
      /two series for the same counts/,
    ],
  ])('that %s is an error', async (_, result, message) => {
    const { complete, error } = await readIt({}, {}, () => ({ result }));
    expect([complete, error?.failure_type]).toEqual([false, 'system_error']);
    expect(error?.message).toMatch(message);
  });

  test('of types that do not add up is an error', async () => {
    const { complete, error } = await readIt({}, {}, (query) => {
      if (query.has('eventType.0')) return { result: few(3, day(query)) };
      if (query.has('groupBy.1')) return { result: few(5000, day(query)) };
      return { result: [{ eventType: 'track', total: 5001, series: [] }] };
    });
    expect([complete, error?.message]).toEqual([false, expect.stringMatching(/track events.*add up/)]);
  });
});

/** Each day in two pages, of which the second one brings a series again, where it is asked for whole. */
const pagedTwice = (day: string) => {
  let given = 0;
  const series = (eventName: string) => {
    const names = { source: { id: 's' }, eventName, eventType: 'track' };
    return { ...names, total: 1, series: [{ time: `${day}T00:00:00Z`, count: 1 }] };
  };
  const answer: Answer = (query) => {
    const cursor = query.get('pagination.cursor');
    const page = (names: string[], next?: string) => ({
      result: names.map(series),
      pagination: { current: cursor ?? '0', next, totalEntries: 4 },
    });
    if (!query.get('startTime')?.startsWith(day)) return { result: [] };
    if (query.get('groupBy.1') === null) return { result: [{ eventType: 'track', total: 4, series: [] }] };
    if (cursor === null) return page(['a', 'b'], '1');
    given += 1;
    // It grew, and came before one that was to come: that one is with neither page.
    return page(given === 1 ? ['b', 'd'] : ['c', 'd']);
  };
  return answer;
};

describe('a series that comes again with a later page', () => {
  test('of today has moved, and another one slipped through: read again', async () => {
    const { complete, rows } = await readIt({}, {}, pagedTwice('2026-11-22'));
    expect([complete, new Set(rows.map(({ eventName }) => eventName))]).toEqual([
      true,
      new Set(['a', 'b', 'c', 'd']),
    ]);
  });

  test('of a day that is over is an error: one would be written over the other', async () => {
    const { complete, error } = await readIt({}, {}, pagedTwice('2026-11-20'));
    expect([complete, error?.failure_type]).toEqual([false, 'system_error']);
    expect(error?.message).toMatch(/two series for the same counts/);
  });
});
