import { invalid } from './errors.ts';
import type { Asked, Rows } from './operation.ts';
import { inOrder, readInstant } from './parameters.ts';

/** The end of the window is settled by the first page; its cursor carries it to the later ones. */
export function frozenEnd({ world, query }: Asked): string {
  const end = readInstant(query, 'endTime') ?? world.clock.now();
  return new Date(end).toISOString();
}

/** An event that arrives late: in the middle of a window that is being read. */
export function insertEvent(asked: Asked): void {
  const { world, query } = asked;
  const end = Date.parse(frozenEnd(asked));
  world.audit.insert(Math.floor((end + (readInstant(query, 'startTime') ?? end)) / 2));
}

/**
 * Newest first. The real order is not documented. Both borders belong to the window. A type or an id is one, and taken
 * letter by letter: what else the API may take is not documented either.
 */
export function auditWindow(asked: Asked): Rows {
  const { world, query } = asked;
  const end = Date.parse(asked.frozen ?? frozenEnd(asked));
  const start = readInstant(query, 'startTime') ?? -Infinity;
  inOrder(start, end);
  const window = world.audit.window(start, end, world.clock.now());
  const { resourceId, resourceType } = query;
  for (const [name, value] of Object.entries({ resourceId, resourceType }))
    if (value === '') throw invalid(name, 'must not be empty');
  if (resourceId === undefined && resourceType === undefined) return window;
  return window.slice(0, window.length).filter((row) => {
    if (resourceId !== undefined && row['resourceId'] !== resourceId) return false;
    return resourceType === undefined || row['resourceType'] === resourceType;
  });
}
