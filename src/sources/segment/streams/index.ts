import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { groups, users } from './access.ts';
import { auditEvents } from './audit-events.ts';
import { catalogDestinations, catalogSources, catalogWarehouses } from './catalog.ts';
import { destinationDeliveryMetricsSummary } from './delivery.ts';
import { destinations, destinationSubscriptions } from './destinations.ts';
import { sourceConnectedDestinations, sourceConnectedWarehouses, sources } from './sources.ts';
import { transformations } from './transformations.ts';
import {
  usageApiCallsPerSourceDaily,
  usageApiCallsWorkspaceDaily,
  usageMtuPerSourceDaily,
  usageMtuWorkspaceDaily,
} from './usage.ts';
import { warehouses } from './warehouses.ts';

/** Every table of source-segment, by name. Table, endpoint, key, cursor and parent of each: docs/segment.md. */
export const streams: readonly Stream<SegmentApi>[] = [
  auditEvents,
  catalogDestinations,
  catalogSources,
  catalogWarehouses,
  destinationDeliveryMetricsSummary,
  destinationSubscriptions,
  destinations,
  groups,
  sourceConnectedDestinations,
  sourceConnectedWarehouses,
  sources,
  transformations,
  usageApiCallsPerSourceDaily,
  usageApiCallsWorkspaceDaily,
  usageMtuPerSourceDaily,
  usageMtuWorkspaceDaily,
  users,
  warehouses,
];
