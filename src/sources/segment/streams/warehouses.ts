import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { warehouse } from '../schemas/warehouses.ts';

export const warehouses: Stream<SegmentApi> = {
  name: 'warehouses',
  description: 'Warehouses of the workspace',
  endpoint: 'GET /warehouses',
  docs: 'https://docs.segmentapis.com/tag/Warehouses',
  primaryKey: ['id'],
  schema: warehouse,
  secrets: { settings: 'credentials' },
  read: ({ api }) => api.list('/warehouses', 'warehouses'),
};
