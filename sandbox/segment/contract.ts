/**
 * What a test can ask of the simulated Segment, and what it gives back.
 */
import type { Row, Simulated } from '../kit/contract.ts';
import type { Fault } from '../kit/faults.ts';

export type { LoggedRequest, Row, Workspace } from '../kit/contract.ts';

export interface WorkspaceOptions {
  seed?: number;
  sources?: number;
  destinationsPerSource?: number;
  warehouses?: number;
  auditEvents?: number;
  /** Days over which the audit events are spread, up to now; the API itself shows the last 90. */
  auditDays?: number;
  users?: number;
  groups?: number;
  /** Months with usage, the current one included. */
  usageMonths?: number;
  catalogDestinations?: number;
  /** Bytes of further metadata on each destination row. */
  heavy?: number;
  /** ISO 8601; the moment of creation when left out. */
  now?: string;
  /** Time goes on from there with the machine's clock; frozen when left out. */
  running?: boolean;
}

export type Hint = 'retry-after' | 'msBeforeNext' | 'reset';

export interface RateLimit {
  requests: number;
  windowMs: number;
  /** How a refused client learns when to come back; all three when left out. */
  hints?: Hint[];
}

export interface SandboxOptions extends WorkspaceOptions {
  token?: string;
  /** The region whose host knows the token. */
  region?: Region;
  rateLimit?: RateLimit;
  /** Whether endpoints have the limits of their own that the API documents; they do when left out. */
  endpointLimits?: boolean;
  /** The time that its clients wait in (ms since the epoch): the real one when left out. */
  time?: () => number;
  /** A larger `pagination.count` is refused. */
  maxPageSize?: number;
  latencyMs?: number;
  faults?: Fault[];
  /** Is called after each row that a fault made come or go. */
  onMove?: () => void;
  /** Adds a top-level field to every row that no document knows. */
  undeclared?: boolean;
}

export type Region = 'us' | 'eu';

/** The lists that a workspace owns; rows can come to them and go from them. */
export type ListName =
  | 'catalogDestinations'
  | 'catalogSources'
  | 'catalogWarehouses'
  | 'sources'
  | 'destinations'
  | 'warehouses'
  | 'users'
  | 'groups'
  | 'transformations';

export interface Sandbox extends Simulated {
  readonly token: string;
  /** Puts this event into the audit trail, where its time is. */
  happen(event: Row): void;
  /** Deletes it: gone from later lists, its own paths answer 404. A source takes its destinations with it. */
  remove(list: string, id: string): void;
}
