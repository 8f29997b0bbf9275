/**
 * The operations, as data: path, versions, parameters, and where the answer comes from.
 * Facts: https://docs.segmentapis.com
 */
import type { Row } from '../contract.ts';
import { auditWindow, frozenEnd, insertEvent } from './audit.ts';
import { deliverySummary } from './delivery.ts';
import { found, owned, STABLE, told, untold, type Listed } from './lists.ts';
import type { Asked, ListOperation, Operation } from './operation.ts';
import { perSourceUsage, workspaceUsage } from './usage.ts';
import { asListed } from '../data/people.ts';
import type { UsageKind } from '../data/usage.ts';

const source = ({ world, id }: Asked): Row => found(world.source(id));
const destination = ({ world, id }: Asked): Row => found(world.destination(id));

const listed =
  (name: string) =>
  ({ world }: Asked): readonly Row[] =>
    world.list(name).map(asListed);

export const OPERATIONS: readonly Operation[] = [
  { path: '/', versions: STABLE, get: ({ world }) => ({ workspace: world.leaving(world.estate.identity) }) },
  {
    path: '/sources/{id}',
    versions: STABLE,
    get: (asked) => ({ source: asked.world.leaving(source(asked)), trackingPlanId: null }),
  },
  {
    path: '/destinations/{id}',
    versions: STABLE,
    get: (asked) => ({ destination: asked.world.leaving(destination(asked)) }),
  },
  {
    path: '/users/{id}',
    versions: STABLE,
    get: ({ world, id }) => ({
      user: world.leaving(found(world.list('users').find((row) => row['id'] === id))),
    }),
  },

  { path: '/sources', list: 'sources', ...told, end: 'absent', ...owned('sources') },
  {
    path: '/destinations',
    list: 'destinations',
    ...told,
    end: 'null',
    ...owned('destinations'),
  },
  {
    path: '/warehouses',
    list: 'warehouses',
    ...told,
    end: 'absent',
    ...owned('warehouses'),
  },
  { path: '/users', list: 'users', ...untold, end: 'null', ...owned('users', listed('users')) },
  { path: '/groups', list: 'userGroups', ...untold, end: 'absent', ...owned('groups', listed('groups')) },
  {
    path: '/transformations',
    list: 'transformations',
    ...told,
    end: 'null',
    ...owned('transformations'),
  },
  {
    path: '/catalog/destinations',
    list: 'destinationsCatalog',
    ...told,
    end: 'absent',
    ...owned('catalogDestinations'),
  },
  {
    path: '/catalog/sources',
    list: 'sourcesCatalog',
    ...told,
    end: 'null',
    ...owned('catalogSources'),
  },
  {
    path: '/catalog/warehouses',
    list: 'warehousesCatalog',
    ...told,
    end: 'absent',
    ...owned('catalogWarehouses'),
  },
  {
    path: '/destinations/{id}/delivery-metrics',
    versions: ['v1beta', 'v1alpha'],
    parameters: ['sourceId', 'startTime', 'endTime', 'granularity'],
    required: ['sourceId'],
    get: (asked) => ({ deliveryMetricsSummary: deliverySummary(asked, destination(asked)) }),
  },
  {
    path: '/audit-events',
    list: 'events',
    ...untold,
    end: 'absent',
    parameters: ['startTime', 'endTime', 'resourceId', 'resourceType'],
    freeze: frozenEnd,
    rows: auditWindow,
    insert: insertEvent,
  },
  usage('/usage/api-calls/sources/daily', 'dailyPerSourceAPICallsUsage', counted('apiCalls')),
  usage('/usage/api-calls/daily', 'dailyWorkspaceAPICallsUsage', { rows: workspaceUsage('apiCalls') }),
  usage('/usage/mtu/sources/daily', 'dailyPerSourceMTUUsage', counted('mtu')),
  usage('/usage/mtu/daily', 'dailyWorkspaceMTUUsage', { rows: workspaceUsage('mtu') }),
];

function counted(kind: UsageKind): Listed {
  return {
    rows: perSourceUsage(kind),
    insert: ({ world }) => world.count(),
    remove: ({ world }) => world.uncount(),
  };
}

function usage(path: string, list: string, listed: Listed): ListOperation {
  return { path, list, ...told, end: 'null', parameters: ['period'], required: ['period'], ...listed };
}
