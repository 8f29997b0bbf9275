import type { Row } from '../contract.ts';
import { readCursor, readOffset, writeCursor } from './cursor.ts';
import type { Asked, ListOperation } from './operation.ts';
import { pagingNames, readPaging, type Query } from './parameters.ts';

/**
 * One page of a list, with its cursors. Offsets underneath: rows that come or go between two pages shift the rest, as
 * they seem to do at the real API.
 */
export function page(operation: ListOperation, asked: Asked, path: string, maxPageSize?: number): Row {
  const { paging = 'pagination.' } = operation;
  const { count, cursor } = readPaging(asked.query, paging, maxPageSize, operation.counts);
  const request = binding(path, asked.query, count, paging);
  const start = { offset: 0, ...(operation.freeze ? { frozen: operation.freeze(asked) } : {}) };
  const reached = operation.areOffsets ? readOffset : readCursor;
  const position = cursor === undefined ? start : reached(cursor, request);
  const rows = operation.rows(position.frozen === undefined ? asked : { ...asked, frozen: position.frozen });

  const at = (offset: number): string | number =>
    operation.areOffsets ? offset : writeCursor({ ...position, offset }, request);
  const { offset } = position;
  const { bare } = operation;
  const leaving = (row: Row) => (bare === undefined ? asked.world.leaving(row) : row[bare]);
  const none = operation.end === 'null' ? null : undefined;
  const hasPrevious = !operation.isForwardOnly && !operation.areOffsets;
  const shown = rows.slice(offset, offset + count).map(leaving);
  if (operation.isBareWhenShort && rows.length < count) return { [operation.list]: shown };
  return {
    [operation.list]: shown,
    pagination: {
      current: at(offset),
      next: offset + count < rows.length ? at(offset + count) : none,
      previous: !hasPrevious ? undefined : offset > 0 ? at(Math.max(0, offset - count)) : none,
      totalEntries: totalOf(operation, rows.length, Math.max(0, rows.length - offset - count)),
    },
  };
}

function totalOf({ total }: ListOperation, length: number, left: number): number | undefined {
  if (!total) return undefined;
  return total === 'falling' ? length + left : length;
}

/** Everything that a cursor must be sent back with. */
function binding(path: string, query: Query, count: number, paging: string): string {
  const rest = Object.entries(query).filter(([name]) => !pagingNames(paging).includes(name));
  return JSON.stringify([path, count, rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
