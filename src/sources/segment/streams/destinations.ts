import type { Parent, Stream } from '../../../engine/stream.ts';
import { MAY_LACK_PAGINATION, V1_ALPHA, type SegmentApi } from '../api.ts';
import { destination, destinationSubscription } from '../schemas/destinations.ts';

const docs = 'https://docs.segmentapis.com/tag/Destinations';

export const destinations: Stream<SegmentApi> = {
  name: 'destinations',
  description: 'Destinations of the workspace, each with the source that feeds it',
  endpoint: 'GET /destinations',
  docs,
  primaryKey: ['id', 'sourceId'],
  schema: destination,
  refersTo: { 'metadata.id': ['catalog_destinations'] },
  secrets: { settings: 'credentials' },
  read: ({ api }) => api.list('/destinations', 'destinations'),
};

export const eachDestination: Parent<SegmentApi> = {
  stream: destinations,
  keep: ['id', 'sourceId'],
  path: ({ id }) => `/destinations/${encodeURIComponent(String(id))}`,
};

/** Alpha at Segment. What a classic destination answers (it has no subscriptions) is not documented (*unverified*). */
export const destinationSubscriptions: Stream<SegmentApi> = {
  name: 'destination_subscriptions',
  description: 'Event subscriptions of each Actions destination (alpha); one request per destination',
  endpoint: 'GET /destinations/{id}/subscriptions',
  docs,
  primaryKey: ['id'],
  schema: destinationSubscription,
  secrets: { settings: 'credentials' },
  parent: eachDestination,
  gate: 'the Destination Subscriptions feature in the workspace',
  read: ({ api, parent }) =>
    api.list(`${eachDestination.path(parent)}/subscriptions`, 'subscriptions', {
      ...MAY_LACK_PAGINATION,
      accept: V1_ALPHA,
    }),
  inject: ({ parent }) => ({ destinationId: parent['id'] }),
};
