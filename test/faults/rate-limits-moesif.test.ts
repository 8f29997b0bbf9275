/**
 * Moesif's limit, so many queries in a minute of its clock: nearly all of it is used, nothing is sent while it is used up,
 * nothing is asked twice; and of the documented one a part is left to people.
 */
import { describe, expect, test } from '@jest/globals';
import { random } from '../../sandbox/kit/random.ts';
import type { Moesif, MoesifOptions } from '../../sandbox/moesif/index.ts';
import { ask, USERS } from '../sandbox/moesif-client.ts';
import { story, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { moesif } from '../support/vendors/moesif.ts';
import { readAs } from '../support/vendors/vendor.ts';
import { dishonesty } from './honesty.ts';
import { road, SharedClock, type Passage } from './road.ts';
import { Warehouse } from './warehouse.ts';

const NOW = Date.parse('2026-11-27T10:30:15.250Z');
const [SECOND, MINUTE, DAY] = [1000, 60_000, 86_400_000];
/** What the connector keeps to by itself, of 500. */
const OURS = 400;
const CONCURRENCY = 4;
/** How far into a minute (ms) it begins: some come later on purpose, and a `Date` is up to a second old. */
const LATEST = 2 * SECOND + SECOND + 100;
const NAMES = moesif.tables.map(({ name }) => name);

interface World extends Pick<MoesifOptions, 'quotas' | 'users' | 'days' | 'eventsPerDay'> {
  /** How far Moesif's clock is ahead of the connector's (ms). */
  readonly ahead?: number;
  readonly pageSize?: number;
}

/** An app at the end of a road of 10 to 30 ms each way, and a clock beside the connector's. */
function world({ ahead = 0, pageSize = 1, ...options }: World = {}) {
  const dice = random(7, 'rates');
  const clock = new SharedClock(NOW, () => dice.next());
  const now = new Date(NOW + ahead).toISOString();
  const time = () => clock.now() + ahead;
  const made = moesif.create({ now, time, still: true, lateDays: 0, ...options });
  const sandbox = { ...made, goBy: () => undefined };
  const way = road(sandbox, clock, () => 10 + dice.int(20));
  network.answerBy(way);
  const config = { ...moesif.byValue, ...moesif.onceOnly, page_size: pageSize };
  const read = async () => {
    const { complete, messages } = await readAs(moesif, { sandbox, clock, config });
    const warehouse = new Warehouse(sandbox.workspace.keys);
    const wrong = NAMES.flatMap((name) => {
      warehouse.upsert(name, story(messages, name).records);
      return warehouse.differences(name, sandbox.workspace.tables[name]?.(), { byValue: true });
    });
    expect([complete, dishonesty(messages, NAMES), wrong]).toEqual([true, [], []]);
    return {
      isTold: messages.some(({ trace }) => trace?.stream_status?.reasons?.[0]?.type === 'RATE_LIMITED'),
      refused: way.passages.filter(({ status }) => status === 429).length,
      minutes: minutesOf(way.passages, ahead),
      /** Requests that were sent though their sender knew better. */
      inPauses: way.passages.filter(({ sent }) =>
        clock.pauses.some(([from, until]) => sent > from && sent < until),
      ),
    };
  };
  return { sandbox, way, read };
}

/** What was answered in each minute of Moesif's clock, from the first one to the last, and how far into it (ms) that began. */
function minutesOf(passages: readonly Passage[], ahead: number) {
  const answered = passages.filter(({ status }) => status !== 429).map(({ served }) => served + ahead);
  const minute = (at: number) => Math.floor(at / MINUTE);
  const [first, last] = [minute(NOW + ahead), minute(Math.max(...answered))];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const inside = answered.filter((at) => minute(at) === first + index);
    return { used: inside.length, begun: Math.min(...inside) % MINUTE };
  });
}

/** The most that were sent within any minute. */
function mostInAMinute(passages: readonly Passage[]): number {
  const sent = passages.map((passage) => passage.sent).sort((a, b) => a - b);
  return Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + MINUTE).length));
}

/** The fewest requests for all tables, from the rows that there are. */
function fewest(
  { workspace: { tables } }: Moesif,
  { days, pageSize = 1 }: World & { readonly days: number },
) {
  const rowsOf = (name: string) => [...(tables[name]?.() ?? [])];
  // Only a page that is not full tells that there are no more.
  const pages = (rows: number) => Math.floor(rows / pageSize) + 1;
  const companies = rowsOf('companies');
  const calls = rowsOf('identify_calls').map(({ traits }) => 'last24HourAggResults' in (traits as Row));
  const users = rowsOf('users').map((user, index) => ({ ...user, makesCalls: calls[index] === true }));
  users.sort((a, b) => Buffer.compare(idOf(a), idOf(b)));
  const lookups = Array.from({ length: Math.ceil(users.length / pageSize) }, (_, page) => {
    const together = users.slice(page * pageSize, (page + 1) * pageSize);
    const ids = new Set(together.map(companyOf).filter(Boolean));
    const found = companies.filter(({ id, company_id }) => ids.has(id) || ids.has(company_id));
    const calling = together.filter(({ makesCalls }) => makesCalls);
    return (ids.size > 0 ? pages(found.length) : 0) + pages(calling.length);
  });
  // Days are asked for with a second of their neighbours.
  const last = Math.floor(NOW / DAY);
  const times = rowsOf('events').map(({ request_time }) => Date.parse(String(request_time)));
  const events = Array.from({ length: days }, (_, ago) => {
    const [from, to] = [(last - ago) * DAY - SECOND, (last - ago + 1) * DAY + SECOND];
    return pages(times.filter((time) => time >= from && time < to).length);
  });
  // One for Moesif's time; users and companies are asked for by two tables each.
  const lists = 1 + 2 * pages(users.length) + 2 * pages(companies.length);
  return [...lookups, ...events].reduce((sum, requests) => sum + requests, lists);
}

const idOf = ({ id }: Row) => Buffer.from(String(id));
const companyOf = ({ company_id, company }: Row) => company_id ?? (company as Row | null)?.['company_id'];

describe('queries a minute, that only a 429 tells', () => {
  test.each([
    [60, 0, { days: 6, eventsPerDay: 12 }],
    [60, 25_000, { days: 9, eventsPerDay: 30, pageSize: 2 }],
    [60, -25_000, { days: 12, eventsPerDay: 40, pageSize: 3 }],
    [200, 0, { days: 20, eventsPerDay: 30, users: 90 }],
  ])('%i, by a clock that is %i ms ahead: are used', async (perMinute, ahead, options) => {
    const { sandbox, way, read } = world({ ...options, ahead, quotas: { perMinute } });
    const { isTold, refused, minutes, inPauses } = await read();
    expect([isTold, inPauses]).toEqual([true, []]);
    expect(way.passages).toHaveLength(fewest(sandbox, options) + refused);
    expect(minutes.length).toBeGreaterThan(4);
    // Those that were under way together are refused together, once a minute.
    expect(refused).toBeLessThanOrEqual((minutes.length - 1) * CONCURRENCY);
    expect(Math.min(...minutes.slice(0, -1).map(({ used }) => used))).toBeGreaterThanOrEqual(0.9 * perMinute);
    expect(Math.max(...minutes.slice(1).map(({ begun }) => begun))).toBeLessThan(LATEST);
  });

  test('the documented ones: a fifth is left to people, the rest is used, and none is refused', async () => {
    const options = { days: 40, eventsPerDay: 40, users: 90 };
    const { sandbox, way, read } = world(options);
    const { refused, minutes, inPauses } = await read();
    expect([refused, inPauses]).toEqual([0, []]);
    expect(way.passages).toHaveLength(fewest(sandbox, options));
    expect(mostInAMinute(way.passages)).toBe(OURS);
    expect(minutes.length).toBeGreaterThan(3);
    expect(Math.min(...minutes.slice(0, -1).map(({ used }) => used))).toBeGreaterThanOrEqual(0.9 * OURS);
  });

  test('that others used up: the next minute is waited for', async () => {
    const options = { days: 2, eventsPerDay: 3, quotas: { perMinute: 60 } };
    const { sandbox, way, read } = world(options);
    // By somebody else, a little before.
    for (let times = 0; times < 60; times += 1) expect(ask(sandbox, USERS, { body: {} }).status).toBe(200);
    const { isTold, refused, minutes, inPauses } = await read();
    expect([isTold, inPauses]).toEqual([true, []]);
    expect(way.passages).toHaveLength(fewest(sandbox, options) + refused);
    expect(refused).toBeLessThanOrEqual((minutes.length - 1) * CONCURRENCY);
    expect(minutes[0]).toMatchObject({ used: 0 });
    expect(minutes[1]).toMatchObject({ used: 60 });
    expect(minutes[1]?.begun).toBeLessThan(LATEST);
  });
});
