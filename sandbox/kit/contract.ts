/** What all simulated APIs have in common, for whoever tests a connector against any of them. */
import type { Serve } from './delivery.ts';
import type { Fault } from './faults.ts';

/** A row as the API has it. Integers that JavaScript cannot hold are `bigint`. */
export type Row = Record<string, unknown>;

export interface LoggedRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** By their names, the fields that the body brought: those of a form, or of JSON with their paths. */
  readonly form?: Readonly<Record<string, string>>;
  /** The same as it was sent, where it was JSON. */
  readonly json?: Row;
  /** 0 where the client never saw one. */
  readonly status: number;
  /** In the time that clients wait in, milliseconds since the epoch. */
  readonly at: number;
  /** What went wrong with it, where something did. */
  readonly fault?: Fault;
}

/** The truth: what a correct connector has in the end, table by table, secrets in the clear. */
export interface Workspace {
  readonly tables: Readonly<Record<string, () => Iterable<Row>>>;
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** The sandbox's own time, in milliseconds since the epoch. */
  now(): number;
}

export interface Simulated {
  readonly workspace: Workspace;
  readonly serve: Serve;
  /** In the order in which they came; who wants to count anew may empty it. */
  readonly requests: LoggedRequest[];
  /** What must never come out of a connector: the secrets in force. */
  readonly secrets: readonly string[];
  /** The config of a connector that reads it at this address, as patient as its limits ask for. */
  config(url: string): object;
  /** The time that its clients wait in from now on (ms since the epoch). */
  goBy(time: () => number): void;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Moves its own time forward: what a vendor has happens, changes and goes. */
  advance(ms: number): void;
}
