/** What the operations of a workspace's own lists have in common. */
import type { Row } from '../contract.ts';
import { notFound } from './errors.ts';
import type { Asked, ListOperation } from './operation.ts';

export const STABLE = ['v1', 'v1beta', 'v1alpha'];
export const ALPHA = ['v1alpha'];
/** Whether a list tells its length. */
export const told = { versions: STABLE, total: true } as const;
export const untold = { versions: STABLE, total: false } as const;

/** The row, or a 404. */
export const found = (row: Row | undefined): Row => {
  if (!row) throw notFound();
  return row;
};

/** The row of a workspace's list that has this id, or a 404. */
export const byId = (name: string, { world }: Asked, id: unknown): Row =>
  found(world.list(name).find((row) => row['id'] === id));

export type Listed = Pick<ListOperation, 'rows' | 'insert' | 'remove'>;

/** Rows that the workspace owns, so that they can come and go; those of one parent, where `rows` says so. */
export const owned = (
  name: string,
  rows: (asked: Asked) => readonly Row[] = ({ world }) => world.list(name),
): Listed => ({
  rows,
  insert: ({ world }) => world.insert(name),
  remove: (asked) => {
    const [first] = rows(asked);
    if (first) asked.world.remove(name, String(first['id']));
  },
});
