/** What an operation is, and what it is given. */
import type { Row } from '../contract.ts';
import type { World } from '../world.ts';
import type { Query } from './parameters.ts';

/** A list, of which only one page is ever made. */
export interface Rows {
  readonly length: number;
  slice(from: number, to: number): readonly Row[];
}

export interface Asked {
  world: World;
  /** The first `{…}` of the path. */
  id: string;
  /** Each `{…}` of the path, by its name. */
  path: Readonly<Record<string, string>>;
  query: Query;
  /** What the first page fixed for the later ones. */
  frozen?: string;
}

interface Common {
  path: string;
  /** Newest first, as `v1`, `v1beta`, `v1alpha`. */
  versions: readonly string[];
  parameters?: readonly string[];
  required?: readonly string[];
  /** The endpoint's own limit beside the one of all. */
  requestsPerMinute?: number;
  /** What somebody else does to the list while it is read: a row comes … */
  insert?(asked: Asked): void;
  /** … or the first one goes. */
  remove?(asked: Asked): void;
}

export interface ListOperation extends Common {
  /** Name of the array in `data`. */
  list: string;
  /** The field of its rows that leaves alone, where the list is one of bare values. */
  bare?: string;
  /** The beginning of the parameters of paging where it is not `pagination.`. */
  paging?: string;
  /** Largest and usual number of rows of a page, where it is not that of the others. */
  counts?: { largest: number; usual: number };
  /** How `next` and `previous` say that there is none: by null, or by absence. */
  end: 'null' | 'absent';
  /** Whether `totalEntries` is told; `falling` where it is too high before the last page. */
  total: boolean | 'falling';
  /** There is no way back: `previous` is never told. */
  isForwardOnly?: boolean;
  /** Cursors are offsets, as numbers. */
  areOffsets?: boolean;
  /** Whether `pagination` is left out where all rows take less than a page. */
  isBareWhenShort?: boolean;
  freeze?(asked: Asked): string;
  rows(asked: Asked): Rows;
}

interface SingleOperation extends Common {
  get(asked: Asked): Row;
}

export type Operation = ListOperation | SingleOperation;
