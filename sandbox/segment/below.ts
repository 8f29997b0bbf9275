/** Lists that lie below others: made when they are asked for, and yet rows can come to them and go from them. */
import type { Listed } from './api/lists.ts';
import type { Asked } from './api/operation.ts';
import type { Row } from './contract.ts';
import type { World } from './world.ts';

/** What names a list among its like: the rows above it, or texts. */
type Parents = readonly (Row | string)[];

interface Below<P extends Parents> {
  /** The rows as they are now. */
  (world: World, ...parents: P): readonly Row[];
  /** The same as an operation has them: below what it was asked for, in the order in which it shows them. */
  at(
    parents: (asked: Asked) => P,
    shown?: (rows: readonly Row[], asked: Asked) => readonly Row[],
  ): Required<Listed>;
}

interface Moved {
  came: readonly Row[];
  /** Keys of the rows that were deleted. */
  readonly gone: Set<string>;
}

/**
 * `key` tells the rows of one list apart; its last field is what is new in a row that comes. The truth of a table and the
 * answers of an operation go through the same list, so that they agree whatever moves.
 */
export function below<P extends Parents>(
  key: readonly string[],
  make: (world: World, ...parents: P) => readonly Row[],
): Below<P> {
  const worlds = new WeakMap<World, Map<string, Moved>>();
  const keyOf = (row: Row) => JSON.stringify(key.map((field) => row[field]));

  function movedIn(world: World, parents: P): Moved {
    const lists = worlds.get(world) ?? new Map<string, Moved>();
    const name = JSON.stringify(parents.map((one) => (typeof one === 'string' ? one : one['id'])));
    const moved = lists.get(name) ?? { came: [], gone: new Set() };
    worlds.set(world, lists.set(name, moved));
    return moved;
  }

  const rowsOf = (world: World, ...parents: P): readonly Row[] => {
    const { came, gone } = movedIn(world, parents);
    const rows = make(world, ...parents);
    if (came.length === 0 && gone.size === 0) return rows;
    return [...came, ...rows].filter((row) => !gone.has(keyOf(row)));
  };

  const at: Below<P>['at'] = (parents, shown = (rows) => rows) => {
    const rows = (asked: Asked) => shown(rowsOf(asked.world, ...parents(asked)), asked);
    return {
      rows,
      /** Like the first one that was made: a list without any stays as it is. */
      insert: (asked) => {
        const moved = movedIn(asked.world, parents(asked));
        const [first] = make(asked.world, ...parents(asked));
        if (first) moved.came = [another(first, key.at(-1) ?? '', moved.came.length + 1), ...moved.came];
      },
      remove: (asked) => {
        const [first] = rows(asked);
        if (first) movedIn(asked.world, parents(asked)).gone.add(keyOf(first));
      },
    };
  };
  return Object.assign(rowsOf, { at });
}

const TIME = /^\d{4}-\d\d-\d\dT/;

/** The row with another value in a field: a later time, or a name that stands before most others. */
function another(row: Row, field: string, number: number): Row {
  const had = row[field];
  const value = typeof had === 'string' ? had : '';
  const isTime = TIME.test(value);
  return {
    ...row,
    [field]: isTime ? new Date(Date.parse(value) + number).toISOString() : `(${number}) ${value}`,
  };
}

/** A list of what has happened: rows come to it, and none goes. */
export const growing = ({ rows, insert }: Required<Listed>): Listed => ({ rows, insert });
