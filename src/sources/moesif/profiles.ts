import type { ReadContext, Row } from '../../engine/stream.ts';
import { instant } from '../../engine/windows.ts';
import type { MoesifApi } from './api.ts';
import type { Hit } from './hits.ts';
import { BY_ID, modifiedIn, type Search } from './search.ts';
import { withTimes } from './times.ts';

/** The times of users and companies. */
const TIMES = ['created', 'first_seen_time', 'last_seen_time', 'modified_time'];

/**
 * Users or companies of a window, page by page. One that is modified meanwhile leaves it, and is the next sync's; so it may be
 * read in the order of ids, in which nobody moves, whatever else changes, and no page begins among equals.
 */
export function profiles(
  { api, window }: ReadContext<MoesifApi>,
  kind: 'users' | 'companies',
  source?: Search['source'],
): AsyncGenerator<readonly Hit[], void> {
  const query = modifiedIn(window);
  return api.search(kind, { sort: BY_ID, ...(query && { query }), ...(source && { source }) });
}

/** As the API has it, with times in UTC. */
export const profileRow = ({ id, fields }: Hit): Row => ({ ...withTimes(fields, TIMES), id });

/**
 * The messages of a page by time. Two profiles can be of one person, before they were known and after: both are written, the
 * newer one later, and neither is taken for a row that came twice, as the engine would of one page, and of pages that follow
 * each other. Of those of two pages the time tells which is the newer one.
 */
export function* byTime(rows: readonly Row[], key: string): Generator<readonly Row[], void> {
  const turns: Row[][] = [];
  const come = new Map<unknown, number>();
  for (const row of [...rows].sort((a, b) => timeOf(a) - timeOf(b))) {
    const turn = come.get(row[key]) ?? 0;
    come.set(row[key], turn + 1);
    (turns[turn] ??= []).push(row);
  }
  for (const turn of turns) yield* [turn, []];
}

const timeOf = ({ timestamp }: Row): number => instant(timestamp) || 0;
