import { isOf, type Table, type Vendor } from '../support/vendors/vendor.ts';
import type { LoggedRequest } from '../../sandbox/kit/contract.ts';
import { segment } from '../support/vendors/segment.ts';

export { pathOf } from '../support/vendors/vendor.ts';

/** Segment's, for the suites that are about it alone. */
export const TABLES: readonly Table[] = segment.tables;

/** The tables whose rows a table needs first. */
export const parentsOf = ({ parent, joins = [] }: Table): Table[] =>
  [...(parent ? [parent] : []), ...joins].flatMap(({ stream }) => [stream, ...parentsOf(stream)]);

/** Whether somebody asked for this table, or for one that it needs. */
export const isAbout = ({ tables, place, alsoAsks }: Vendor, name: string, request: LoggedRequest): boolean =>
  tables
    .filter((table) => table.name === name)
    .flatMap((table) => [table, ...parentsOf(table)])
    .some((one) => isOf(place(one), request) || (alsoAsks?.(one, request) ?? false));

/** Whether a read of it goes on from a state; any other begins anew each time. */
export const goesOn = ({ windows, isSnapshot, parent }: Table): boolean =>
  windows !== undefined || (isSnapshot === true && !parent);
