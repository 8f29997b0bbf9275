/** What lies below a warehouse: its sources, syncs, schedule and state. Three of its paths have the API's lowest limit. */
import { byId, found, owned, STABLE, told, untold } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import type { Row } from '../contract.ts';
import { connectionState, selectiveSyncs, syncSchedule, warehouseSyncs } from '../data/warehouse-syncs.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const RARE = { requestsPerMinute: 2 } as const;

const warehouse = (asked: Asked): Row => byId('warehouses', asked, asked.path['warehouseId']);
const idOf = (row: Row): string => String(row['id']);

const sourcesOf = (world: World, { id }: Row): readonly Row[] =>
  world.sources.filter((source) => world.connectedWarehouses(idOf(source)).some((row) => row['id'] === id));

const syncsOf = (world: World, row: Row): Row[] =>
  warehouseSyncs(world.seed, idOf(row), sourcesOf(world, row).map(idOf), world.times);

const stateOf = (world: World, row: Row): Row => connectionState(world.seed, idOf(row));

/** The same whether or not another warehouse has come or gone. */
const scheduleOf = ({ estate }: World, { id }: Row): Row =>
  syncSchedule(1 + estate.warehouses.findIndex((row) => row['id'] === id));

const connected = (asked: Asked): Row =>
  found(sourcesOf(asked.world, warehouse(asked)).find(({ id }) => id === asked.path['sourceId']));

/** The rows of each warehouse, with its id. */
const below = (rows: (world: World, row: Row) => readonly Row[]) => (world: World) =>
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
      ...owned('sources', (asked) => sourcesOf(asked.world, warehouse(asked))),
    },
    {
      path: '/warehouses/{warehouseId}/connected-sources/{sourceId}/selective-syncs',
      list: 'items',
      ...told,
      ...RARE,
      end: 'absent',
      rows: (asked) => selectiveSyncs(asked.world.seed, idOf(warehouse(asked)), idOf(connected(asked))),
    },
    {
      path: '/warehouses/{warehouseId}/syncs',
      list: 'reports',
      ...untold,
      ...RARE,
      end: 'null',
      rows: (asked) => syncsOf(asked.world, warehouse(asked)),
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
    warehouse_connected_sources: { key: ['warehouseId', 'id'], rows: below(sourcesOf) },
    warehouse_connection_state: {
      key: ['warehouseId'],
      rows: below((world, row) => [stateOf(world, row)]),
    },
    warehouse_selective_syncs: {
      key: ['warehouseId', 'sourceId', 'collection'],
      rows: below((world, row) =>
        sourcesOf(world, row).flatMap((source) => selectiveSyncs(world.seed, idOf(row), idOf(source))),
      ),
    },
    warehouse_sync_schedule: {
      key: ['warehouseId'],
      rows: below((world, row) => [scheduleOf(world, row)]),
    },
    warehouse_syncs: { key: ['warehouseId', 'sourceId', 'start'], rows: below(syncsOf) },
  },
};
