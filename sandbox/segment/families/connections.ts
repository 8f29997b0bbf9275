/** What sources are connected with, and the subscriptions of destinations. */
import { ALPHA, byId, told } from '../api/lists.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { subscriptions } from '../data/connections.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const connectedDestinations = below(['id'], ({ destinations }: World, source: Row) =>
  destinations.filter((row) => row['sourceId'] === source['id']),
);

/** The first source has none (as one that came later), the next one, then two … and round again. */
export const connectedWarehouses = below(['id'], (world: World, source: Row) => {
  const { sources, warehouses } = world.estate;
  const position = Math.max(
    0,
    sources.findIndex(({ id }) => id === source['id']),
  );
  const count = position % (warehouses.length + 1);
  const rotated = warehouses.concat(warehouses).slice(position % Math.max(1, warehouses.length));
  return rotated.slice(0, count).filter((row) => world.list('warehouses').includes(row));
});

export const subscriptionsOf = below(['id'], ({ seed }: World, destination: Row) => {
  const { actions } = destination['metadata'] as { actions: Row[] };
  return subscriptions(seed, String(destination['id']), actions);
});

export const connections: Family = {
  operations: [
    {
      path: '/sources/{id}/connected-destinations',
      list: 'destinations',
      ...told,
      end: 'absent',
      ...connectedDestinations.at((asked) => [byId('sources', asked, asked.id)]),
    },
    {
      path: '/sources/{id}/connected-warehouses',
      list: 'warehouses',
      ...told,
      end: 'null',
      ...connectedWarehouses.at((asked) => [byId('sources', asked, asked.id)]),
    },
    {
      path: '/destinations/{id}/subscriptions',
      list: 'subscriptions',
      versions: ALPHA,
      total: true,
      end: 'absent',
      ...subscriptionsOf.at((asked) => [byId('destinations', asked, asked.id)]),
    },
  ],
  tables: {
    destination_subscriptions: {
      key: ['id'],
      rows: (world) => world.destinations.flatMap((row) => subscriptionsOf(world, row)),
    },
    source_connected_destinations: {
      key: ['sourceId', 'id'],
      rows: (world) => world.sources.flatMap((source) => connectedDestinations(world, source)),
    },
    source_connected_warehouses: {
      key: ['sourceId', 'id'],
      rows: (world) =>
        world.sources.flatMap((source) =>
          connectedWarehouses(world, source).map((row) => ({ ...row, sourceId: source['id'] })),
        ),
    },
  },
};
