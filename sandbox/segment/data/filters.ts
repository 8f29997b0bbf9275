import { hash, random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { moment } from './times.ts';

const ACTIONS: readonly (readonly Row[])[] = [
  [{ type: 'DROP' }],
  [{ type: 'SAMPLE', percent: 0.1, path: 'userId' }],
  [
    { type: 'DROP_PROPERTIES', fields: { 'context.größe': { fields: ['ip', ''] }, '': { fields: [] } } },
    { type: 'SAMPLE', percent: 1, path: null },
  ],
  [{ type: 'ALLOW_PROPERTIES', fields: { properties: { limit: 12345678901234567890n } }, percent: null }],
  [],
];

/** Filters of a destination: up to five. */
export function filters(seed: number, destination: Row): Row[] {
  const id = String(destination['id']);
  const random = seeded(seed, 'filters', id);
  return Array.from({ length: [0, 1, 5, 2][hash(id) % 4] ?? 0 }, (_, position) => ({
    id: random.id(),
    sourceId: destination['sourceId'],
    destinationId: id,
    if: random.pick(['!(type = "track")', 'event = "Søk \u2028"', 'all']),
    actions: ACTIONS[(hash(id) + position) % ACTIONS.length],
    title: name(random),
    ...optional(random, 'description', name(random)),
    enabled: random.int(2) === 0,
    createdAt: moment(random),
    updatedAt: moment(random),
  }));
}
