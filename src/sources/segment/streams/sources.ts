import type { Parent, Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { destination } from '../schemas/destinations.ts';
import { source } from '../schemas/sources.ts';
import { connectedWarehouse } from '../schemas/warehouses.ts';

const docs = 'https://docs.segmentapis.com/tag/Sources';

export const sources: Stream<SegmentApi> = {
  name: 'sources',
  description: 'Sources of the workspace',
  endpoint: 'GET /sources',
  docs,
  primaryKey: ['id'],
  schema: source,
  refersTo: { 'metadata.id': ['catalog_sources'] },
  secrets: { writeKeys: 'all', settings: 'credentials' },
  read: ({ api }) => api.list('/sources', 'sources'),
};

export const eachSource: Parent<SegmentApi> = {
  stream: sources,
  keep: ['id'],
  path: ({ id }) => `/sources/${encodeURIComponent(String(id))}`,
};

export const sourceConnectedDestinations: Stream<SegmentApi> = {
  name: 'source_connected_destinations',
  description: 'Destinations that each source feeds; one request per source',
  endpoint: 'GET /sources/{id}/connected-destinations',
  docs,
  primaryKey: ['sourceId', 'id'],
  schema: destination,
  refersTo: { id: ['destinations'] },
  secrets: { settings: 'credentials' },
  parent: eachSource,
  read: ({ api, parent }) => api.list(`${eachSource.path(parent)}/connected-destinations`, 'destinations'),
  inject: ({ parent }) => ({ sourceId: parent['id'] }),
};

export const sourceConnectedWarehouses: Stream<SegmentApi> = {
  name: 'source_connected_warehouses',
  description: 'Warehouses that each source feeds; one request per source',
  endpoint: 'GET /sources/{id}/connected-warehouses',
  docs,
  primaryKey: ['sourceId', 'id'],
  schema: connectedWarehouse,
  refersTo: { id: ['warehouses'] },
  secrets: { settings: 'credentials' },
  parent: eachSource,
  read: ({ api, parent }) => api.list(`${eachSource.path(parent)}/connected-warehouses`, 'warehouses'),
  // A warehouse does not say which source it was listed for, and one source can feed many.
  inject: ({ parent }) => ({ sourceId: parent['id'] }),
};
