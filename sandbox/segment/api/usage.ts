import { monthOf, usageRow, usageTimes, type UsageKind } from '../data/usage.ts';
import type { Asked, Rows } from './operation.ts';
import { readPeriod } from './parameters.ts';

export const workspaceUsage =
  (kind: UsageKind) =>
  (asked: Asked): Rows =>
    month(asked, kind, [undefined]);

export const perSourceUsage =
  (kind: UsageKind) =>
  (asked: Asked): Rows =>
    month(asked, kind, asked.world.counted);

/** Day by day, within a day source by source; a month without usage is an empty list. */
function month({ world, query }: Asked, kind: UsageKind, subjects: readonly (string | undefined)[]): Rows {
  const asked = monthOf(readPeriod(query));
  const times = usageTimes(asked, world.firstUsageMonth, world.clock.now());
  const length = times.length * subjects.length;
  return {
    length,
    slice: (from, to) =>
      Array.from({ length: Math.max(0, Math.min(to, length) - from) }, (_, index) => {
        const position = from + index;
        const sourceId = subjects[position % subjects.length];
        const time = times[Math.floor(position / subjects.length)] ?? 0;
        return usageRow({ seed: world.seed, kind, sourceId }, asked, time);
      }),
  };
}
