/** What a random script is made of: a workspace, and attempts at reading it in which things go wrong. */
import fc from 'fast-check';
import { canMove, type Fault, type WorkspaceOptions } from '../../sandbox/segment/index.ts';
import { NAMES, pathOf, TABLES } from './tables.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

export interface Attempt {
  readonly faults: readonly Fault[];
  /** How far our clock is ahead of theirs (ms). */
  readonly skew: number;
  /** The run is stopped at this request. */
  readonly stopAt: number | undefined;
  /** Picks, of each table, the state that the platform keeps and the one that it goes on from. */
  readonly dice: number;
  /** What passes until the next attempt (ms). */
  readonly later: number;
}

export interface Script {
  readonly world: WorkspaceOptions & { readonly now: string };
  readonly tables: readonly string[];
  readonly config: {
    readonly page_size: number;
    readonly max_concurrent_requests: number;
    readonly lookback_window_days: number;
    readonly include_secrets: boolean;
  };
  readonly attempts: readonly Attempt[];
}

/** Kinds of faults, by what a sync may make of them. */
type Trouble = Omit<Fault, 'path' | 'on'>;
const limited = (headers: Record<string, string>): Trouble => ({ status: 429, headers });

/** Asked again, the answer comes. */
const PASSING: readonly Trouble[] = [
  { status: 500 },
  { status: 503, headers: { 'Retry-After': '2' } },
  { kind: 'html' },
  { kind: 'reset' },
  { kind: 'reset-mid-body' },
  { kind: 'truncate' },
  { kind: 'error-envelope' },
  { kind: 'no-data' },
  { kind: 'no-pagination' },
  { kind: 'repeat-cursor' },
  { kind: 'rate-limit' },
  limited({}),
  limited({ 'Retry-After': '90' }),
  limited({ 'Retry-After': '-1' }),
  limited({ 'Retry-After': 'presently' }),
];
/** The table is closed, or as good as closed. */
const CLOSING: readonly Trouble[] = [
  { kind: 'forbidden' },
  { kind: 'unauthorized' },
  { kind: 'plan' },
  { kind: 'not-found' },
  limited({ 'Retry-After': '99999999' }),
];
/** No fault of an answer: the world moves under the reader. */
const MOVING: readonly Trouble[] = [{ kind: 'insert-row' }, { kind: 'remove-row' }];
const HANGING: readonly Trouble[] = [{ kind: 'hang' }];

const isOne = (of: readonly Trouble[]) => (fault: Fault) =>
  of.some(({ kind }) => kind && kind === fault.kind);
export const moves = isOne(MOVING);
/** A limit that nobody waits for. It is the token's, so it holds for every table. */
export const endsAll = (fault: Fault) => Number(fault.headers?.['Retry-After']) > 600;
/** Whether a table that met this fault cannot be COMPLETE. A 404 alone can also mean that a parent has gone. */
export const closes = (fault: Fault) => isOne(CLOSING)(fault) || endsAll(fault);

const PATHS = TABLES.map(pathOf);
/**
 * Some lists stand still, or only grow. What comes late into a series, or goes from it, is the look-back's business, not
 * a script's: it may have none.
 */
const isPossible = (fault: Fault) =>
  !moves(fault) ||
  (canMove(fault.path, fault.kind === 'insert-row' ? 'insert' : 'remove') &&
    !/^\/(audit-events|usage)/.test(fault.path));

const some = <T>(items: readonly T[]) => fc.constantFrom(...items);
const from = fc.integer({ min: 1, max: 8 });

const fault: fc.Arbitrary<Fault> = fc
  .record({
    path: fc.oneof({ arbitrary: some(PATHS), weight: 9 }, { arbitrary: fc.constant('*'), weight: 1 }),
    trouble: fc.oneof(
      { arbitrary: some(PASSING), weight: 8 },
      { arbitrary: some(MOVING), weight: 4 },
      { arbitrary: some(CLOSING), weight: 2 },
      { arbitrary: some(HANGING), weight: 1 },
    ),
    first: from,
    length: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 4 }), weight: 5 }, fc.constant(1000)),
  })
  .map(({ path, trouble, first, length }): Fault => {
    const last = first + (moves({ path, ...trouble }) ? Math.min(length, 4) : length) - 1;
    return { path, ...trouble, on: [first, last] };
  })
  .filter(isPossible);

/** A token that is revoked: the workspace itself is closed to it. */
const revoked: fc.Arbitrary<Fault[]> = from.map((first) => [
  { path: '*', kind: 'unauthorized', on: [first, 100_000] },
]);

const attempt: fc.Arbitrary<Attempt> = fc.record({
  faults: fc.oneof({ arbitrary: fc.array(fault, { maxLength: 5 }), weight: 15 }, revoked),
  skew: fc.oneof(
    { arbitrary: fc.constant(0), weight: 3 },
    some([-2 * DAY, -3 * HOUR, -7 * 60 * SECOND, -SECOND, SECOND, 7 * 60 * SECOND, 3 * HOUR, 2 * DAY]),
  ),
  stopAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 4 }),
  dice: fc.nat(),
  later: some([0, 1, SECOND, HOUR, DAY, 40 * DAY]),
});

/** Moments around which dates go wrong: years, leap days, and the hours that zones skip or repeat. */
const NOWS = [
  '2026-12-31T23:59:59.999Z',
  '2027-01-01T00:00:00.000Z',
  '2027-01-01T00:00:00.001Z',
  '2028-02-29T12:00:00.000Z',
  '2028-03-01T00:00:00.000Z',
  '2026-03-08T07:00:00.000Z',
  '2026-11-01T06:30:00.500Z',
  '2026-10-25T01:00:00.000Z',
  '2026-11-22T10:30:15.250Z',
];

export const script: fc.Arbitrary<Script> = fc.record({
  world: fc.record({
    now: some(NOWS),
    seed: fc.integer({ min: 1, max: 1000 }),
    sources: fc.integer({ min: 0, max: 5 }),
    destinationsPerSource: fc.integer({ min: 0, max: 3 }),
    warehouses: fc.integer({ min: 0, max: 3 }),
    users: fc.integer({ min: 0, max: 12 }),
    groups: fc.integer({ min: 0, max: 9 }),
    auditEvents: fc.integer({ min: 0, max: 60 }),
    auditDays: fc.integer({ min: 1, max: 5 }),
    usageMonths: fc.integer({ min: 1, max: 2 }),
    catalogDestinations: fc.integer({ min: 0, max: 8 }),
  }),
  tables: fc.subarray([...NAMES], { minLength: 1, maxLength: 6 }),
  config: fc.record({
    page_size: some([1, 2, 3, 5, 200]),
    max_concurrent_requests: some([1, 2, 8]),
    lookback_window_days: some([0, 1]),
    include_secrets: fc.boolean(),
  }),
  attempts: fc.array(attempt, { minLength: 1, maxLength: 4 }),
});
