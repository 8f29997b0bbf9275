/** The documents of a world, as they can be searched. */
import type { Collection } from '../collection.ts';
import type { Kind } from '../search/mapping.ts';
import type { Searchable } from '../search/orders.ts';
import { HOUR } from '../times.ts';
import type { World } from '../world.ts';

export function searchableOf(world: World, kind: Kind): Searchable {
  if (kind === 'events') return ofEvents(world);
  return ofCollection(world, kind, kind === 'users' ? world.users : world.companies);
}

function ofCollection(world: World, kind: Kind, collection: Collection): Searchable {
  return {
    kind,
    length: collection.length,
    at: (index) => collection.at(index),
    isHere: () => true,
    // What time changes it changes at a whole hour; and a copy of a company is part of a user.
    version: [collection.edits, collection.length, Math.floor(world.clock.now() / HOUR)].join('/'),
    natural: undefined,
  };
}

function ofEvents({ events, clock }: World): Searchable {
  const now = clock.now();
  return {
    kind: 'events',
    length: events.length,
    at: (index) => events.at(index),
    isHere: ({ arrives = -Infinity }) => arrives <= now,
    version: [events.sent, now].join('/'),
    natural: events.sent === 0 ? ['request.time', '_id'] : undefined,
  };
}
