/**
 * What a test can ask of the simulated Mixpanel, and what it gives back.
 */
import type { Row, Simulated } from '../kit/contract.ts';
import type { Fault } from '../kit/faults.ts';

export type { LoggedRequest, Row, Workspace } from '../kit/contract.ts';

export type Region = 'us' | 'eu' | 'in';
export type Auth = 'service-account' | 'api-secret';

interface ProjectOptions {
  seed?: number;
  /** ISO 8601; the moment of creation when left out. */
  now?: string;
  /** Time goes on from there with the machine's clock; frozen when left out. */
  running?: boolean;
  /** IANA name of the project's zone, UTC when left out. */
  timezone?: string;
  /** An event's `time` tells the wall clock of that zone, and the days of an export are those of the zone. */
  createdBefore2023?: boolean;
  /** Days with events, funnels and revenue up to now, today included. */
  days?: number;
  /** Each seventh day has none all the same. */
  eventsPerDay?: number;
  profiles?: number;
  cohorts?: number;
  funnels?: number;
  annotations?: number;
}

interface Quotas {
  query?: { perHour?: number; concurrent?: number };
  export?: { perHour?: number; perSecond?: number };
  /** Length of the hour in milliseconds, for those who have less time. */
  hourMs?: number;
}

export interface MixpanelOptions extends ProjectOptions {
  /** The region whose hosts know the project. */
  region?: Region;
  /** How the connector that `config` is for identifies itself, and whose annotations the truth tells; both are open. */
  auth?: Auth;
  projectId?: number;
  username?: string;
  secret?: string;
  apiSecret?: string;
  /** free: the Query API answers 402; old: engage and export do. */
  plan?: 'all' | 'free' | 'old';
  /** Those that Mixpanel documents when left out; none at all when false. */
  quotas?: Quotas | false;
  /** How a 429 tells when to come back. */
  retryAfter?: 'seconds' | 'date' | 'none';
  /** `total` and `page_size` on each page of engage, not on its first alone. */
  alwaysTotal?: boolean;
  /** A larger `page_size` is refused. */
  maxPageSize?: number;
  /** The time that its clients wait in (ms since the epoch): the real one when left out. */
  time?: () => number;
  /** Before each answer. Queries take so long in `time`, and can be too many at once only where they take any. */
  latencyMs?: number;
  faults?: Fault[];
}

/** An event that somebody sends. */
export interface Happening {
  event: string;
  /** When it happened (ISO 8601); now when left out. In the past: it comes late. */
  time?: string;
  /** Missing when left out. */
  distinct_id?: string;
  properties?: Row;
}

export interface Profile {
  readonly distinct_id: string | number | bigint;
  readonly properties: Row;
}

export interface Mixpanel extends Simulated {
  readonly projectId: number;
  /** The first day that has events and funnels, YYYY-MM-DD. */
  readonly firstDay: string;
  happen(event: Happening): void;
  /** Sessions of engage that have begun are no more. */
  expireSessions(): void;
  addProfile(profile: Profile): void;
  /** Replaces these properties; `$last_seen` only where it is among them. */
  changeProfile(distinctId: string, properties: Row): void;
  deleteProfile(distinctId: string): void;
  changeCohort(id: number, fields: Row): void;
  /** Its own answers are 404 from then on; `isListed`: the list does not know yet. */
  deleteFunnel(id: number, options?: { isListed?: boolean }): void;
  changeAnnotation(id: number, fields: Row): void;
  deleteAnnotation(id: number): void;
}
