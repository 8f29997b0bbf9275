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
 * The messages of a page. Two profiles can be of one person, before they were known and after; of those on one page the one
 * that was modified last stands for both. Those of two pages are both written, and none of them taken for a row that came
 * twice, as the engine would of pages that follow each other; the time tells which is the newer one.
 */
export function* newest(
  rows: readonly Row[],
  key: string,
  { log }: MoesifApi,
): Generator<readonly Row[], void> {
  const kept = new Map<unknown, Row>();
  for (const row of rows) {
    const before = kept.get(row[key]);
    if (!before || timeOf(row) >= timeOf(before)) kept.set(row[key], row);
  }
  const others = rows.length - kept.size;
  if (others > 0)
    log('WARN', `${others} profiles of a page have the ${key} of another one, which is newer and taken.`);
  yield [...kept.values()];
  yield [];
}

const timeOf = ({ timestamp }: Row): number => instant(timestamp) || 0;
