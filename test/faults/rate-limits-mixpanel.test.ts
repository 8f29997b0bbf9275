/**
 * Mixpanel's quotas of an hour: nearly all of them is used, nothing is sent beyond, nothing is asked twice, and where others
 * have used them up a sync waits for them.
 */
import { describe, expect, test } from '@jest/globals';
import { random } from '../../sandbox/kit/random.ts';
import type { MixpanelOptions } from '../../sandbox/mixpanel/index.ts';
import { story } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { mixpanel } from '../support/vendors/mixpanel.ts';
import { isOf, readAs } from '../support/vendors/vendor.ts';
import { dishonesty } from './honesty.ts';
import { road, SharedClock } from './road.ts';
import { Warehouse } from './warehouse.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const HOUR = 3_600_000;
const NAMES = mixpanel.tables.map(({ name }) => name);

/** A project at the end of a road of 10 to 30 ms each way, and a clock that it shares with the connector. */
function world(options: MixpanelOptions = {}) {
  const dice = random(7, 'rates');
  const clock = new SharedClock(Date.parse(NOW), () => dice.next());
  const sandbox = mixpanel.create({
    now: NOW,
    time: () => clock.now(),
    days: 130,
    eventsPerDay: 1,
    ...options,
  });
  const way = road(sandbox, clock, () => 10 + dice.int(20));
  network.answerBy(way);
  return {
    sandbox,
    clock,
    way,
    read: (streams: readonly string[], config: object) =>
      readAs(mixpanel, { sandbox, clock, streams, config }),
    wrong: (messages: Parameters<typeof story>[0], streams: readonly string[]) => {
      const warehouse = new Warehouse(sandbox.workspace.keys);
      return streams.flatMap((name) => {
        warehouse.upsert(name, story(messages, name).records);
        return warehouse.differences(name, sandbox.workspace.tables[name]?.(), { byValue: true });
      });
    },
  };
}

/** How many were answered within any hour, at most. */
function mostInAnHour(moments: readonly number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + HOUR).length));
}

const isExport = ({ path }: { path: string }) => path === '/api/2.0/export';
const isQuery = ({ path }: { path: string }) => path.startsWith('/api/query/');

describe('a quota of 60 an hour', () => {
  test.each([
    ['export', ['export'], {}, isExport],
    ['all others together', NAMES.filter((name) => name !== 'export'), { page_size: 1 }, isQuery],
  ] as const)(
    'of %s: is kept to and used, and no request is one too many',
    async (_, streams, config, counts) => {
      const { sandbox, way, clock, read, wrong } = world();
      const { complete, messages } = await read(streams, config);
      expect([complete, dishonesty(messages, streams), wrong(messages, streams)]).toEqual([true, [], []]);
      const counted = way.passages.filter(counts);
      expect(counted.filter(({ status }) => status === 429)).toEqual([]);
      expect(mostInAnHour(counted.map(({ served }) => served))).toBe(60);
      const hours = Math.floor((clock.now() - Date.parse(NOW)) / HOUR);
      const uses = Array.from({ length: hours }, (__, hour) => {
        const from = Date.parse(NOW) + hour * HOUR;
        return counted.filter(({ served }) => served >= from && served < from + HOUR).length;
      });
      expect(uses.length).toBeGreaterThan(0);
      expect(Math.min(...uses)).toBeGreaterThanOrEqual(0.9 * 60);
      expect(sandbox.requests).toHaveLength(fewest(sandbox, streams, config));
    },
  );

  test('that others used up too is waited for, and what is refused does not come twice', async () => {
    const { sandbox, way, read, wrong } = world({ days: 90, quotas: { export: { perSecond: 100 } } });
    // Somebody else, a little before.
    for (let times = 0; times < 40; times += 1) ask(sandbox);
    const { complete, messages } = await read(['export'], {});
    expect([complete, dishonesty(messages, ['export']), wrong(messages, ['export'])]).toEqual([true, [], []]);
    const answered = sandbox.requests.filter((request) => isExport(request) && request.status === 200);
    expect(answered).toHaveLength(40 + 90);
    expect(mostInAnHour(answered.map(({ at }) => at))).toBeLessThanOrEqual(60);
    // Those that were under way together are refused together.
    expect(way.passages.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(8);
  });
});

/** Asks for a day, as another client of the same project. */
function ask(sandbox: ReturnType<typeof mixpanel.create>): void {
  const { credentials } = mixpanel.config(sandbox);
  const {
    username,
    secret,
    project_id: project,
  } = credentials as Extract<typeof credentials, { username: string }>;
  const url = new URL(
    `https://127.0.0.1/api/2.0/export?project_id=${project}&from_date=2026-11-20&to_date=2026-11-20`,
  );
  const authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
  sandbox.serve({ method: 'GET', url, header: (name) => (name === 'authorization' ? authorization : null) });
}

/** The fewest requests for these tables, from the rows that there are. */
function fewest(
  sandbox: ReturnType<typeof mixpanel.create>,
  streams: readonly string[],
  { page_size: size = 50_000 }: { readonly page_size?: number },
): number {
  const rowsOf = (name: string) => [...(sandbox.workspace.tables[name]?.() ?? [])];
  const pages = (rows: number) => Math.max(1, Math.ceil(rows / size));
  const cohorts = rowsOf('cohorts').map(({ id }) => id);
  const members = rowsOf('cohort_members');
  const needs: Record<string, number> = {
    annotations: 1,
    cohorts: 1,
    cohort_members: cohorts.reduce<number>(
      (sum, id) => sum + pages(members.filter((row) => row['cohort_id'] === id).length),
      0,
    ),
    engage: pages(rowsOf('engage').length),
    // One a day; and one a funnel, of 180 days, with the list of them; and one for 30 days.
    export: 130,
    funnels: 1 + new Set(rowsOf('funnels').map((row) => row['funnel_id'])).size,
    revenue: Math.ceil(130 / 30),
  };
  const time = mixpanel.tables.some(({ name, windows }) => windows && streams.includes(name)) ? 1 : 0;
  return streams.reduce((sum, name) => sum + (needs[name] ?? NaN), time);
}

test('each table is known by its requests', () => {
  const { sandbox } = world();
  const places = mixpanel.tables.map(mixpanel.place);
  const engage = { path: '/api/query/engage', query: {}, form: { page_size: '3' } };
  const members = { ...engage, form: { filter_by_cohort: '{}' } };
  expect(places.filter((place) => isOf(place, engage))).toEqual([mixpanel.place(tableOf('engage'))]);
  expect(places.filter((place) => isOf(place, members))).toEqual([mixpanel.place(tableOf('cohort_members'))]);
  expect(sandbox.requests).toEqual([]);
});

const tableOf = (name: string) =>
  mixpanel.tables.find((table) => table.name === name) as (typeof mixpanel.tables)[0];
