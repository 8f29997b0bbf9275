/**
 * Each fault at each table. A fault that passes leaves no trace in the rows; one that stays makes its table INCOMPLETE,
 * with the class of who must act, and no state beyond what was written.
 */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/segment/index.ts';
import { soak } from './soak.ts';
import { parentsOf, pathOf, TABLES } from './tables.ts';
import { all, busy, expectResumable, expectWhole, NOW, readUnder, untroubled, verdicts } from './trouble.ts';

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
];
const MISSHAPEN: Case[] = [
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

const isSoak = soak.minutes > 0;
/** In a soak each table meets each fault; else two faults share a sync, and each is every other table's. */
const inTurn = (cases: readonly Case[]) =>
  cases.flatMap((one, index) => {
    if (isSoak) return [{ name: one[0], shared: [one] }];
    const shared = [one, ...cases.slice(index + 1, index + 2)];
    return index % 2 === 0 ? [{ name: shared.map(([name]) => name).join(', '), shared }] : [];
  });
const ofTable = (shared: readonly Case[], index: number): Case => shared[index % shared.length] as Case;

/** One request is all that they send. */
const ASKED_ONCE = ['group_permissions', 'labels', 'user_permissions'];

describe('a fault that passes leaves no trace in the rows', () => {
  test.each(inTurn([...BROKEN, ...MISSHAPEN, ...BROKEN_LIST, ...LIMITED]))('$name', async ({ shared }) => {
    // All of the tables in trouble, in one sync.
    const result = await readUnder(
      TABLES.map((table, index) => ({
        path: pathOf(table),
        ...ofTable(shared, index)[1],
        on: ASKED_ONCE.includes(table.name) ? 1 : [2, 3],
      })),
    );
    expect(untroubled(result, TABLES)).toEqual([]);
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
    const readAll = async (shared: readonly Case[], paged = false) => {
      const tables = await busy(group, from, paged);
      if (!paged) {
        const others = group.filter((table) => !tables.includes(table)).map(({ name }) => name);
        expect(ASKED_ONCE).toEqual(expect.arrayContaining(others));
      }
      const result = await readUnder(
        tables.map((table, index) => ({
          path: pathOf(table),
          ...ofTable(shared, index)[1],
          on: [from, 99_999],
        })),
        { streams: tables.map(({ name }) => name) },
      );
      return { result, tables };
    };

    // A parent's fault is its children's too, so those that share a sync are of one class.
    test.each([...inTurn(BROKEN), ...inTurn(MISSHAPEN)])('$name', async ({ shared }) => {
      const { result, tables } = await readAll(shared);
      expect(result.complete).toBe(false);
      expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', shared[0]?.[2]));
      await expectResumable(result);
    });

    test.each(BROKEN_LIST)('%s', async (name, trouble, failure) => {
      const { result, tables } = await readAll([[name, trouble, failure]], true);
      expect(result.complete).toBe(false);
      const isTold = (table: string) =>
        trouble.kind !== 'no-pagination' || !MAY_LACK_PAGINATION.includes(table);
      const told = tables.filter((table) => isTold(table.name));
      expect(told.length).toBeGreaterThan(tables.length / 2);
      expect(verdicts(result, told)).toEqual(all(told, 'INCOMPLETE', failure));
      const names = verdicts(result, tables).flatMap(([table, verdict]) =>
        !isTold(String(table)) && verdict === 'COMPLETE' ? [String(table)] : [],
      );
      expectWhole({ ...result, names });
      await expectResumable(result);
    });

    // The same at any moment and everywhere: in turn, and in a soak each.
    const here = TOO_LONG.filter((___, index) => isSoak || (index + which) % 2 === from % 2);
    test.each(here)('%s', async (...one) => {
      const { result, tables } = await readAll([one]);
      expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', 'transient_error'));
      expect(result.clock.slept).toEqual([]);
      await expectResumable(result);
    });

    test.each(CLOSED)('%s', async (...one) => {
      const { result, tables } = await readAll([one]);
      expect(verdicts(result, tables)).toEqual(all(tables, 'INCOMPLETE', 'config_error'));
      expect(result.clock.slept).toEqual([]);
      await expectResumable(result);
    });
  });
});
