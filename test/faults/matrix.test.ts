/**
 * Each fault at each table. A fault that passes leaves no trace in the rows; one that stays makes its table INCOMPLETE,
 * with the class of who must act, and no state beyond what was written.
 */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/segment/index.ts';
import { soak } from './soak.ts';
import { parentsOf, pathOf, TABLES } from './tables.ts';
import { all, busy, expectResumable, expectWhole, NOW, readUnder, verdicts } from './trouble.ts';

type Trouble = Omit<Fault, 'path' | 'on'>;

/** Tables that nobody waits for, and those that wait for others. */
const isChild = (table: (typeof TABLES)[number]) => parentsOf(table).length > 0;
const GROUPS = [
  ['tables of their own', TABLES.filter((table) => !isChild(table)), 0],
  ['tables below a parent', TABLES.filter(isChild), 1],
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
/** Their answers may lack their pagination by the documents: a page that is not full is whole without it. */
const MAY_LACK_PAGINATION = [
  'audience_activations',
  'audience_destinations',
  'destination_subscriptions',
  'profiles_warehouses',
  'reverse_etl_syncs',
  'source_regulations',
  'space_filters',
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

const isComplete = (result: Parameters<typeof verdicts>[0], table: (typeof TABLES)[number]) =>
  verdicts(result, [table])[0]?.[1] === 'COMPLETE';

const isSoak = soak.minutes > 0;
/** In a soak each table meets each fault; else every other one, and its neighbour the ones between. */
const passing = [...BROKEN, ...BROKEN_LIST, ...LIMITED].flatMap(([name, trouble], index, cases) => {
  if (isSoak) return [{ name, troubles: [trouble] }];
  const [other, second] = cases[index + 1] ?? [name, trouble];
  return index % 2 === 0 ? [{ name: `${name}, ${other}`, troubles: [trouble, second] }] : [];
});

describe('a fault that passes leaves no trace in the rows', () => {
  test.each(passing)('$name', async ({ troubles }) => {
    // All of the tables in trouble, in one sync.
    const result = await readUnder(
      TABLES.map((table, index) => ({
        path: pathOf(table),
        ...troubles[index % troubles.length],
        on: [2, 3],
      })),
    );
    expect(verdicts(result, TABLES)).toEqual(all(TABLES, 'COMPLETE'));
    expectWhole(result);
  });
});

describe.each([
  ['from the start', 1],
  ['half-way', 2],
])('a fault that stays %s makes its table INCOMPLETE', (_, from) => {
  describe.each(GROUPS)('%s', (__, group, which) => {
    /** Reads under it, as far as the tables have such a request at all. */
    const readAll = async (trouble: Trouble, paged = false) => {
      const tables = await busy(group, from, paged);
      expect(tables.length).toBeGreaterThan(group.length / 2);
      const result = await readUnder(
        tables.map((table) => ({ path: pathOf(table), ...trouble, on: [from, 99_999] })),
        { streams: tables.map(({ name }) => name) },
      );
      return { result, tables };
    };

    // What is broken is the same at any moment and everywhere: in turn, and in a soak each.
    const now = (cases: readonly Case[]) =>
      cases.filter((___, index) => isSoak || (index + which) % 2 === from % 2);
    const here = (cases: readonly Case[]) =>
      cases.filter((___, index) => isSoak || index % 4 === 2 * which + (from % 2));
    test.each(here([...BROKEN, ...BROKEN_LIST]))('%s', async (name, trouble, failure) => {
      const isOfLists = BROKEN_LIST.some(([broken]) => broken === name);
      const { result, tables } = await readAll(trouble, isOfLists);
      expect(result.complete).toBe(false);
      const isTold = ({ name: table }: (typeof tables)[number]) =>
        trouble.kind !== 'no-pagination' || !MAY_LACK_PAGINATION.includes(table);
      const told = tables.filter(isTold);
      expect(verdicts(result, told)).toEqual(all(told, 'INCOMPLETE', failure));
      const complete = tables.filter((table) => !isTold(table) && isComplete(result, table));
      expectWhole({ ...result, names: complete.map((table) => table.name) });
      await expectResumable(result);
    });

    test.each(now(TOO_LONG))('%s', async (___, trouble) => {
      const { result, tables } = await readAll(trouble);
      expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', 'transient_error'));
      expect(result.clock.slept).toEqual([]);
      await expectResumable(result);
    });

    test.each(CLOSED)('%s', async (___, trouble) => {
      const { result, tables } = await readAll(trouble);
      expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', 'config_error'));
      expect(result.clock.slept).toEqual([]);
      await expectResumable(result);
    });
  });
});
