/** Names of traits, events, entities and their properties. Sample values are personal data: asked for, they are refused. */
import { invalid, notFound } from '../api/errors.ts';
import { ALPHA } from '../api/lists.ts';
import type { Asked, ListOperation } from '../api/operation.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { entityPaths, entityProperties, eventProperties, events, traits } from '../data/space-schema.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';
import { inSpaces, spaceAt } from './spaces.ts';

const limited = { versions: ALPHA, requestsPerMinute: 25 } as const;
const SORTING = ['sortBy', 'sortDir', 'search'];

const traitsOf = below(['trait'], (_world: World, space: Row, collection: string) =>
  traits(space, collection),
);
const eventsOf = below(['type', 'name'], (_world: World, space: Row) => events(space));
const propertiesOf = below(['type', 'name'], (_world: World, _space: Row, eventName: string) =>
  eventProperties(eventName),
);
const pathsOf = below(['id'], ({ seed }: World, space: Row) => entityPaths(seed, space));
const columnsOf = below(['name'], (_world: World, _space: Row, entitySlug: string) =>
  entityProperties(entitySlug),
);

const unique = (rows: readonly Row[], field: string) => [...new Set(rows.map((row) => String(row[field])))];

/** By name, or by time with the first row once more at the end: it was seen again meanwhile. */
function sorted(rows: readonly Row[], { query }: Asked, byName: string, usual: string): Row[] {
  const field = query['sortBy'] ?? usual;
  if (field !== byName && field !== 'lastSeenAt') throw invalid('sortBy', 'is unknown');
  const inOrder = [...rows].sort((a, b) => (String(a[field]) < String(b[field]) ? -1 : 1));
  const down = (query['sortDir'] ?? 'asc') === 'desc' ? inOrder.reverse() : inOrder;
  return field === 'lastSeenAt' ? down.concat(down.slice(0, 1)) : down;
}

function collectionAsked({ query: { collection = 'users' } }: Asked): string {
  if (collection !== 'users' && collection !== 'accounts') throw invalid('collection', 'is unknown');
  return collection;
}

const eventNames = (world: World, space: Row) => unique(eventsOf(world, space), 'name');
const entitySlugs = (world: World, space: Row) => unique(pathsOf(world, space), 'entitySlug');

/** A space and a name that it has, or a 404. */
function inSpace(asked: Asked, name = '', namesOf: typeof eventNames): [Row, string] {
  const space = spaceAt(asked);
  if (!namesOf(asked.world, space).includes(name)) throw notFound();
  return [space, name];
}

const operations: ListOperation[] = [
  {
    ...limited,
    path: '/spaces/{id}/traits',
    list: 'traits',
    parameters: [...SORTING, 'collection'],
    isForwardOnly: true,
    total: 'falling',
    end: 'null',
    ...traitsOf.at(
      (asked) => [spaceAt(asked), collectionAsked(asked)],
      (rows, asked) => sorted(rows, asked, 'trait', 'trait'),
    ),
  },
  {
    ...limited,
    path: '/spaces/{id}/events',
    list: 'events',
    parameters: SORTING,
    total: 'falling',
    end: 'absent',
    ...eventsOf.at(
      (asked) => [spaceAt(asked)],
      (rows, asked) => sorted(rows, asked, 'name', 'lastSeenAt'),
    ),
  },
  {
    ...limited,
    path: '/spaces/{spaceId}/events/{eventName}/properties',
    list: 'eventProperties',
    parameters: SORTING,
    total: true,
    end: 'null',
    ...propertiesOf.at(
      (asked) => inSpace(asked, asked.path['eventName'], eventNames),
      (rows, asked) => sorted(rows, asked, 'name', 'lastSeenAt'),
    ),
  },
  {
    ...limited,
    path: '/spaces/{id}/entity-paths',
    list: 'entityPaths',
    parameters: ['search'],
    total: true,
    end: 'absent',
    ...pathsOf.at((asked) => [spaceAt(asked)]),
  },
  {
    ...limited,
    path: '/spaces/{spaceId}/entities/{entitySlug}/properties',
    list: 'entityProperties',
    isForwardOnly: true,
    total: false,
    end: 'null',
    ...columnsOf.at((asked) => inSpace(asked, asked.path['entitySlug'], entitySlugs)),
  },
];

export const spaceSchema: Family = {
  operations,
  tables: {
    space_traits: {
      key: ['spaceId', 'collection', 'trait'],
      rows: inSpaces((world, space) =>
        ['users', 'accounts'].flatMap((collection) =>
          traitsOf(world, space, collection).map((row) => ({ ...row, collection })),
        ),
      ),
    },
    space_events: { key: ['spaceId', 'type', 'name'], rows: inSpaces(eventsOf) },
    space_event_properties: {
      key: ['spaceId', 'eventName', 'type', 'name'],
      rows: inSpaces((world, space) =>
        eventNames(world, space).flatMap((eventName) => propertiesOf(world, space, eventName)),
      ),
    },
    entity_paths: { key: ['spaceId', 'id'], rows: inSpaces(pathsOf) },
    entity_properties: {
      key: ['spaceId', 'entitySlug', 'name'],
      rows: inSpaces((world, space) =>
        entitySlugs(world, space).flatMap((entitySlug) =>
          columnsOf(world, space, entitySlug).map((row) => ({ ...row, entitySlug })),
        ),
      ),
    },
  },
};
