/** What a random script is made of: a workspace, and attempts at reading it in which things go wrong. */
import fc from 'fast-check';
import type { Simulated } from '../../sandbox/kit/contract.ts';
import type { Fault } from '../../sandbox/kit/faults.ts';
import type { Vendor } from '../support/vendors/vendor.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const BEHIND = [-2 * DAY, -3 * HOUR, -7 * 60 * SECOND, -SECOND];
/** How far a clock may be off, either way. */
export const SKEWS = [...BEHIND, ...BEHIND.map((skew) => -skew)];

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
  readonly world: object;
  readonly tables: readonly string[];
  readonly config: object;
  /** Whether the values are to be those of the API, with nothing masked. */
  readonly isByValue: boolean;
  readonly attempts: readonly Attempt[];
}

/** Kinds of faults, by what a sync may make of them. */
type Trouble = Omit<Fault, 'path' | 'having' | 'on'>;
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
  { kind: 'query-timeout' },
  { kind: 'terminated-early' },
  { kind: 'export-terminated-early' },
  { kind: 'split-line' },
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
const isForGood = (fault: Fault) => Number(fault.headers?.['Retry-After']) > 600;
/** Whether it lasts: a refusal of a few requests is some tables' alone. */
const lasts = ({ on }: Fault) => Array.isArray(on) && on[1] - on[0] > 100;
/** The same of a token that nothing accepts any more: who has not asked by then never will. */
export const endsAll = (fault: Fault) =>
  isForGood(fault) || (fault.path === '*' && fault.kind === 'unauthorized' && lasts(fault));
/** Whether a table that met this fault cannot be COMPLETE. A 404 alone can also mean that a parent has gone. */
export const closes = (fault: Fault) => isOne(CLOSING)(fault) || isForGood(fault);

/** What can be: a sandbox refuses the rest. And where the time itself is refused, ours has to do, and it may be wrong. */
export const takenBy =
  (judge: Pick<Simulated, 'fault'>) =>
  (fault: Fault): boolean => {
    if (fault.path === '*' && closes(fault)) return false;
    try {
      judge.fault(fault);
      return true;
    } catch {
      return false;
    }
  };

const some = <T>(items: readonly T[]) => fc.constantFrom(...items);
const from = fc.integer({ min: 1, max: 8 });

/** What a script of a vendor is made of. */
export interface Matter {
  readonly vendor: Vendor;
  /** Of all that can go wrong anywhere, what can at this place. */
  readonly isPossible: (fault: Fault) => boolean;
  readonly world: fc.Arbitrary<object>;
  /** How far our clock may be ahead of theirs (ms). */
  readonly skews: readonly number[];
  /** How many tables a script has at most. */
  readonly most: number;
  readonly config: fc.Arbitrary<{ readonly config: object; readonly isByValue: boolean }>;
}

const faultOf = ({ vendor: { tables, place }, isPossible }: Matter): fc.Arbitrary<Fault> =>
  fc
    .record({
      place: fc.oneof(
        { arbitrary: some(tables.map(place)), weight: 9 },
        { arbitrary: fc.constant({ path: '*' }), weight: 1 },
      ),
      trouble: fc.oneof(
        { arbitrary: some(PASSING), weight: 8 },
        { arbitrary: some(MOVING), weight: 4 },
        { arbitrary: some(CLOSING), weight: 2 },
        { arbitrary: some(HANGING), weight: 1 },
      ),
      first: from,
      length: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 4 }), weight: 5 }, fc.constant(1000)),
    })
    .map(({ place, trouble, first, length }): Fault => {
      const last = first + (moves({ ...place, ...trouble }) ? Math.min(length, 4) : length) - 1;
      return { ...place, ...trouble, on: [first, last] };
    })
    .filter(isPossible);

/** Credentials that are revoked: everything is closed to them. */
const revoked: fc.Arbitrary<Fault[]> = from.map((first) => [
  { path: '*', kind: 'unauthorized', on: [first, 100_000] },
]);

const attemptOf = (matter: Matter): fc.Arbitrary<Attempt> =>
  fc.record({
    faults: fc.oneof({ arbitrary: fc.array(faultOf(matter), { maxLength: 5 }), weight: 15 }, revoked),
    skew: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, some(matter.skews)),
    stopAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 4 }),
    dice: fc.nat(),
    later: some([0, 1, SECOND, HOUR, DAY, 40 * DAY]),
  });

/** Moments around which dates go wrong: years, leap days, and the hours that zones skip or repeat. */
export const NOWS = [
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

export const scriptOf = (matter: Matter): fc.Arbitrary<Script> =>
  fc
    .record({
      world: matter.world,
      tables: fc.subarray(
        matter.vendor.tables.map(({ name }) => name),
        { minLength: 1, maxLength: matter.most },
      ),
      chosen: matter.config,
      attempts: fc.array(attemptOf(matter), { minLength: 1, maxLength: 4 }),
    })
    .map(({ chosen, ...script }) => ({ ...script, ...chosen }));
