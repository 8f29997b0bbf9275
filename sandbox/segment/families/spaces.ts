/** Spaces, their warehouses and their filters. */
import { ALPHA, byId, owned } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { filters, profilesWarehouses, space, SPACES } from '../data/spaces.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

export const spacesOf = (world: World): readonly Row[] => world.list('spaces');
export const spaceAt = (asked: Asked, id: unknown = asked.id): Row => byId('spaces', asked, id);

/** The rows of all spaces with the field that a connector adds. */
export const inSpaces = (rows: (world: World, space: Row) => readonly Row[]) => (world: World) =>
  spacesOf(world).flatMap((space) => rows(world, space).map((row) => ({ ...row, spaceId: space['id'] })));

const linksOf = ({ estate }: World) => ({
  workspaceId: estate.identity['id'],
  catalog: estate.catalogWarehouses,
});
const warehousesOf = below(['id'], (world: World, space: Row) =>
  profilesWarehouses(world.seed, space, linksOf(world)),
);
const filtersOf = below(['id'], (world: World, space: Row) => filters(world.seed, space, linksOf(world)));

export const spaces: Family = {
  collections: { spaces: { size: () => SPACES, make: space } },
  operations: [
    { path: '/spaces', list: 'spaces', versions: ALPHA, total: true, end: 'absent', ...owned('spaces') },
    {
      path: '/spaces/{id}',
      versions: ALPHA,
      get: (asked) => ({ space: asked.world.leaving(spaceAt(asked)) }),
    },
    {
      path: '/spaces/{id}/profiles-warehouses',
      list: 'profilesWarehouses',
      versions: ALPHA,
      total: true,
      end: 'null',
      ...warehousesOf.at((asked) => [spaceAt(asked)]),
    },
    {
      path: '/filters',
      list: 'filters',
      versions: ['v1beta', 'v1alpha'],
      parameters: ['integrationId'],
      required: ['integrationId'],
      counts: { largest: 10, usual: 10 },
      areOffsets: true,
      total: true,
      end: 'absent',
      ...filtersOf.at((asked) => [spaceAt(asked, asked.query['integrationId'])]),
    },
  ],
  tables: {
    spaces: { key: ['id'], rows: spacesOf },
    profiles_warehouses: { key: ['spaceId', 'id'], rows: inSpaces(warehousesOf) },
    space_filters: { key: ['spaceId', 'id'], rows: inSpaces(filtersOf) },
  },
};
