/**
 * What a test can ask of the simulated Segment, and what it gives back.
 */
import type { Serve } from '../kit/delivery.ts';
import type { Fault } from '../kit/faults.ts';

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

/** A row as the API has it. Integers that JavaScript cannot hold are `bigint`. */
export type Row = Record<string, unknown>;

export interface LoggedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  /** 0 where the client never saw one. */
  status: number;
  /** In the time that clients wait in, milliseconds since the epoch. */
  at: number;
  /** What went wrong with it, where something did. */
  fault?: Fault;
}

/** The truth: what a correct connector emits with `include_secrets`, table by table. */
export interface Workspace {
  readonly tables: Readonly<Record<string, () => Iterable<Row>>>;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** The sandbox's own time, in milliseconds since the epoch. */
  now(): number;
}

export interface Sandbox {
  readonly token: string;
  readonly workspace: Workspace;
  readonly serve: Serve;
  readonly requests: LoggedRequest[];
  /** The config of a connector that reads it at this address, as patient as its limits ask for. */
  config(url: string): object;
  /** The time that its clients wait in from now on (ms since the epoch). */
  goBy(time: () => number): void;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Moves its own time forward: new audit events and usage days appear, old events leave the trail. */
  advance(ms: number): void;
  /** Puts this event into the audit trail, where its time is. */
  happen(event: Row): void;
  /** Deletes it: gone from later lists, its own paths answer 404. A source takes its destinations with it. */
  remove(list: string, id: string): void;
}
