/**
 * A family of tables: what the workspace owns for it, what the API answers, and what a connector has to emit. Each lies
 * in files of its own, so that a table is added without a change to the others.
 */
import type { Operation } from './api/operation.ts';
import type { Row, WorkspaceOptions } from './contract.ts';
import type { Estate } from './estate.ts';
import type { World } from './world.ts';

/** A list that the workspace owns; rows can come to it and go from it. */
export interface Collection {
  /** Rows at the beginning. */
  readonly size: (options: WorkspaceOptions, estate: Estate) => number;
  /** The row that stands at an index, also beyond the end. */
  readonly make: (seed: number, index: number, estate: Estate) => Row;
}

/** The truth of a table. */
export interface Table {
  readonly key: readonly string[];
  readonly rows: (world: World) => Iterable<Row>;
}

export interface Family {
  readonly collections?: Readonly<Record<string, Collection>>;
  readonly operations: readonly Operation[];
  readonly tables: Readonly<Record<string, Table>>;
}
