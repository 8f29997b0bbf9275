/**
 * The rate limit: nearly all of it is used, nothing is sent while it is used up, nothing is asked twice, and no hint
 * of when to come back, however absurd, makes a sync hang, hammer or lie.
 */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Answer } from '../../sandbox/kit/delivery.ts';
import { matches } from '../../sandbox/kit/faults.ts';
import { random } from '../../sandbox/kit/random.ts';
import { createSandbox, type Hint, type RateLimit } from '../../sandbox/segment/index.ts';
import { RateBudget } from '../../src/http/budget.ts';
import { systemClock } from '../../src/http/clock.ts';
import { segment } from '../../src/sources/segment/source.ts';
import { lastStates, read, type ReadResult } from '../support/in-process.ts';
import { story, type Row } from '../support/messages.ts';
import { inJson, network } from '../support/network.ts';
import { dishonesty } from './honesty.ts';
import { fewest, needsOf } from './needs.ts';
import { road, SharedClock, type Passage } from './road.ts';
import { pathOf } from './tables.ts';
import { Warehouse } from './warehouse.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const MINUTE = 60_000;
/** One or more of each kind of table: counted and uncounted lists, below a parent, single objects, by the day and month. */
const NAMES = (
  'audit_events catalog_destinations catalog_sources catalog_warehouses destination_delivery_metrics_summary ' +
  'destination_subscriptions destinations groups source_connected_destinations source_connected_warehouses sources ' +
  'transformations usage_api_calls_per_source_daily usage_api_calls_workspace_daily usage_mtu_per_source_daily ' +
  'usage_mtu_workspace_daily users warehouses'
).split(' ');
const TABLES = segment.streams.filter(({ name }) => NAMES.includes(name));
const USAGE_MONTHS = 5;

// A slow machine is no failure.
jest.setTimeout(60_000);

type Change = (answer: Answer) => Answer;

interface World {
  readonly limit?: Omit<RateLimit, 'windowMs'>;
  readonly concurrency?: number;
  readonly pageSize?: number;
  /** First moment to read: more of the past is more requests. */
  readonly from?: string;
  /** Whether endpoints have limits of their own beside it. */
  readonly ownLimits?: boolean;
  readonly change?: Change;
}

/** Whether a row is older than what is asked for: a month is asked for as a whole. */
const isBefore = (row: Row, { cursor, windows }: (typeof segment.streams)[number], from: string) =>
  cursor !== undefined && String(row[cursor]) < (windows?.unit === 'month' ? firstMonth(from) : from);
/** The one that a read of months begins with: a month's first moment is also the last one of the month before. */
const firstMonth = (from: string) => new Date(Date.parse(from) - 1).toISOString().slice(0, 7);

/** What a platform has that keeps all records of a read. */
function warehouseOf(...reads: readonly ReadResult[]): Warehouse {
  const warehouse = new Warehouse(
    Object.fromEntries(segment.streams.map(({ name, primaryKey }) => [name, primaryKey])),
  );
  for (const { messages } of reads)
    for (const { name } of segment.streams) warehouse.upsert(name, story(messages, name).records);
  return warehouse;
}

/** A workspace behind a road of 10 to 30 ms each way, and a clock that it shares with the connector. */
function world(of: World) {
  const { limit, concurrency = 16, pageSize = 20, from = '2026-11-15', ownLimits = true, change } = of;
  const dice = random(7, 'rates');
  const clock = new SharedClock(Date.parse(NOW), () => dice.next());
  const sandbox = createSandbox({
    now: NOW,
    usageMonths: USAGE_MONTHS,
    sources: 2,
    destinationsPerSource: 2,
    endpointLimits: ownLimits,
    time: () => clock.now(),
    ...(limit && { rateLimit: { ...limit, windowMs: MINUTE } }),
  });
  const way = road(sandbox, clock, () => 10 + dice.int(20), change);
  network.answerBy(way);
  const config = {
    max_concurrent_requests: concurrency,
    page_size: pageSize,
    start_date: from,
    endpoint_limits: ownLimits,
  };
  const needs = { pageSize, from: Date.parse(from), usageMonths: USAGE_MONTHS };
  return {
    sandbox,
    clock,
    road: way,
    waited: () => clock.now() - Date.parse(NOW),
    fewest: fewest(sandbox, TABLES, needs),
    needsOf: (table: (typeof TABLES)[number]) => needsOf(sandbox, table, needs),
    read: (state?: unknown, streams = NAMES) => read({ sandbox, clock, config, state, streams }),
    /** What a warehouse lacks of what was asked for, or has beside it. */
    wrong: (warehouse: Warehouse, tables: readonly (typeof segment.streams)[number][] = TABLES) =>
      tables.flatMap((stream) => {
        const rows = [...(sandbox.workspace.tables[stream.name]?.() ?? [])];
        const wanted = rows.filter((row) => !isBefore(row, stream, from));
        // Going on from a month's first moment brings the month before once more.
        const known = new Set(rows.map((row) => warehouse.keyOf(stream.name, row)));
        return warehouse.differences(stream.name, wanted, { isKnown: (key) => known.has(key) });
      }),
  };
}

/** Successes say nothing of the limit: it is only seen when it refuses. */
const silent: Change = (answer) =>
  answer.status === 200 ? { ...answer, headers: withoutLimit(answer.headers) } : answer;
const withoutLimit = (headers: Answer['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^x-ratelimit-/i.test(name)));

/** The answer with other headers. */
const told = (answer: Answer, headers: Readonly<Record<string, string>>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

/** The windows of the limit as the sandbox opened them: with the first request that comes after the one before. */
function windowsOf(passages: readonly Passage[]) {
  const windows: { opened: number; passages: Passage[] }[] = [];
  for (const passage of [...passages].sort((a, b) => a.served - b.served)) {
    const last = windows.at(-1);
    if (last && passage.served < last.opened + MINUTE) last.passages.push(passage);
    else windows.push({ opened: passage.served, passages: [passage] });
  }
  return windows;
}

/**
 * What was used of each limit that the sync lived through: successes, in parts of what the time from this window's
 * opening to the next one's would have allowed. So a window that we come late for counts as well as one half used.
 */
function usesOf(passages: readonly Passage[], requests: number): number[] {
  const windows = windowsOf(passages);
  expect(windows.length).toBeGreaterThan(2);
  return windows.slice(0, -1).map(({ opened, passages: inside }, index) => {
    const lasted = (windows[index + 1]?.opened ?? 0) - opened;
    return inside.filter(({ status }) => status === 200).length / (requests * (lasted / MINUTE));
  });
}

/** Requests that were sent though their sender knew better. */
function sentInPauses(
  passages: readonly Passage[],
  pauses: SharedClock['pauses'],
  isNamed: boolean,
): Passage[] {
  const during = passages.filter(({ sent }) => pauses.some(([from, until]) => sent > from && sent < until));
  if (!isNamed) return during;
  const before = windowsOf(passages).flatMap(({ opened, passages: inside }) => {
    const saysNo = inside.filter(({ status, remaining }) => status === 429 || remaining === 0);
    const first = Math.min(...saysNo.map(({ arrived }) => arrived));
    return passages.filter(({ sent }) => sent > first && sent < opened + MINUTE);
  });
  return [...during, ...before];
}

/** Requests to an endpoint that was refused until later. Others go on: the limit may be that endpoint's own. */
function sentInVain(passages: readonly Passage[]): Passage[] {
  const endpointOf = (path: string) =>
    segment.streams.map(pathOf).find((endpoint) => matches(endpoint, path)) ?? path;
  return windowsOf(passages).flatMap(({ opened, passages: inside }) =>
    inside
      .filter(({ status }) => status === 429)
      .flatMap(({ path, arrived }) =>
        passages.filter(
          (later) =>
            endpointOf(later.path) === endpointOf(path) &&
            later.sent > arrived &&
            later.sent < opened + MINUTE,
        ),
      ),
  );
}

const isTold = ({ messages }: ReadResult) =>
  messages.some(({ trace }) => trace?.stream_status?.reasons?.[0]?.type === 'RATE_LIMITED');

/** Pages so small and a past so long that a sync lives through some windows of the limit. */
const LENGTHS: Record<number, Pick<World, 'pageSize' | 'from'>> = {
  10: { pageSize: 100, from: '2026-11-20' },
  60: { pageSize: 10, from: '2026-09-15' },
  200: { pageSize: 4, from: '2026-07-01' },
};
const BUDGETS = Object.keys(LENGTHS).map(Number);
/** How many at once where only refusals tell of the limit; all, where it costs little. */
const ONLY_429: Record<number, number[]> = { 10: [16], 60: [16] };
const HINTS: Record<string, Hint[]> = {
  'Retry-After': ['retry-after'],
  msBeforeNext: ['msBeforeNext'],
  'X-RateLimit-Reset': ['reset'],
  'every hint': ['retry-after', 'msBeforeNext', 'reset'],
  'no hint at all': [],
};

describe.each(BUDGETS)('%i requests a minute', (requests) => {
  /** Whole and honest, with the fewest requests, nearly all of the limit used, and nothing sent in vain. */
  async function thrifty(limited: ReturnType<typeof world>, isNamed = true) {
    const result = await limited.read();
    const { passages } = limited.road;
    expect([result.complete, isTold(result), dishonesty(result.messages, NAMES)]).toEqual([true, true, []]);
    expect(limited.wrong(warehouseOf(result))).toEqual([]);
    const refused = passages.filter(({ status }) => status === 429).length;
    expect(passages.length).toBe(limited.fewest + refused);
    expect(sentInPauses(passages, limited.clock.pauses, isNamed)).toEqual([]);
    const uses = usesOf(passages, requests);
    expect(Math.min(...uses)).toBeGreaterThanOrEqual(0.9);
    return { refused, windows: uses.length + 1 };
  }

  test.each([1, 4, 16])('that the answers tell, with %i at once', async (concurrency) => {
    const { refused } = await thrifty(world({ ...LENGTHS[requests], concurrency, limit: { requests } }));
    // Before the first answer nobody knows.
    expect(refused).toBeLessThanOrEqual(Math.max(0, concurrency - requests));
  });

  const alone = Object.keys(HINTS).flatMap(
    (hint) => ONLY_429[requests]?.map((n) => [hint, n] as const) ?? [],
  );
  if (alone.length === 0) return;
  test.each(alone)('that only a 429 tells, by %s, with %i at once', async (hint, concurrency) => {
    const limit = { requests, hints: HINTS[hint] ?? [] };
    const isNamed = limit.hints.length > 0;
    const limited = world({ ...LENGTHS[requests], concurrency, limit, change: silent });
    const { refused, windows } = await thrifty(limited, isNamed);
    // Those under way together are refused together. Without a hint one has to knock: each 4 to 5 seconds.
    expect(refused).toBeLessThanOrEqual(windows * (concurrency + (isNamed ? 0 : 16)));
  });
});

const YEARS = 'Thu, 22 Nov 2046 10:30:15 GMT';
const LONG_AGO = 'Sat, 22 Nov 2025 10:30:15 GMT';
const DOOMSDAY = 'Fri, 31 Dec 9999 23:59:59 GMT';

/** A 429 with other headers and another body. */
const refusal = (headers: Record<string, string>, msBeforeNext?: unknown) => {
  const data = msBeforeNext === undefined ? undefined : { msBeforeNext };
  return inJson({ errors: [{ type: 'RequestError', message: 'Too many requests', data }] }, 429, headers);
};

describe('an absurd hint', () => {
  const NO_HINTS: [string, () => Answer][] = [
    ['Retry-After: 0', () => refusal({ 'Retry-After': '0' })],
    ['Retry-After: -5', () => refusal({ 'Retry-After': '-5' })],
    ['Retry-After: soon', () => refusal({ 'Retry-After': 'soon' })],
    ['an empty Retry-After', () => refusal({ 'Retry-After': '' })],
    ['Retry-After: 1e999', () => refusal({ 'Retry-After': '1e999' })],
    ['Retry-After: a year ago', () => refusal({ 'Retry-After': LONG_AGO })],
    ['msBeforeNext: -1000', () => refusal({}, -1000)],
    ['msBeforeNext: a text', () => refusal({}, 'a while')],
    ['X-RateLimit-Reset: garbage', () => refusal({ 'X-RateLimit-Reset': 'Thu, 45 Foo 2026' })],
    ['X-RateLimit-Reset: a year ago', () => refusal({ 'X-RateLimit-Reset': LONG_AGO })],
  ];

  test.each(NO_HINTS)('%s: the limit is found out by knocking', async (_, answer) => {
    const change: Change = (real) => (real.status === 429 ? answer() : silent(real));
    const limited = world({ ...LENGTHS[10], concurrency: 4, limit: { requests: 10 }, change });
    const result = await limited.read();
    expect([result.complete, isTold(result), dishonesty(result.messages, NAMES)]).toEqual([true, true, []]);
    expect(limited.wrong(warehouseOf(result))).toEqual([]);
    expect(sentInPauses(limited.road.passages, limited.clock.pauses, false)).toEqual([]);
    expect(Math.min(...usesOf(limited.road.passages, 10))).toBeGreaterThanOrEqual(0.9);
    expect(limited.waited()).toBeLessThan((limited.fewest / 10 + 1) * 67_000);
  });

  const TOO_LONG: [string, () => Answer][] = [
    ['Retry-After: 30 years', () => refusal({ 'Retry-After': '1000000000' })],
    ['Retry-After: year 9999', () => refusal({ 'Retry-After': DOOMSDAY })],
    ['Retry-After: 30 digits', () => refusal({ 'Retry-After': '9'.repeat(30) })],
    ['msBeforeNext: 1e15', () => refusal({}, 1e15)],
    ['X-RateLimit-Reset: 20 years ahead', () => refusal({ 'X-RateLimit-Reset': YEARS })],
  ];

  test.each(TOO_LONG)('%s: the sync ends at once, keeps its states, and goes on later', async (_, answer) => {
    let isOver = false;
    let count = 0;
    const change: Change = (real) => (!isOver && (count += 1) === 15 ? answer() : silent(real));
    const limited = world({ ...LENGTHS[10], concurrency: 4, change });
    const first = await limited.read();
    expect([first.complete, limited.clock.pauses, dishonesty(first.messages, NAMES)]).toEqual([
      false,
      [],
      [],
    ]);
    expect(limited.road.passages.length).toBeLessThan(15 + 4);
    expectOutage(first);
    isOver = true;
    const second = await limited.read(lastStates(first.messages));
    expect(second.complete).toBe(true);
    expect(limited.wrong(warehouseOf(first, second))).toEqual([]);
  });

  test.each([YEARS, DOOMSDAY, LONG_AGO, 'Thu, 45 Foo 2026', '', '1795343415', '-1'])(
    'that nothing remains until %p, on a success: neither waits nor slows down',
    async (reset) => {
      const change: Change = (real) =>
        told(real, { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': reset });
      const limited = world({ ...LENGTHS[10], concurrency: 8, change });
      const result = await limited.read();
      expect([result.complete, limited.clock.pauses, limited.road.most()]).toEqual([true, [], 8]);
      expect(limited.road.passages.length).toBe(limited.fewest);
      expect(limited.wrong(warehouseOf(result))).toEqual([]);
    },
  );
});

describe('a limit that never ends', () => {
  test.each([
    ['Retry-After: 0', () => refusal({ 'Retry-After': '0' })],
    ['Retry-After: 1', () => refusal({ 'Retry-After': '1' })],
    ['Retry-After: 60', () => refusal({ 'Retry-After': '60' })],
    ['Retry-After: 600', () => refusal({ 'Retry-After': '600' })],
    ['no hint', () => refusal({})],
  ])('%s: is given up after ten minutes, however many wait, and the next sync goes on', async (_, answer) => {
    let isOver = false;
    let count = 0;
    const change: Change = (real) => (!isOver && (count += 1) > 15 ? answer() : silent(real));
    const limited = world({ ...LENGTHS[10], concurrency: 16, change });
    const first = await limited.read();
    expect([first.complete, isTold(first), dishonesty(first.messages, NAMES)]).toEqual([false, true, []]);
    expectOutage(first);
    expect(limited.waited()).toBeGreaterThan(8 * MINUTE);
    expect(limited.waited()).toBeLessThan(11 * MINUTE);
    expect(limited.road.passages.length).toBeLessThan(120);
    isOver = true;
    const second = await limited.read(lastStates(first.messages));
    expect(second.complete).toBe(true);
    expect(limited.wrong(warehouseOf(first, second))).toEqual([]);
  });
});

describe('every table', () => {
  const EVERY = { names: segment.streams.map(({ name }) => name), tables: segment.streams };
  const expectAll = async (limited: ReturnType<typeof world>, states?: unknown) => {
    const result = await limited.read(states, EVERY.names);
    expect([result.complete, dishonesty(result.messages, EVERY.names)]).toEqual([true, []]);
    return result;
  };
  /** Where requests are not a page for each of a table's rows: how many they are in this world, and why. */
  const OTHERWISE: Readonly<Record<string, number>> = {
    access_records: 1, // the list of users, which is read once for all
    audit_events: 8 + 20, // for access_records, when each user was last seen in 90 days
    credential_consumers: 2 * 5, // warehouses and sources of each
    delivery_overview_failed_delivery: 2 * 4, // pieces and destinations, like the others
    delivery_overview_failed_on_ingest: 2 * 2,
    delivery_overview_filtered_at_destination: 2 * 4,
    delivery_overview_filtered_at_source: 2 * 2,
    delivery_overview_successful_delivery: 2 * 4,
    delivery_overview_successfully_received: 2 * 2,
    entity_properties: 6, // one an entity
    events_volume: 2, // pieces of the range
    functions: 5, // one a type
    group_permissions: 0, // the list of groups has them all
    insert_function_instances: 9, // those of functions of that type
    space_event_properties: 11, // an event's own and those of its context come together
    space_filters: 5, // pages of 10
    space_traits: 2 * 4, // of users and of accounts
    user_permissions: 2 + 1, // users whose list lacks them, and the one without any role, for access_records
    workspace: 2, // and the vendor's time
  };
  const requestsOf = ({ sandbox: { requests } }: ReturnType<typeof world>, table: (typeof TABLES)[number]) =>
    requests.filter(({ path }) => matches(pathOf(table), path)).length;
  let undisturbed: Promise<ReturnType<typeof world>> | undefined;
  /** A sync that nobody limits. */
  const free = () =>
    (undisturbed ??= (async () => {
      const unlimited = world({ ownLimits: false });
      await expectAll(unlimited);
      return unlimited;
    })());

  test('takes no request more than it needs', async () => {
    const unlimited = await free();
    const counts = (of: (table: (typeof TABLES)[number]) => number) =>
      Object.fromEntries(EVERY.tables.map((table) => [table.name, of(table)]));
    expect(counts((table) => requestsOf(unlimited, table))).toEqual(
      counts((table) => OTHERWISE[table.name] ?? unlimited.needsOf(table)),
    );
  });

  test.each(Object.entries(HINTS))('is whole with 60 requests a minute, told by %s', async (_, hints) => {
    const isNamed = hints.length > 0;
    const limited = world({ limit: { requests: 60, hints }, ownLimits: false, change: silent });
    const result = await expectAll(limited);
    expect([isTold(result), limited.wrong(warehouseOf(result), EVERY.tables)]).toEqual([true, []]);
    const { passages } = limited.road;
    const refused = passages.filter(({ status }) => status === 429).length;
    expect(passages.length).toBe((await free()).road.passages.length + refused);
    expect(refused).toBeLessThanOrEqual(windowsOf(passages).length * (16 + (isNamed ? 0 : 16)));
    if (isNamed) expect(sentInVain(passages)).toEqual([]);
    expect(Math.min(...usesOf(passages, 60))).toBeGreaterThanOrEqual(0.9);
  });

  test.each([1, 60, 250])(
    'is whole in the sync after one that is refused for years at request %i',
    async (nth) => {
      let count = 0;
      const change: Change = (real) =>
        (count += 1) === nth ? refusal({ 'Retry-After': '1000000000' }) : real;
      const limited = world({ ownLimits: false, change });
      const first = await limited.read(undefined, EVERY.names);
      expect([first.complete, limited.clock.pauses, dishonesty(first.messages, EVERY.names)]).toEqual([
        false,
        [],
        [],
      ]);
      expectOutage(first, EVERY.names);
      const second = await expectAll(limited, lastStates(first.messages));
      expect(limited.wrong(warehouseOf(first, second), EVERY.tables)).toEqual([]);
    },
  );

  test.each([4, 16])(
    'is whole under its own limit beside the one of all, with %i at once',
    async (concurrency) => {
      const limited = world({ limit: { requests: 60 }, concurrency });
      const result = await expectAll(limited);
      expect(limited.wrong(warehouseOf(result), EVERY.tables)).toEqual([]);
      const { passages } = limited.road;
      const refused = passages.filter(({ status }) => status === 429).length;
      expect(refused / windowsOf(passages).length).toBeLessThanOrEqual(concurrency / 2 + 2);
    },
  );
});

describe('a limit of one request that never ends, while others pass', () => {
  test.each([
    ['users', '/users'],
    ['usage_mtu_workspace_daily', '/usage/mtu/daily'],
    ['audit_events', '/audit-events'],
  ])('%s is given up after ten minutes, and nothing else', async (name, path) => {
    // So many pages that the others are not done meanwhile.
    const limited = world({ ...LENGTHS[200], pageSize: 3 });
    const headers = { 'Retry-After': '60' };
    limited.sandbox.fault({ path, on: [5, 99_999], status: 429, headers });
    const result = await limited.read();
    expect(dishonesty(result.messages, NAMES)).toEqual([]);
    expectOutage(result);
    const others = NAMES.filter((one) => one !== name);
    const isIncomplete = (one: string) => story(result.messages, one).statuses.at(-1) === 'INCOMPLETE';
    expect([isIncomplete(name), others.filter(isIncomplete)]).toEqual([true, []]);
    const refused = limited.road.passages.filter(({ status }) => status === 429);
    const givenUp = Math.max(...refused.map(({ arrived }) => arrived));
    expect(givenUp - Date.parse(NOW)).toBeLessThan(20 * MINUTE);
    expect(limited.road.passages.some(({ sent }) => sent > givenUp)).toBe(true);
    limited.sandbox.clearFaults();
    const second = await limited.read(lastStates(result.messages));
    expect(second.complete).toBe(true);
    expect(limited.wrong(warehouseOf(result, second))).toEqual([]);
  });
});

/** Whatever is not complete is the vendor's, and says that it was the rate limit. */
function expectOutage({ messages }: ReadResult, names = NAMES): void {
  const errors = names.flatMap((name) => story(messages, name).errors);
  expect(errors.length).toBeGreaterThan(0);
  for (const { failure_type, message } of errors) {
    expect(failure_type).toBe('transient_error');
    expect(message).toContain('rate limit');
  }
}

describe("a machine's clock that is set", () => {
  afterEach(() => void jest.restoreAllMocks());

  test.each([-3600_000, 3600_000])('by %i ms during a pause does not change the pause', async (step) => {
    const stop = new AbortController();
    const asked: number[] = [];
    const sleep = async (ms: number) => {
      asked.push(ms);
      stop.abort(new Error('enough'));
      stop.signal.throwIfAborted();
    };
    const budget = new RateBudget({ clock: { ...systemClock, sleep }, concurrency: 1, signal: stop.signal });
    budget.pause('/', 500_000);
    const wall = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => wall + step);
    await expect(budget.run('/', async () => undefined)).rejects.toThrow('enough');
    expect(asked.length).toBe(1);
    expect(asked[0]).toBeGreaterThan(400_000);
    expect(asked[0]).toBeLessThanOrEqual(500_000);
  });

  test('is followed from the start on', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(3600_000);
    expect(Number.isInteger(systemClock.now())).toBe(true);
  });
});
