import type { Sandbox } from '../../sandbox/segment/index.ts';
import { monthOf, usageTimes } from '../../sandbox/segment/data/usage.ts';
import type { Stream } from '../../src/engine/stream.ts';
import type { Row } from '../support/messages.ts';

const DAY = 24 * 3600 * 1000;
const MINUTE = 60 * 1000;

/** Lists that do not tell their length: with more than one page, only a second reading shows that none slipped. */
const UNCOUNTED = ['users', 'groups'];

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
  return streams.reduce((sum, stream) => sum + needsOf(sandbox, stream, needs), time);
}

/** The same for one table, without what tells the time. */
export function needsOf(sandbox: Sandbox, stream: Stream<never>, needs: Needs): number {
  const rowsOf = (name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];
  const pages = (rows: number) => Math.max(1, Math.ceil(rows / needs.pageSize));
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + pages(count), 0);
  const rows = rowsOf(stream.name);
  const now = sandbox.workspace.now();
  if (stream.parent) {
    const { name } = stream.parent.stream;
    const field = `${name.slice(0, -1)}Id`;
    return sum(rowsOf(name).map(({ id }) => rows.filter((row) => row[field] === id).length));
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
  const once = pages(rows.length);
  return once > 1 && UNCOUNTED.includes(stream.name) ? 2 * once : once;
}
