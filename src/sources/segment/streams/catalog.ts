import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { catalogDestination, catalogSource, catalogWarehouse } from '../schemas/catalog.ts';

const docs = 'https://docs.segmentapis.com/tag/Catalog';
const primaryKey = ['id'];

export const catalogDestinations: Stream<SegmentApi> = {
  name: 'catalog_destinations',
  description: 'Every destination type that Segment offers, with its settings, actions and presets',
  endpoint: 'GET /catalog/destinations',
  docs,
  primaryKey,
  schema: catalogDestination,
  read: ({ api }) => api.list('/catalog/destinations', 'destinationsCatalog'),
};

export const catalogSources: Stream<SegmentApi> = {
  name: 'catalog_sources',
  description: 'Every source type that Segment offers',
  endpoint: 'GET /catalog/sources',
  docs,
  primaryKey,
  schema: catalogSource,
  read: ({ api }) => api.list('/catalog/sources', 'sourcesCatalog'),
};

export const catalogWarehouses: Stream<SegmentApi> = {
  name: 'catalog_warehouses',
  description: 'Every warehouse type that Segment offers',
  endpoint: 'GET /catalog/warehouses',
  docs,
  primaryKey,
  schema: catalogWarehouse,
  read: ({ api }) => api.list('/catalog/warehouses', 'warehousesCatalog'),
};
