import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { transformation } from '../schemas/transformations.ts';

export const transformations: Stream<SegmentApi> = {
  name: 'transformations',
  description: 'Transformations that change events between sources and destinations',
  endpoint: 'GET /transformations',
  docs: 'https://docs.segmentapis.com/tag/Transformations',
  primaryKey: ['id'],
  schema: transformation,
  refersTo: { destinationMetadataId: ['catalog_destinations'] },
  secrets: { 'hashPropertiesConfiguration.key': 'all' },
  gate: 'a Business plan with Protocols and a token with a role that may read sources',
  read: ({ api }) => api.list('/transformations', 'transformations'),
};
