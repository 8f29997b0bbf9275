/** Series of counts as an API answers them: strict about what they are asked by, the largest first. */
import type { Row } from '../contract.ts';
import { BUCKETS, grouped, knownUntil, points, type Kind, type Point } from '../data/counts.ts';
import { invalid } from './errors.ts';
import type { Asked } from './operation.ts';
import { inOrder, readInstant } from './parameters.ts';

/** The parameters of a list: `groupBy.0`, `groupBy.1` … */
export const indexed = (name: string, most: number): string[] =>
  Array.from({ length: most }, (_, index) => `${name}.${index}`);

/** The values of such a list. */
export const listed = ({ query }: Asked, name: string): string[] =>
  Object.entries(query).flatMap(([key, value]) => (key.startsWith(`${name}.`) ? [value] : []));

export const COUNTED_BY = ['granularity', 'startTime', 'endTime'];

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly granularity: keyof typeof BUCKETS;
}

export function readRange({ query }: Asked): Range {
  const { granularity } = query;
  if (granularity !== 'MINUTE' && granularity !== 'HOUR' && granularity !== 'DAY')
    throw invalid('granularity', 'must be one of DAY, HOUR, MINUTE');
  const start = readInstant(query, 'startTime') ?? 0;
  const end = readInstant(query, 'endTime') ?? 0;
  inOrder(start, end);
  return { start, end, granularity };
}

/** The series of a range, grouped as it was asked for by what is possible. */
export function counted(
  asked: Asked,
  kinds: readonly Kind[],
  dimensions: readonly string[],
  more: (points: readonly Point[]) => Row = (series) => ({ series }),
): Row[] {
  const { world } = asked;
  const { start, end, granularity } = readRange(asked);
  const names = listed(asked, 'groupBy');
  const strange = names.find((name) => !dimensions.includes(name));
  if (strange !== undefined) throw invalid('groupBy', `knows no ${strange}`);
  const from = Math.max(start, world.countedSince);
  const to = Math.min(end, knownUntil(world.clock.now()));
  return grouped(kinds, names)
    .map(([common, same]) => {
      const sums = points(same, from, to, BUCKETS[granularity]);
      const total = sums.reduce((sum, { count }) => sum + count, 0);
      return { ...world.leaving(common), total, ...more(sums) };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
}
