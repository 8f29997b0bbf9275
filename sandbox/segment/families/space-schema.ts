/** Names of traits, events, entities and their properties. Sample values are personal data: asked for, they are refused. */
import { invalid, notFound } from '../api/errors.ts';
import { ALPHA } from '../api/lists.ts';
import type { Asked, ListOperation } from '../api/operation.ts';
import type { Row } from '../contract.ts';
import { entityPaths, entityProperties, eventProperties, events, traits } from '../data/space-schema.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';
import { inSpaces, spaceAt } from './spaces.ts';

const limited = { versions: ALPHA, requestsPerMinute: 25 } as const;
const SORTING = ['sortBy', 'sortDir', 'search'];

const pathsOf = (space: Row, { seed }: World) => entityPaths(seed, space);
const unique = (rows: readonly Row[], field: string) => [...new Set(rows.map((row) => String(row[field])))];

/** By name, or by time with the first row once more at the end: it was seen again meanwhile. */
function sorted(rows: readonly Row[], { query }: Asked, byName: string, usual: string): Row[] {
  const field = query['sortBy'] ?? usual;
  if (field !== byName && field !== 'lastSeenAt') throw invalid('sortBy', 'is unknown');
  const inOrder = [...rows].sort((a, b) => (String(a[field]) < String(b[field]) ? -1 : 1));
  const down = (query['sortDir'] ?? 'asc') === 'desc' ? inOrder.reverse() : inOrder;
  return field === 'lastSeenAt' ? down.concat(down.slice(0, 1)) : down;
}

function traitsAsked(asked: Asked): Row[] {
  const { collection = 'users' } = asked.query;
  if (collection !== 'users' && collection !== 'accounts') throw invalid('collection', 'is unknown');
  return sorted(traits(spaceAt(asked), collection), asked, 'trait', 'trait');
}

/** What is below a name that the space has, or a 404. */
function below(name: string | undefined, names: readonly string[], rows: (name: string) => Row[]): Row[] {
  if (name === undefined || !names.includes(name)) throw notFound();
  return rows(name);
}

const eventNames = (space: Row) => unique(events(space), 'name');
const entitySlugs = (space: Row, world: World) => unique(pathsOf(space, world), 'entitySlug');

const operations: ListOperation[] = [
  {
    ...limited,
    path: '/spaces/{id}/traits',
    list: 'traits',
    parameters: [...SORTING, 'collection'],
    isForwardOnly: true,
    total: 'falling',
    end: 'null',
    rows: traitsAsked,
  },
  {
    ...limited,
    path: '/spaces/{id}/events',
    list: 'events',
    parameters: SORTING,
    total: 'falling',
    end: 'absent',
    rows: (asked) => sorted(events(spaceAt(asked)), asked, 'name', 'lastSeenAt'),
  },
  {
    ...limited,
    path: '/spaces/{spaceId}/events/{eventName}/properties',
    list: 'eventProperties',
    parameters: SORTING,
    total: true,
    end: 'null',
    rows: (asked) => {
      const { eventName } = asked.path;
      const rows = below(eventName, eventNames(spaceAt(asked)), eventProperties);
      return sorted(rows, asked, 'name', 'lastSeenAt');
    },
  },
  {
    ...limited,
    path: '/spaces/{id}/entity-paths',
    list: 'entityPaths',
    parameters: ['search'],
    total: true,
    end: 'absent',
    rows: (asked) => pathsOf(spaceAt(asked), asked.world),
  },
  {
    ...limited,
    path: '/spaces/{spaceId}/entities/{entitySlug}/properties',
    list: 'entityProperties',
    isForwardOnly: true,
    total: false,
    end: 'null',
    rows: (asked) => {
      const slugs = entitySlugs(spaceAt(asked), asked.world);
      return below(asked.path['entitySlug'], slugs, entityProperties);
    },
  },
];

export const spaceSchema: Family = {
  operations,
  tables: {
    space_traits: {
      key: ['spaceId', 'collection', 'trait'],
      rows: inSpaces((space) =>
        ['users', 'accounts'].flatMap((collection) =>
          traits(space, collection).map((row) => ({ ...row, collection })),
        ),
      ),
    },
    space_events: { key: ['spaceId', 'type', 'name'], rows: inSpaces(events) },
    space_event_properties: {
      key: ['spaceId', 'eventName', 'type', 'name'],
      rows: inSpaces((space) => eventNames(space).flatMap(eventProperties)),
    },
    entity_paths: { key: ['spaceId', 'id'], rows: inSpaces(pathsOf) },
    entity_properties: {
      key: ['spaceId', 'entitySlug', 'name'],
      rows: inSpaces((space, world) =>
        entitySlugs(space, world).flatMap((entitySlug) =>
          entityProperties(entitySlug).map((row) => ({ ...row, entitySlug })),
        ),
      ),
    },
  },
};
