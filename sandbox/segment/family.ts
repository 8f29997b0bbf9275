/**
 * A family of tables: what the workspace owns for it, what the API answers, and what a connector has to emit. Each lies
 * in files of its own, so that a table is added without a change to the others.
 */
import type { Operation } from './api/operation.ts';
import type { Collection } from './collection.ts';
import type { Row } from './contract.ts';
import type { World } from './world.ts';

/** The truth of a table. */
export interface Table {
  readonly key: readonly string[];
  readonly rows: (world: World) => Iterable<Row>;
  /** Whether a connector makes the rows of others or of bare values, so that no field passes through that no document knows. */
  readonly isMade?: boolean;
}

export interface Family {
  readonly collections?: Readonly<Record<string, Collection>>;
  readonly operations: readonly Operation[];
  readonly tables: Readonly<Record<string, Table>>;
}
