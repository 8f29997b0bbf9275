/** What lies below a warehouse: its sources, syncs, schedule and state. Three of its paths have the API's lowest limit. */
import { byId, found, STABLE, told, untold } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below, growing } from '../below.ts';
import type { Row } from '../contract.ts';
import { connectionState, selectiveSyncs, syncSchedule, warehouseSyncs } from '../data/warehouse-syncs.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';
import { connectedWarehouses } from './connections.ts';

const RARE = { requestsPerMinute: 2 } as const;

const warehouse = (asked: Asked): Row => byId('warehouses', asked, asked.path['warehouseId']);
const idOf = (row: Row): string => String(row['id']);

const sourcesOf = below(['id'], (world: World, { id }: Row) =>
  world.sources.filter((source) => connectedWarehouses(world, source).some((row) => row['id'] === id)),
);

const syncsOf = below(['sourceId', 'start'], (world: World, row: Row) =>
  warehouseSyncs(world.seed, idOf(row), sourcesOf(world, row).map(idOf), world.times),
);

const collectionsOf = below(['collection'], ({ seed }: World, row: Row, source: Row) =>
  selectiveSyncs(seed, idOf(row), idOf(source)),
);

const stateOf = (world: World, row: Row): Row => connectionState(world.seed, idOf(row));

/** The same whether or not another warehouse has come or gone. */
const scheduleOf = ({ estate }: World, { id }: Row): Row =>
  syncSchedule(1 + estate.warehouses.findIndex((row) => row['id'] === id));

const connected = (asked: Asked): Row =>
  found(sourcesOf(asked.world, warehouse(asked)).find(({ id }) => id === asked.path['sourceId']));

/** The rows of each warehouse, with its id. */
const inWarehouses = (rows: (world: World, row: Row) => readonly Row[]) => (world: World) =>
  world
    .list('warehouses')
    .flatMap((row) => rows(world, row).map((one) => ({ ...one, warehouseId: row['id'] })));

export const warehouses: Family = {
  operations: [
    {
      path: '/warehouses/{warehouseId}',
      versions: STABLE,
      get: (asked) => ({ warehouse: asked.world.leaving(warehouse(asked)) }),
    },
    {
      path: '/warehouses/{warehouseId}/connected-sources',
      list: 'sources',
      ...told,
      end: 'absent',
      ...sourcesOf.at((asked) => [warehouse(asked)]),
    },
    {
      path: '/warehouses/{warehouseId}/connected-sources/{sourceId}/selective-syncs',
      list: 'items',
      ...told,
      ...RARE,
      end: 'absent',
      ...collectionsOf.at((asked) => [warehouse(asked), connected(asked)]),
    },
    {
      path: '/warehouses/{warehouseId}/syncs',
      list: 'reports',
      ...untold,
      ...RARE,
      end: 'null',
      ...growing(syncsOf.at((asked) => [warehouse(asked)])),
    },
    {
      path: '/warehouses/{warehouseId}/connection-state',
      versions: STABLE,
      requestsPerMinute: 200,
      get: (asked) => asked.world.leaving(stateOf(asked.world, warehouse(asked))),
    },
    {
      path: '/warehouses/{warehouseId}/advanced-sync-schedule',
      versions: STABLE,
      ...RARE,
      get: (asked) => asked.world.leaving(scheduleOf(asked.world, warehouse(asked))),
    },
  ],
  tables: {
    warehouse_connected_sources: { key: ['warehouseId', 'id'], rows: inWarehouses(sourcesOf) },
    warehouse_connection_state: {
      key: ['warehouseId'],
      rows: inWarehouses((world, row) => [stateOf(world, row)]),
    },
    warehouse_selective_syncs: {
      key: ['warehouseId', 'sourceId', 'collection'],
      rows: inWarehouses((world, row) =>
        sourcesOf(world, row).flatMap((source) => collectionsOf(world, row, source)),
      ),
    },
    warehouse_sync_schedule: {
      key: ['warehouseId'],
      rows: inWarehouses((world, row) => [scheduleOf(world, row)]),
    },
    warehouse_syncs: { key: ['warehouseId', 'sourceId', 'start'], rows: inWarehouses(syncsOf) },
  },
};
