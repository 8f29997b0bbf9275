import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { accessRecords, groupPermissions, userPermissions } from './access-review.ts';
import { groupInvites, groupMembers, groups, invites, roles, users } from './access.ts';
import {
  audienceActivations,
  audienceDestinations,
  audienceReferences,
  audiences,
  audienceSchedules,
  computedTraits,
} from './audiences.ts';
import { auditEvents } from './audit-events.ts';
import { catalogDestinations, catalogSources, catalogWarehouses } from './catalog.ts';
import { credentialConsumers, credentials } from './credentials.ts';
import { destinationDeliveryMetricsSummary } from './delivery.ts';
import {
  deliveryOverviewFailedDelivery,
  deliveryOverviewFailedOnIngest,
  deliveryOverviewFilteredAtDestination,
  deliveryOverviewFilteredAtSource,
  deliveryOverviewSuccessfulDelivery,
  deliveryOverviewSuccessfullyReceived,
} from './delivery-overview.ts';
import { destinationFilters } from './destination-filters.ts';
import { destinations, destinationSubscriptions } from './destinations.ts';
import { eventsVolume } from './events-volume.ts';
import { functions, functionVersions, insertFunctionInstances } from './functions.ts';
import { regulations, sourceRegulations, suppressions } from './privacy.ts';
import { reverseEtlModels, reverseEtlSyncs } from './reverse-etl.ts';
import { livePlugins, sourceSchemaSettings } from './source-settings.ts';
import { sourceConnectedDestinations, sourceConnectedWarehouses, sources } from './sources.ts';
import {
  entityPaths,
  entityProperties,
  spaceEventProperties,
  spaceEvents,
  spaceTraits,
} from './space-schema.ts';
import { profilesWarehouses, spaceFilters, spaces } from './spaces.ts';
import { trackingPlanRules, trackingPlans, trackingPlanSources } from './tracking-plans.ts';
import { transformations } from './transformations.ts';
import {
  usageApiCallsPerSourceDaily,
  usageApiCallsWorkspaceDaily,
  usageMtuPerSourceDaily,
  usageMtuWorkspaceDaily,
} from './usage.ts';
import { warehouseSelectiveSyncs, warehouseSyncs, warehouseSyncSchedules } from './warehouse-syncs.ts';
import { warehouseConnectedSources, warehouseConnectionStates, warehouses } from './warehouses.ts';
import { labels, workspace } from './workspace.ts';

/** Tables that answer one kind of question. */
interface Topic {
  readonly title: string;
  readonly streams: readonly Stream<SegmentApi>[];
}

/** Every table of source-segment, by what a person wants to know. Endpoint, key, cursor and parent: docs/segment.md. @public */
export const topics: readonly Topic[] = [
  {
    title: 'What is connected to what',
    streams: [
      workspace,
      sources,
      destinations,
      warehouses,
      sourceConnectedDestinations,
      sourceConnectedWarehouses,
      destinationSubscriptions,
      warehouseConnectedSources,
      warehouseConnectionStates,
      warehouseSelectiveSyncs,
      warehouseSyncSchedules,
      reverseEtlModels,
      labels,
    ],
  },
  {
    title: 'What may be sent, and what is done to it',
    streams: [
      trackingPlans,
      trackingPlanRules,
      trackingPlanSources,
      sourceSchemaSettings,
      transformations,
      destinationFilters,
      functions,
      functionVersions,
      insertFunctionInstances,
      livePlugins,
    ],
  },
  {
    title: 'Who may do what',
    streams: [
      accessRecords,
      users,
      userPermissions,
      groups,
      groupPermissions,
      groupMembers,
      groupInvites,
      invites,
      roles,
      credentials,
      credentialConsumers,
    ],
  },
  {
    title: 'Who did what',
    streams: [auditEvents],
  },
  {
    title: 'How much came in, and what became of it',
    streams: [
      usageApiCallsWorkspaceDaily,
      usageApiCallsPerSourceDaily,
      usageMtuWorkspaceDaily,
      usageMtuPerSourceDaily,
      eventsVolume,
      deliveryOverviewSuccessfullyReceived,
      deliveryOverviewFailedOnIngest,
      deliveryOverviewFilteredAtSource,
      deliveryOverviewFilteredAtDestination,
      deliveryOverviewFailedDelivery,
      deliveryOverviewSuccessfulDelivery,
      destinationDeliveryMetricsSummary,
      warehouseSyncs,
      reverseEtlSyncs,
    ],
  },
  {
    title: 'What was asked to be forgotten',
    streams: [regulations, sourceRegulations, suppressions],
  },
  {
    title: 'What is known of customers, and which audiences are made of it',
    streams: [
      spaces,
      audiences,
      audienceSchedules,
      audienceActivations,
      audienceDestinations,
      audienceReferences,
      computedTraits,
      spaceTraits,
      spaceEvents,
      spaceEventProperties,
      entityPaths,
      entityProperties,
      spaceFilters,
      profilesWarehouses,
    ],
  },
  {
    title: 'What Segment offers',
    streams: [catalogSources, catalogDestinations, catalogWarehouses],
  },
];

/** The same by name. */
export const streams: readonly Stream<SegmentApi>[] = topics
  .flatMap((topic) => topic.streams)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
