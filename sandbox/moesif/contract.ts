/**
 * What a test can ask of the simulated Moesif, and what it gives back.
 */
import type { Row, Simulated } from '../kit/contract.ts';
import type { Fault } from '../kit/faults.ts';

export type { LoggedRequest, Row, Workspace } from '../kit/contract.ts';

/** The two generations of paths of its searches. */
export type Generation = 'current' | 'legacy';

export const SCOPES = ['read:users', 'read:companies', 'read:events', 'read:properties'] as const;
export type Scope = (typeof SCOPES)[number];

interface WorldOptions {
  seed?: number;
  /** ISO 8601; the moment of creation when left out. */
  now?: string;
  /** Time goes on from there with the machine's clock; frozen when left out. */
  running?: boolean;
  /** One more comes with each day after `now`. */
  users?: number;
  companies?: number;
  /** Days with events up to now, today included. */
  days?: number;
  /** Each seventh day has none all the same. */
  eventsPerDay?: number;
  /** One in twenty events comes so many days late at most: 1 when left out, 0 for none. */
  lateDays?: number;
  /**
   * What no `modified_time` tells stays as it is: nobody is seen without being modified, calls of a day are the same each
   * day, and whoever belongs to a company belongs to one that does not change.
   */
  still?: boolean;
}

interface Quotas {
  perMinute?: number;
  /** Length of the minute in milliseconds, for those who have less time. */
  minuteMs?: number;
}

export interface MoesifOptions extends WorldOptions {
  /** The token that it knows. */
  managementApiKey?: string;
  appId?: string;
  /** Those of the token; all of them when left out. */
  scopes?: readonly Scope[];
  /** Everything answers 402 where it is not active. */
  subscription?: 'active' | 'ended';
  /** Which paths answer; both when left out. */
  generations?: readonly Generation[];
  /** The generation that the connector of `config` asks for: `current` when left out. */
  searchApi?: Generation;
  /** A search of users by their calls answers 402 when false. */
  metrics?: boolean;
  /** How `hits.total` is told: an integer when left out. */
  total?: 'int' | 'object';
  /** What the connector of `config` asks for of events beside the rest, and what their truth has. */
  includeHeaders?: boolean;
  includeBodies?: boolean;
  /** 500 queries a calendar minute when left out; none at all when false. */
  quotas?: Quotas | false;
  /** Whether a 429 tells when to come back; Moesif documents no hint, and there is none when left out. */
  retryAfter?: 'seconds' | 'none';
  /** The time that its clients wait in (ms since the epoch): the real one when left out. */
  time?: () => number;
  /** Before each answer. */
  latencyMs?: number;
  faults?: Fault[];
}

/** What a search finds. */
export interface Document {
  readonly _id: string;
  readonly _source: Row;
  /** When it can be found for the first time (ms since the epoch); it always could when left out. */
  readonly arrives?: number;
}

export interface Moesif extends Simulated {
  readonly appId: string;
  /** The first day that has events, YYYY-MM-DD. */
  readonly firstDay: string;
  /** The token has these from now on. */
  grant(scopes: readonly Scope[]): void;
  /** An event that somebody sends now, whenever it happened: `request.time` tells. */
  happen(event: Document): void;
  readonly addUser: (user: Document) => void;
  /** Replaces these fields; `modified_time` only where it is among them. */
  readonly changeUser: (id: string, fields: Row) => void;
  readonly deleteUser: (id: string) => void;
  readonly addCompany: (company: Document) => void;
  readonly changeCompany: (id: string, fields: Row) => void;
  readonly deleteCompany: (id: string) => void;
}
