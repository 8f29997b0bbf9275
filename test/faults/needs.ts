import type { Sandbox } from '../../sandbox/segment/index.ts';
import { monthOf, usageTimes } from '../../sandbox/segment/data/usage.ts';
import type { Stream } from '../../src/engine/stream.ts';
import { keyText, type Row } from '../support/messages.ts';

const DAY = 24 * 3600 * 1000;
const MINUTE = 60 * 1000;

/** Lists that do not tell their length: with more than one page, only a second reading shows that none slipped. */
const UNCOUNTED = [
  'users',
  'groups',
  'audience_activations',
  'space_traits',
  'space_events',
  'space_event_properties',
  'entity_paths',
  'entity_properties',
];
/** Rows of a page where the API decides, or has none. */
const PAGE: Record<string, number> = { space_filters: 10, audience_schedules: Infinity, labels: Infinity };

export interface Needs {
  readonly pageSize: number;
  /** First moment to read. */
  readonly from: number;
  readonly usageMonths: number;
}

/**
 * The fewest requests that a read of these tables takes, from the rows that the sandbox has: a request for each page, one
 * for a list without rows, each list once, or twice where that is the only way to see that it did not change.
 */
export function fewest(sandbox: Sandbox, streams: readonly Stream<never>[], needs: Needs): number {
  // What is read along time is asked for by the vendor's clock, which takes an answer to know.
  const time = streams.some(({ windows }) => windows) ? 1 : 0;
  return streams.reduce((sum, stream) => sum + ofStream(sandbox, stream, needs), time);
}

function ofStream(sandbox: Sandbox, stream: Stream<never>, needs: Needs): number {
  const rowsOf = (name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];
  const most = PAGE[stream.name] ?? needs.pageSize;
  const pageSize = most === Infinity ? most : Math.min(most, needs.pageSize);
  const pages = (rows: number) => Math.max(1, Math.ceil(rows / pageSize));
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + pages(count), 0);
  const rows = rowsOf(stream.name);
  const now = sandbox.workspace.now();
  if (stream.windows?.unit === 'day' && stream.windows.whole)
    return sum(seriesOf(stream, rows, needs, sandbox));
  if (stream.parent) {
    const { keep, stream: list } = stream.parent;
    const kept = rowsOf(list.name).map((row) => Object.fromEntries(keep.map((field) => [field, row[field]])));
    const parents = [...new Map(kept.map((row) => [JSON.stringify(row), row])).values()];
    return total(parents.map((parent) => ofParent(stream, rows, parent, pages)));
  }
  if (stream.windows?.unit === 'month') {
    const subjects = stream.primaryKey.includes('sourceId') ? rowsOf('sources').length : 1;
    const first = monthOf(now) - needs.usageMonths + 1;
    // A month's first moment is also the last one of the month before.
    const oldest = monthOf(needs.from - 1);
    const months = Array.from({ length: monthOf(now) - oldest + 1 }, (_, i) => oldest + i);
    return sum(months.map((month) => usageTimes(month, first, now).length * subjects));
  }
  if (stream.windows) {
    // Both borders of a window are asked for with a second to spare; nothing is older than the trail, but a minute.
    const kept = now - (stream.windows.retentionDays ?? Infinity) * DAY + MINUTE;
    const counts: number[] = [];
    for (let start = Math.max(needs.from, kept); start < now; start = (Math.floor(start / DAY) + 1) * DAY) {
      const end = Math.min((Math.floor(start / DAY) + 1) * DAY + 1000, now);
      const begin = Math.max(start - 1000, kept);
      const times = rows.map((row) => Date.parse(String(row[stream.cursor ?? ''])));
      counts.push(times.filter((time) => time >= begin && time <= end).length);
    }
    return sum(counts);
  }
  return twice(stream, pages(rows.length), 1);
}

const total = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);

/** Twice where a list that does not tell its length has more than its one page. */
const twice = ({ name }: Stream<never>, pages: number, lists: number) =>
  pages > lists && UNCOUNTED.includes(name) ? 2 * pages : pages;

/** The requests for what is below one parent: a list, or one for each collection of traits. */
function ofParent(
  stream: Stream<never>,
  rows: readonly Row[],
  parent: Row,
  pages: (rows: number) => number,
): number {
  const own = Object.entries(stream.inject?.({ parent } as never) ?? {});
  const below = rows.filter((row) => own.every(([field, value]) => row[field] === value));
  if (!('collection' in stream.schema.properties)) return twice(stream, pages(below.length), 1);
  const lists = ['users', 'accounts'].map((name) => below.filter(({ collection }) => collection === name));
  return twice(stream, total(lists.map(({ length }) => pages(length))), lists.length);
}

/**
 * Series in each answer of a table of sums: window by window, with the day that may still grow by itself, and for each
 * row of its parent.
 */
function seriesOf(stream: Stream<never>, rows: readonly Row[], needs: Needs, sandbox: Sandbox): number[] {
  const { parent, windows, primaryKey, cursor = '' } = stream;
  const now = sandbox.workspace.now();
  const today = Math.floor(now / DAY) * DAY;
  const kept = now - (windows?.retentionDays ?? Infinity) * DAY + MINUTE;
  const first = Math.max(needs.from, Math.ceil(kept / DAY) * DAY);
  const ends: number[] = [];
  for (let end = first; end <= today; end += (windows?.days ?? 1) * DAY) ends.push(end);
  const borders = [...new Set([...ends, today, today + DAY])];
  const parents = parent ? [...(sandbox.workspace.tables[parent.stream.name]?.() ?? [])] : [{}];
  const own = parent ? `${parent.stream.name.slice(0, -1)}Id` : '';
  return parents.flatMap(({ id }: Row) =>
    borders.slice(1).map((end, index) => {
      const between = (row: Row) => {
        const time = Date.parse(String(row[cursor]));
        return time >= (borders[index] ?? 0) && time < end;
      };
      const names = primaryKey.filter((field) => field !== cursor);
      const held = rows.filter((row) => (!parent || row[own] === id) && between(row));
      return new Set(held.map((row) => keyText(row, names))).size;
    }),
  );
}
