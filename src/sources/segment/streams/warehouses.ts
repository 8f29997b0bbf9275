import type { Parent, Stream } from '../../../engine/stream.ts';
import { has, type SegmentApi } from '../api.ts';
import { connectedSource, warehouse, warehouseConnectionState } from '../schemas/warehouses.ts';

const docs = 'https://docs.segmentapis.com/tag/Warehouses';

export const warehouses: Stream<SegmentApi> = {
  name: 'warehouses',
  description: 'Warehouses of the workspace',
  endpoint: 'GET /warehouses',
  docs,
  primaryKey: ['id'],
  schema: warehouse,
  refersTo: { 'metadata.id': ['catalog_warehouses'] },
  secrets: { settings: 'credentials' },
  read: ({ api }) => api.list('/warehouses', 'warehouses'),
};

export const eachWarehouse: Parent<SegmentApi> = {
  stream: warehouses,
  keep: ['id'],
  path: ({ id }) => `/warehouses/${encodeURIComponent(String(id))}`,
};

export const warehouseConnectedSources: Stream<SegmentApi> = {
  name: 'warehouse_connected_sources',
  description: 'Sources that feed each warehouse; one request per warehouse',
  endpoint: 'GET /warehouses/{id}/connected-sources',
  docs,
  primaryKey: ['warehouseId', 'id'],
  schema: connectedSource,
  refersTo: { id: ['sources'] },
  secrets: { writeKeys: 'all', settings: 'credentials' },
  parent: eachWarehouse,
  read: ({ api, parent }) => api.list(`${eachWarehouse.path(parent)}/connected-sources`, 'sources'),
  inject: ({ parent }) => ({ warehouseId: parent['id'] }),
};

/**
 * A connection has no endpoint of its own, so what is asked for here answers 404 whether there is one or not, and the
 * list of the warehouse's connections alone says whether it still is (*unverified*).
 */
export const eachConnectedSource: Parent<SegmentApi> = {
  stream: warehouseConnectedSources,
  keep: ['id', 'warehouseId'],
  path: ({ id, warehouseId }) =>
    `${eachWarehouse.path({ id: warehouseId })}/connected-sources/${encodeURIComponent(String(id))}`,
};

/** Whether Segment knows the state or finds it out by connecting is not documented (*unverified*). */
export const warehouseConnectionStates: Stream<SegmentApi> = {
  name: 'warehouse_connection_state',
  description:
    'Whether the connection settings of each warehouse work; one request per warehouse, 200 a minute',
  endpoint: 'GET /warehouses/{id}/connection-state',
  docs,
  requestsPerMinute: 200,
  primaryKey: ['warehouseId'],
  schema: warehouseConnectionState,
  parent: eachWarehouse,
  gate: 'a token with a role that may read warehouses',
  async *read({ api, parent }) {
    yield [await api.data(`${eachWarehouse.path(parent)}/connection-state`, {}, has('connectionState'))];
  },
  inject: ({ parent }) => ({ warehouseId: parent['id'] }),
};
