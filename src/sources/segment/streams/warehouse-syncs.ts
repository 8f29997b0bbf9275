import type { Stream } from '../../../engine/stream.ts';
import { has, type SegmentApi } from '../api.ts';
import { warehouseSelectiveSync, warehouseSync, warehouseSyncSchedule } from '../schemas/warehouse-syncs.ts';
import { eachConnectedSource, eachWarehouse } from './warehouses.ts';

/** All three have the lowest limit of the API, each for itself: https://docs.segmentapis.com/tag/Selective-Sync */
const rare = {
  docs: 'https://docs.segmentapis.com/tag/Selective-Sync',
  requestsPerMinute: 2,
  gate: 'a token with a role that may read warehouses',
} as const;

/**
 * One list for all sources of a warehouse, where the documents also have one for each source: of the same rows, for many
 * times the requests. Its order and how far it goes back are not documented (*unverified*).
 */
export const warehouseSyncs: Stream<SegmentApi> = {
  ...rare,
  name: 'warehouse_syncs',
  description:
    'Latest loads of each warehouse, source by source: rows, duration, notices; one request per warehouse and page, 2 a minute: warehouses / 2 minutes',
  endpoint: 'GET /warehouses/{id}/syncs',
  primaryKey: ['warehouseId', 'sourceId', 'start'],
  schema: warehouseSync,
  secrets: { 'notices.message': 'credentials' },
  parent: eachWarehouse,
  // A second reading would take minutes, in which the next syncs start.
  read: ({ api, parent }) => api.list(`${eachWarehouse.path(parent)}/syncs`, 'reports', { grows: true }),
  inject: ({ parent }) => ({ warehouseId: parent['id'] }),
};

export const warehouseSelectiveSyncs: Stream<SegmentApi> = {
  ...rare,
  name: 'warehouse_selective_syncs',
  description:
    'Collections that each source loads into each warehouse; one request per warehouse, connected source and page, 2 a minute: (warehouses × connected sources) / 2 minutes',
  endpoint: 'GET /warehouses/{warehouseId}/connected-sources/{sourceId}/selective-syncs',
  primaryKey: ['warehouseId', 'sourceId', 'collection'],
  schema: warehouseSelectiveSync,
  parent: eachConnectedSource,
  read: ({ api, parent }) => api.list(`${eachConnectedSource.path(parent)}/selective-syncs`, 'items'),
};

export const warehouseSyncSchedules: Stream<SegmentApi> = {
  ...rare,
  name: 'warehouse_sync_schedule',
  description:
    'Hours at which each warehouse is loaded; one request per warehouse, 2 a minute: warehouses / 2 minutes',
  endpoint: 'GET /warehouses/{id}/advanced-sync-schedule',
  primaryKey: ['warehouseId'],
  schema: warehouseSyncSchedule,
  parent: eachWarehouse,
  async *read({ api, parent }) {
    yield [await api.data(`${eachWarehouse.path(parent)}/advanced-sync-schedule`, {}, has('enabled'))];
  },
  inject: ({ parent }) => ({ warehouseId: parent['id'] }),
};
