/** Which rows of a simulated API are the same ones at any time. */
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../../sandbox/kit/contract.ts';
import type { SourceKit } from './sources.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Times (ms from now) at other hours of the day, and farther apart than any vendor keeps what happened. */
const TIMES = [-900 * DAY + 3 * HOUR, -70 * DAY - 5 * HOUR, 9 * DAY + 7 * HOUR, 400 * DAY + 11 * HOUR];

/** Of a table whether a row is one of them, by its key: as the truth has it, since no connector lives at those times. */
export function lastingRows(source: SourceKit): (table: string) => (row: Row) => boolean {
  const worlds = TIMES.map((ahead) => {
    const now = new Date(Date.now() + ahead).toISOString();
    return source.simulate({ now, still: false }).workspace;
  });
  return (table) => {
    const keyOf = (row: Row) => JSON.stringify(worlds[0]?.keys[table]?.map((field) => String(row[field])));
    const rows = worlds.map(({ tables }) => {
      const all = [...(tables[table]?.() ?? [])];
      return new Map(all.map((row) => [keyOf(row), row]));
    });
    return (row) => {
      const [first, ...others] = rows.map((of) => of.get(keyOf(row)));
      return first !== undefined && others.every((other) => isDeepStrictEqual(other, first));
    };
  };
}
