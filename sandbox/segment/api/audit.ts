import type { Row } from '../contract.ts';
import type { Asked, Rows } from './operation.ts';
import { inOrder, readInstant } from './parameters.ts';

/** The end of the window is settled by the first page; its cursor carries it to the later ones. */
export function frozenEnd({ world, query }: Asked): string {
  const end = readInstant(query, 'endTime') ?? world.clock.now();
  return new Date(end).toISOString();
}

/** Newest first. The real order is not documented. Both borders belong to the window. */
export function auditWindow(asked: Asked): Rows {
  const { world, query } = asked;
  const end = Date.parse(asked.frozen ?? frozenEnd(asked));
  const start = readInstant(query, 'startTime') ?? -Infinity;
  inOrder(start, end);
  const { from, to } = world.audit.range(start, end, world.clock.now());
  const event = (k: number): Row => world.audit.event(k);

  const { resourceId, resourceType } = query;
  if (resourceId !== undefined || resourceType !== undefined) {
    const wanted: Row[] = [];
    for (let k = to - 1; k >= from; k -= 1) {
      const row = event(k);
      if (resourceId !== undefined && row['resourceId'] !== resourceId) continue;
      if (resourceType !== undefined && row['resourceType'] !== resourceType) continue;
      wanted.push(row);
    }
    return wanted;
  }
  return {
    length: to - from,
    slice: (first, last) =>
      Array.from({ length: Math.max(0, Math.min(last, to - from) - first) }, (_, index) =>
        event(to - 1 - first - index),
      ),
  };
}
