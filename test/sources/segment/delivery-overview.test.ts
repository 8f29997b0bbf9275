/** The delivery overview: what is asked for, and what of it a place refuses. */
import { describe, expect, test } from '@jest/globals';
import type { Incoming } from '../../../sandbox/kit/delivery.ts';
import { createSandbox } from '../../../sandbox/segment/index.ts';
import type { SegmentConfig } from '../../../src/sources/segment/config.ts';
import { pieces } from '../../../src/sources/segment/streams/counts.ts';
import { lastStates, read } from '../../support/in-process.ts';
import { logs, story } from '../../support/messages.ts';
import { inJson, network } from '../../support/network.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const NAME = 'delivery_overview_failed_delivery';
const PATH = '/delivery-overview/failed-delivery';
const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

const make = (now = NOW) => createSandbox({ now, sources: 2, destinationsPerSource: 2 });

async function readIt(
  sandbox: ReturnType<typeof make>,
  config: Partial<SegmentConfig> = {},
  state?: unknown,
) {
  network.answerBy(sandbox);
  const result = await read({ sandbox, streams: [NAME], config: { page_size: 200, ...config }, state });
  const asked = sandbox.requests.filter(({ path }) => path === PATH).map(({ query }) => query);
  return { ...result, records: story(result.messages, NAME).records, asked };
}

test('is asked for with both ids, within 30 days, at most 10 at once', async () => {
  const { complete, asked } = await readIt(make());
  expect(complete).toBe(true);
  expect(asked).toHaveLength(4 * 4);
  for (const { sourceId, destinationConfigId, startTime, endTime } of asked) {
    expect([sourceId, destinationConfigId]).not.toContain(undefined);
    expect(Date.parse(String(startTime))).toBeGreaterThan(Date.parse(NOW) - 30 * DAY);
    expect(Date.parse(String(endTime)) - Date.parse(String(startTime))).toBeLessThanOrEqual(10 * DAY);
  }
});

test('by the hour adds up to the days', async () => {
  const sum = ({ records }: Awaited<ReturnType<typeof readIt>>) =>
    records.reduce((all, { count }) => all + Number(count), 0);
  const days = await readIt(make());
  const hours = await readIt(make(), { event_counts_granularity: 'HOUR' });
  expect(hours.records.length).toBeGreaterThan(3 * days.records.length);
  expect([hours.complete, sum(hours)]).toEqual([true, sum(days)]);
});

test('a day is read again until five hours after its end, as a delivery may be retried for four', async () => {
  const startOfFirst = async (at: string) => {
    const sandbox = make(at);
    const first = await readIt(sandbox);
    sandbox.advance(2 * HOUR);
    const config = { lookback_window_days: 0 };
    const { asked } = await readIt(sandbox, config, lastStates(first.messages));
    const again = asked.slice(first.asked.length).map(({ startTime }) => String(startTime));
    return again.sort()[0]?.slice(0, 10);
  };
  expect(await startOfFirst('2026-11-22T04:50:00Z')).toBe('2026-11-21');
  expect(await startOfFirst('2026-11-22T05:10:00Z')).toBe('2026-11-22');
});

test('says what a pause of more than 30 days has lost', async () => {
  const sandbox = make();
  const first = await readIt(sandbox);
  sandbox.advance(45 * DAY);
  const { complete, messages } = await readIt(sandbox, {}, lastStates(first.messages));
  expect(complete).toBe(true);
  expect(logs(messages).join('\n')).toMatch(/last sync ended at 2026-11-22.*no longer to be had/);
});

test.each([400, 404, 422])(
  'a place that is not covered (%i) is an error, and the others are read',
  async (status) => {
    const sandbox = make();
    const all = await readIt(sandbox);
    const [{ destinationId } = {}] = all.records;
    const serve = ({ url }: Incoming) =>
      url.pathname === PATH && url.searchParams.get('destinationConfigId') === destinationId
        ? inJson({ errors: [{ type: 'x', message: 'No.' }] }, status)
        : undefined;
    network.answerBy({ serve }, sandbox);
    const { complete, messages } = await read({ sandbox, streams: [NAME], config: { page_size: 200 } });
    const told = story(messages, NAME);
    const others = all.records.filter((row) => row['destinationId'] !== destinationId);
    expect(complete).toBe(false);
    expect(others.length).toBeGreaterThan(0);
    expect(told.records).toHaveLength(others.length);
    expect(told.errors[0]?.message).toMatch(/^\d of \d+ parts could not be read/);
  },
);

test('what may still grow is asked for by itself: a day until an hour after its end', () => {
  const window = { start: '2026-11-20T00:00:00.000Z', end: '2026-11-23T00:00:00.000Z' };
  const starts = (now: string) =>
    pieces(window, Date.parse(now), 10 * DAY, HOUR).map(
      ({ start, end }) => `${start.slice(8, 10)} ${end.slice(8, 16)}`,
    );
  expect(starts('2026-11-22T10:30:00Z')).toEqual(['20 22T00:00', '22 22T10:29']);
  expect(starts('2026-11-22T00:59:00Z')).toEqual(['20 21T00:00', '21 22T00:58']);
  expect(starts('2026-11-22T00:00:30Z')).toEqual(['20 21T00:00', '21 21T23:59']);
  expect(starts('2026-11-23T02:00:00Z')).toEqual(['20 23T00:00']);
  expect(starts('2026-11-20T00:00:59Z')).toEqual([]);
});

describe('a series that comes twice', () => {
  /** The answers of the first destination, request by request; each is the whole of its range. */
  const answering = async (...pages: [names: string[], next?: string][]) => {
    const sandbox = createSandbox({ now: NOW, sources: 1, destinationsPerSource: 1 });
    let asked = 0;
    const serve = ({ url }: Incoming) => {
      if (url.pathname !== PATH) return undefined;
      const [names, next] = pages[asked] ?? [[]];
      asked += 1;
      const dataset = names.map((eventName) => {
        const series = [{ time: '2026-11-22T00:00:00Z', count: 1 }];
        return { eventName, eventType: 'track', discardReason: 'x', total: 1, series };
      });
      const pagination = { current: `${asked}`, next, totalEntries: 3 };
      return inJson({ data: { dataset, pagination } });
    };
    network.answerBy({ serve }, sandbox);
    const config = { page_size: 200, start_date: '2026-11-22' };
    const result = await read({ sandbox, streams: [NAME], config });
    return { ...result, told: story(result.messages, NAME) };
  };

  test('with a later page has moved, so the list is read again', async () => {
    // Under way, c grew beyond b: b comes again, and c with neither page.
    const moved: [string[], string?][] = [[['a', 'b'], 'p2'], [['b']]];
    const { complete, told } = await answering(...moved, [['a', 'c'], 'p2'], [['b']]);
    expect(complete).toBe(true);
    expect(new Set(told.records.map(({ eventName }) => eventName))).toEqual(new Set(['a', 'b', 'c']));
  });

  test('on one page is an error', async () => {
    const { complete, told } = await answering([['a', 'b', 'a']]);
    expect(complete).toBe(false);
    expect(told.errors[0]?.message).toMatch(/two series for the same counts/);
  });
});
