import type { Row, WorkspaceOptions } from './contract.ts';
import type { Estate } from './estate.ts';

/** A list that the workspace owns; rows can come to it and go from it. */
export interface Collection {
  /** Rows at the beginning. */
  readonly size: (options: WorkspaceOptions, estate: Estate) => number;
  /** The row that stands at an index, also beyond the end. */
  readonly make: (seed: number, index: number, estate: Estate) => Row;
}
