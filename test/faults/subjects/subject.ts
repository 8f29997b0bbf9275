/** What the fault suites have to know of a vendor: a small world of its, and what may go wrong with which table. */
import type { Fault } from '../../../sandbox/kit/faults.ts';
import type { FailureType } from '../../../src/engine/errors.ts';
import type { Table, Vendor } from '../../support/vendors/vendor.ts';
import type { LoggedRequest } from '../../../sandbox/kit/contract.ts';

export type Trouble = Omit<Fault, 'path' | 'having' | 'on'>;

export interface Case {
  readonly name: string;
  /** What it is at this table; undefined where it cannot be, or is no trouble. */
  readonly at: (table: Table) => Trouble | undefined;
  /** Who must act where it stays. */
  readonly failure: (table: Table) => FailureType;
}

export interface Subject {
  readonly vendor: Vendor;
  readonly now: string;
  /** Small, and yet more than one request for nearly every table. */
  readonly world: object;
  readonly config: object;
  /** The config with which a read goes in many steps, each after the other as far as that can be. */
  readonly inSteps: object;
  /** Tables for which one request is all that they send. */
  readonly askedOnce: readonly string[];
  /** How many faults share a sync, where the tables are many: each is then every other table's of a kind. */
  readonly shares: 1 | 2;
  readonly broken: readonly Case[];
  readonly misshapen: readonly Case[];
  /** Of lists that come in pages alone. */
  readonly brokenPages: readonly Case[];
  readonly isPaged: (request: LoggedRequest) => boolean;
  /** Whether this one can be whole all the same. */
  readonly bears: (one: Case, table: Table) => boolean;
  /** What passes, as it does not stay or is borne. */
  readonly passing: readonly Case[];
  readonly limited: readonly Case[];
  readonly tooLong: readonly Case[];
  readonly closed: readonly Case[];
  /** An error whose words hold what was sent to identify: what becomes of it by its status, … */
  readonly echoes: readonly (readonly [status: number, failure: FailureType])[];
  /** … and what is left of its words. */
  readonly echoed: string;
  /** What a person is told once the credentials are no longer accepted. */
  readonly revoked: string;
}

type Of<T> = ((table: Table) => T) | T;

export const aCase = (
  name: string,
  at: Of<Trouble | undefined>,
  failure: Of<FailureType> = 'transient_error',
): Case => ({
  name,
  at: typeof at === 'function' ? at : () => at,
  failure: typeof failure === 'function' ? failure : () => failure,
});

/** So many seconds from now, as an HTTP date. */
export const inSeconds = (now: string, seconds: number) =>
  new Date(Date.parse(now) + seconds * 1000).toUTCString();

/** What any server, or the network before it, may do, whatever the answer would have been. */
export const ANYWHERE: readonly Case[] = [
  aCase('500', { status: 500 }),
  aCase('502 in HTML', { kind: 'html' }),
  aCase('503', { status: 503 }),
  aCase('503 with Retry-After', { status: 503, headers: { 'Retry-After': '3' } }),
  aCase('408', { status: 408 }),
  aCase('a reset before the answer', { kind: 'reset' }),
  aCase('no answer at all', { kind: 'hang' }),
];
