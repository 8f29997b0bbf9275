/** Spaces of Unify and Engage, and what belongs to each as a whole. */
import type { Parent, Stream } from '../../../engine/stream.ts';
import { MAY_LACK_PAGINATION, V1_ALPHA, V1_BETA, type SegmentApi } from '../api.ts';
import { profilesWarehouse, space, spaceFilter } from '../schemas/spaces.ts';

/** Alpha at Segment. */
export const spaces: Stream<SegmentApi> = {
  name: 'spaces',
  description: 'Spaces of the workspace, each with profiles and audiences of its own (alpha)',
  endpoint: 'GET /spaces',
  docs: 'https://docs.segmentapis.com/tag/Spaces',
  primaryKey: ['id'],
  schema: space,
  gate: 'the Spaces feature in the workspace (a plan with Unify or Engage)',
  read: ({ api }) => api.list('/spaces', 'spaces', { accept: V1_ALPHA }),
};

export const eachSpace: Parent<SegmentApi> = {
  stream: spaces,
  keep: ['id'],
  path: ({ id }) => `/spaces/${encodeURIComponent(String(id))}`,
};

/** Alpha at Segment. Reading it can leave an event in the audit trail: https://docs.segmentapis.com/tag/Profiles-Sync */
export const profilesWarehouses: Stream<SegmentApi> = {
  name: 'profiles_warehouses',
  description:
    'Warehouses that the profiles of each space are synced to (alpha); one request per space, and each can leave ' +
    'a "Profiles Sync Warehouse Retrieved" in your audit trail',
  endpoint: 'GET /spaces/{id}/profiles-warehouses',
  docs: 'https://docs.segmentapis.com/tag/Profiles-Sync',
  primaryKey: ['spaceId', 'id'],
  schema: profilesWarehouse,
  secrets: { settings: 'credentials' },
  leavesTrace: true,
  parent: eachSpace,
  gate: 'Profiles Sync in the workspace (a plan with Unify or Engage)',
  read: ({ api, parent }) =>
    api.list(`${eachSpace.path(parent)}/profiles-warehouses`, 'profilesWarehouses', {
      ...MAY_LACK_PAGINATION,
      accept: V1_ALPHA,
    }),
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};

/** Beta at Segment. What the API calls `integrationId` is the id of a space. Pages have 10 rows and cursors are offsets. */
export const spaceFilters: Stream<SegmentApi> = {
  name: 'space_filters',
  description:
    'Filters on the events that reach each space from all its sources (beta); one request per space and page of 10',
  endpoint: 'GET /filters?integrationId=',
  docs: 'https://docs.segmentapis.com/tag/Space-Filters',
  primaryKey: ['spaceId', 'id'],
  schema: spaceFilter,
  refersTo: { integrationId: ['spaces'] },
  parent: eachSpace,
  gate: 'the Space Filters feature in the workspace (a plan with Unify or Engage)',
  read: ({ api, parent }) =>
    api.list('/filters', 'filters', {
      query: { integrationId: String(parent['id']) },
      ...MAY_LACK_PAGINATION,
      accept: V1_BETA,
      mostRows: 10,
      areOffsets: true,
    }),
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};
