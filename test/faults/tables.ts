import type { LoggedRequest } from '../../sandbox/segment/index.ts';
import { matches } from '../../sandbox/kit/faults.ts';
import type { Stream } from '../../src/engine/stream.ts';
import { segment } from '../../src/sources/segment/source.ts';

type Table = Stream<never>;

/** Every registered table; none is exempt. */
export const TABLES: readonly Table[] = segment.streams;
export const NAMES = TABLES.map(({ name }) => name);

/** The path of a table's requests, as faults name it: `/sources/{id}/connected-warehouses`. */
export const pathOf = ({ endpoint }: Table): string => endpoint.replace(/^GET |\?.*$/g, '');

/** The tables whose rows a table needs first. */
export const parentsOf = ({ parent, joins = [] }: Table): Table[] =>
  [...(parent ? [parent] : []), ...joins].flatMap(({ stream }) => [stream, ...parentsOf(stream)]);

/** Whether somebody asked for this table, or for one that it needs. */
export const isAbout = (name: string, { path }: Pick<LoggedRequest, 'path'>): boolean =>
  TABLES.filter((table) => table.name === name)
    .flatMap((table) => [table, ...parentsOf(table)])
    .some((one) => matches(pathOf(one), path));
