import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { destinationFilter } from '../schemas/destination-filters.ts';
import { eachDestination } from './destinations.ts';

export const destinationFilters: Stream<SegmentApi> = {
  name: 'destination_filters',
  description:
    'Filters that drop, sample or trim events before each destination; one request per destination',
  endpoint: 'GET /destination/{id}/filters',
  docs: 'https://docs.segmentapis.com/tag/Destination-Filters',
  primaryKey: ['id'],
  schema: destinationFilter,
  parent: eachDestination,
  // One destination, unlike everywhere else: the API's own spelling.
  read: ({ api, parent }) =>
    api.list(`${eachDestination.path(parent).replace('/destinations/', '/destination/')}/filters`, 'filters'),
  inject: ({ parent }) => ({ destinationId: parent['id'] }),
};
