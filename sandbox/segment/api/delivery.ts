import type { Row } from '../contract.ts';
import { invalid } from './errors.ts';
import type { Asked } from './operation.ts';
import { inOrder, readInstant } from './parameters.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The documented reach of each granularity: the widest range, and the oldest start. */
const LIMITS: Readonly<Record<string, { range: number; age: number; usual: number }>> = {
  MINUTE: { range: 4 * HOUR, age: 48 * HOUR, usual: HOUR },
  HOUR: { range: 7 * DAY, age: 7 * DAY, usual: 7 * DAY },
  // The documented default start for DAY, 30 days ago, lies outside of its own limits; the limit is used.
  DAY: { range: 14 * DAY, age: 14 * DAY, usual: 14 * DAY },
};

/** A client's clock and the sandbox's own are never quite the same. */
const TOLERANCE = MINUTE;

export function deliverySummary({ world, query }: Asked, destination: Row): Row {
  const limits = LIMITS[query['granularity'] ?? 'MINUTE'];
  if (!limits) throw invalid('granularity', 'must be one of DAY, HOUR, MINUTE');
  const now = world.clock.now();
  const end = readInstant(query, 'endTime') ?? now;
  const start = readInstant(query, 'startTime') ?? now - limits.usual;
  inOrder(start, end);
  if (end - start > limits.range + TOLERANCE) throw invalid('startTime', 'makes the range too wide');
  if (now - start > limits.age + TOLERANCE) throw invalid('startTime', 'is too long ago');
  if (query['sourceId'] !== destination['sourceId'])
    throw invalid('sourceId', 'is not the source of the destination');
  return world.leaving(world.deliveryMetrics(destination));
}
