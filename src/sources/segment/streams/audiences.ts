/** Audiences and computed traits of each space, and where audiences go. */
import type { Parent, ReadContext, Stream } from '../../../engine/stream.ts';
import { MAY_LACK_PAGINATION, V1_ALPHA, type SegmentApi } from '../api.ts';
import {
  audience,
  audienceActivation,
  audienceDestination,
  audienceReference,
  audienceSchedule,
  computedTrait,
} from '../schemas/audiences.ts';
import { eachSpace } from './spaces.ts';

const AUDIENCES = 'https://docs.segmentapis.com/tag/Audiences';
const ACTIVATIONS = 'https://docs.segmentapis.com/tag/Activations';
const gate = 'the Audience feature in the workspace (a plan with Engage)';

export const audiences: Stream<SegmentApi> = {
  name: 'audiences',
  description:
    'Audiences of each space, with their definition and size; one request per space and page, 60 a minute',
  endpoint: 'GET /spaces/{id}/audiences',
  docs: AUDIENCES,
  requestsPerMinute: 60,
  primaryKey: ['spaceId', 'id'],
  schema: audience,
  refersTo: { createdBy: ['users'], updatedBy: ['users'] },
  parent: eachSpace,
  gate,
  read: ({ api, parent }) => api.list(`${eachSpace.path(parent)}/audiences`, 'audiences', { mostRows: 200 }),
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};

const eachAudience: Parent<SegmentApi> = {
  stream: audiences,
  keep: ['spaceId', 'id'],
  path: ({ spaceId, id }) => `${eachSpace.path({ id: spaceId })}/audiences/${encodeURIComponent(String(id))}`,
};

/** What the tables below an audience have in common. */
const ofAudience = {
  primaryKey: ['spaceId', 'audienceId', 'id'],
  parent: eachAudience,
  inject: ({ parent }: ReadContext<SegmentApi>) => ({
    spaceId: parent['spaceId'],
    audienceId: parent['id'],
  }),
};

export const audienceSchedules: Stream<SegmentApi> = {
  ...ofAudience,
  name: 'audience_schedules',
  description: 'When each audience that runs by a schedule is computed; one request per audience',
  endpoint: 'GET /spaces/{spaceId}/audiences/{id}/schedules',
  docs: AUDIENCES,
  schema: audienceSchedule,
  gate,
  read: ({ api, parent }) => api.whole(`${eachAudience.path(parent)}/schedules`, 'audienceSchedules'),
};

const unpaged = { ...MAY_LACK_PAGINATION, accept: V1_ALPHA };

/** Alpha at Segment. */
export const audienceActivations: Stream<SegmentApi> = {
  ...ofAudience,
  name: 'audience_activations',
  description:
    'What each audience sends to a destination, and when (alpha); one request per audience and page, 60 a minute: audiences / 60 minutes',
  endpoint: 'GET /spaces/{spaceId}/audiences/{audienceId}/activations',
  docs: ACTIVATIONS,
  requestsPerMinute: 60,
  schema: audienceActivation,
  refersTo: { connectionId: ['audience_destinations'] },
  secrets: { 'destinationMapping.settings': 'credentials' },
  gate,
  read: ({ api, parent }) => api.list(`${eachAudience.path(parent)}/activations`, 'activations', unpaged),
};

/** Alpha at Segment. */
export const audienceDestinations: Stream<SegmentApi> = {
  ...ofAudience,
  name: 'audience_destinations',
  description:
    'Destinations that each audience is connected to (alpha); one request per audience and page, 50 a minute: audiences / 50 minutes',
  endpoint: 'GET /spaces/{spaceId}/audiences/{audienceId}/destination-connections',
  docs: ACTIVATIONS,
  requestsPerMinute: 50,
  schema: audienceDestination,
  secrets: { settings: 'credentials', connectionSettings: 'credentials' },
  gate,
  read: ({ api, parent }) =>
    api.list(`${eachAudience.path(parent)}/destination-connections`, 'connections', unpaged),
};

/** Alpha at Segment. */
export const audienceReferences: Stream<SegmentApi> = {
  ...ofAudience,
  name: 'audience_references',
  description:
    'Audiences whose definition uses another audience (alpha); one request per audience and page, 25 a minute: audiences / 25 minutes',
  endpoint: 'GET /spaces/{spaceId}/audiences/{id}/audience-references',
  docs: AUDIENCES,
  requestsPerMinute: 25,
  schema: audienceReference,
  refersTo: { id: ['audiences'] },
  gate,
  read: ({ api, parent }) =>
    api.list(`${eachAudience.path(parent)}/audience-references`, 'audiences', { accept: V1_ALPHA }),
};

/** Alpha at Segment. */
export const computedTraits: Stream<SegmentApi> = {
  name: 'computed_traits',
  description: 'Computed traits of each space (alpha); one request per space and page, 25 a minute',
  endpoint: 'GET /spaces/{id}/computed-traits',
  docs: 'https://docs.segmentapis.com/tag/Computed-Traits',
  requestsPerMinute: 25,
  primaryKey: ['spaceId', 'id'],
  schema: computedTrait,
  refersTo: { createdBy: ['users'], updatedBy: ['users'] },
  parent: eachSpace,
  gate: 'the Computed Trait feature in the workspace (a plan with Unify or Engage)',
  read: ({ api, parent }) =>
    api.list(`${eachSpace.path(parent)}/computed-traits`, 'computedTraits', { accept: V1_ALPHA }),
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};
