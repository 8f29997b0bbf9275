/**
 * Each fault at each table. A fault that passes leaves no trace in the rows; one that stays makes its table INCOMPLETE,
 * with the class of who must act, and no state beyond what was written.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setupServer } from 'msw/node';
import { createSandbox, type Fault, type Sandbox } from '../../sandbox/segment/index.ts';
import { TestClock } from '../support/clock.ts';
import { read, type ReadResult } from '../support/in-process.ts';
import { keyText, story } from '../support/messages.ts';
import { dishonesty } from './honesty.ts';
import { NAMES, parentsOf, pathOf, TABLES } from './tables.ts';

const NOW = '2026-11-03T10:30:15.250Z';
/** Small, and yet more than one request for every table. */
const WORLD = {
  now: NOW,
  sources: 4,
  destinationsPerSource: 1,
  warehouses: 4,
  users: 4,
  groups: 4,
  auditEvents: 12,
  auditDays: 3,
  usageMonths: 1,
  catalogDestinations: 6,
};
const CONFIG = { start_date: '2026-10-30', page_size: 3, lookback_window_days: 0 };

const server = setupServer();
let sandbox: Sandbox;
let clock: TestClock;
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

type Trouble = Omit<Fault, 'path' | 'on'>;

/** All tables in one sync, each of them in the same trouble. */
async function readAll(trouble: Trouble, on: Fault['on'], tables = TABLES): Promise<ReadResult> {
  sandbox = createSandbox(WORLD);
  server.use(...sandbox.handlers);
  clock = new TestClock(NOW);
  for (const table of tables) sandbox.fault({ path: pathOf(table), ...trouble, ...(on && { on }) });
  const result = await read({ sandbox, clock, config: CONFIG, timeout: 100 });
  expect(dishonesty(result.messages, NAMES)).toEqual([]);
  expect(result.text).not.toContain('s3cr3t');
  expect(result.text).not.toContain(sandbox.token);
  return result;
}

/** Keys that the API has of a table and the messages have not, and the other way round. */
function difference(name: string, { messages }: ReadResult) {
  const key = sandbox.workspace.keys[name] ?? [];
  const truth = new Set([...(sandbox.workspace.tables[name]?.() ?? [])].map((row) => keyText(row, key)));
  const { records } = story(messages, name);
  const read = new Set(records.map((row) => keyText(row, key)));
  return {
    lost: [...truth].filter((one) => !read.has(one)),
    invented: [...read].filter((one) => !truth.has(one)),
    twice: records.length - read.size,
  };
}

const WHOLE = { lost: [], invented: [], twice: 0 };

/** Tables that nobody waits for, and those that wait for others. */
const isChild = (table: (typeof TABLES)[number]) => parentsOf(table).length > 0;
const GROUPS = [
  ['tables of their own', TABLES.filter((table) => !isChild(table))],
  ['tables below a parent', TABLES.filter(isChild)],
] as const;

const limited = (headers: Record<string, string>, data?: object): Trouble => ({
  status: 429,
  headers,
  body: { errors: [{ type: 'RequestError', message: 'Too many requests', ...(data && { data }) }] },
});
const inSeconds = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toUTCString();

type Case = [name: string, trouble: Trouble, failure?: 'transient_error' | 'system_error'];

const BROKEN: Case[] = [
  ['500', { status: 500 }, 'transient_error'],
  ['502 in HTML', { kind: 'html' }, 'transient_error'],
  ['503', { status: 503 }, 'transient_error'],
  ['503 with Retry-After', { status: 503, headers: { 'Retry-After': '3' } }, 'transient_error'],
  ['408', { status: 408 }, 'transient_error'],
  ['a reset before the answer', { kind: 'reset' }, 'transient_error'],
  ['a reset in the middle of the body', { kind: 'reset-mid-body' }, 'transient_error'],
  ['a body that is cut JSON', { kind: 'truncate' }, 'transient_error'],
  ['no answer at all', { kind: 'hang' }, 'transient_error'],
  ['a 200 with an empty body', { body: '' }, 'transient_error'],
  ['a 200 that is HTML', { body: '<html>Maintenance</html>' }, 'transient_error'],
  ['a 200 with an error envelope', { kind: 'error-envelope' }, 'system_error'],
  ['a 200 without data', { body: {} }, 'system_error'],
  ['a 200 that is null', { body: null }, 'system_error'],
  ['a 200 that is a list', { body: [] }, 'system_error'],
];
/** Of lists alone. */
const BROKEN_LIST: Case[] = [
  ['a 200 without its rows', { kind: 'no-data' }, 'system_error'],
  ['a 200 without pagination', { kind: 'no-pagination' }, 'system_error'],
  ['a cursor that repeats', { kind: 'repeat-cursor' }, 'system_error'],
];
const LIMITED: Case[] = [
  ['Retry-After in seconds', limited({ 'Retry-After': '7' })],
  ['Retry-After as a date', limited({ 'Retry-After': inSeconds(7) })],
  ['msBeforeNext', limited({}, { msBeforeNext: 6400 })],
  ['X-RateLimit-Reset', limited({ 'X-RateLimit-Reset': inSeconds(7) })],
  ['no hint', limited({})],
  ['a negative hint', limited({ 'Retry-After': '-5' }, { msBeforeNext: -1 })],
  [
    'hints that are garbage',
    limited({ 'Retry-After': 'soon', 'X-RateLimit-Reset': '' }, { msBeforeNext: {} }),
  ],
  ['a hint of nothing', limited({ 'Retry-After': '0' })],
];
const TOO_LONG: Case[] = [
  ['Retry-After of years', limited({ 'Retry-After': '99999999' })],
  ['Retry-After beyond all dates', limited({ 'Retry-After': '9'.repeat(30) })],
  ['msBeforeNext of years', limited({}, { msBeforeNext: 1e15 })],
  ['a reset in the year 9999', limited({ 'X-RateLimit-Reset': 'Fri, 31 Dec 9999 23:59:59 GMT' })],
];
const CLOSED: Case[] = [
  ['403', { kind: 'forbidden' }],
  ['401', { kind: 'unauthorized' }],
  ['404', { kind: 'not-found' }],
  ['400 that speaks of the plan', { kind: 'plan' }],
];

const verdicts = ({ messages }: ReadResult, tables: typeof TABLES) =>
  tables.map(({ name }) => {
    const { statuses, errors } = story(messages, name);
    return [name, statuses.at(-1), errors[0]?.failure_type];
  });
const all = (tables: typeof TABLES, status: string, failure?: string) =>
  tables.map(({ name }) => [name, status, failure]);
const isList = (table: (typeof TABLES)[number]) => !/delivery-metrics/.test(table.endpoint);

describe('a fault that passes leaves no trace in the rows', () => {
  test.each([...BROKEN, ...BROKEN_LIST, ...LIMITED])('%s', async (_, trouble) => {
    const result = await readAll(trouble, [2, 3]);
    expect(verdicts(result, TABLES)).toEqual(all(TABLES, 'COMPLETE'));
    for (const name of NAMES) expect({ name, ...difference(name, result) }).toEqual({ name, ...WHOLE });
  });
});

/** What of a table was read is true, and its state claims no more. */
function expectNothingInvented(result: ReadResult): void {
  for (const name of NAMES) {
    const { invented, twice } = difference(name, result);
    expect({ name, invented, twice }).toEqual({ name, invented: [], twice: 0 });
  }
}

describe.each([
  ['from the start', [1, 99_999]],
  ['half-way', [2, 99_999]],
] as [string, [number, number]][])('a fault that stays %s makes its table INCOMPLETE', (_, on) => {
  describe.each(GROUPS)('%s', (__, group) => {
    test.each([...BROKEN, ...BROKEN_LIST])('%s', async (name, trouble, failure) => {
      const tables = BROKEN_LIST.some(([broken]) => broken === name) ? group.filter(isList) : group;
      const result = await readAll(trouble, on, tables);
      expect(result.complete).toBe(false);
      expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', failure));
      expectNothingInvented(result);
    });

    test.each(TOO_LONG)('%s', async (___, trouble) => {
      const result = await readAll(trouble, on, group);
      expect(verdicts(result, group)).toEqual(all(group, 'INCOMPLETE', 'transient_error'));
      expect(clock.slept).toEqual([]);
      expectNothingInvented(result);
    });

    test.each(CLOSED)('%s', async (___, trouble) => {
      const result = await readAll(trouble, on, group);
      expect(verdicts(result, group)).toEqual(all(group, 'INCOMPLETE', 'config_error'));
      expect(clock.slept).toEqual([]);
      expectNothingInvented(result);
    });
  });
});
