/**
 * The operations, as data: path, versions, parameters, and where the answer comes from.
 * Facts: https://docs.segmentapis.com
 */
import type { Row } from '../contract.ts';
import { auditWindow, frozenEnd } from './audit.ts';
import { deliverySummary } from './delivery.ts';
import { notFound } from './errors.ts';
import type { Asked, ListOperation, Operation } from './operation.ts';
import { perSourceUsage, workspaceUsage } from './usage.ts';

const STABLE = ['v1', 'v1beta', 'v1alpha'];
const told = { versions: STABLE, total: true } as const;
const untold = { versions: STABLE, total: false } as const;

const found = (row: Row | undefined): Row => {
  if (!row) throw notFound();
  return row;
};
const source = ({ world, id }: Asked): Row => found(world.source(id));
const destination = ({ world, id }: Asked): Row => found(world.destination(id));

export const OPERATIONS: readonly Operation[] = [
  { path: '/', versions: STABLE, get: ({ world }) => ({ workspace: world.estate.identity }) },
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
      user: world.leaving(found(world.estate.users.find((row) => row['id'] === id))),
    }),
  },

  { path: '/sources', list: 'sources', ...told, end: 'absent', rows: ({ world }) => world.sources },
  {
    path: '/destinations',
    list: 'destinations',
    ...told,
    end: 'null',
    rows: ({ world }) => world.destinations,
  },
  {
    path: '/warehouses',
    list: 'warehouses',
    ...told,
    end: 'absent',
    rows: ({ world }) => world.estate.warehouses,
  },
  { path: '/users', list: 'users', ...untold, end: 'null', rows: ({ world }) => world.estate.users },
  { path: '/groups', list: 'userGroups', ...untold, end: 'absent', rows: ({ world }) => world.estate.groups },
  {
    path: '/transformations',
    list: 'transformations',
    ...told,
    end: 'null',
    rows: ({ world }) => world.estate.transformations,
  },
  {
    path: '/catalog/destinations',
    list: 'destinationsCatalog',
    ...told,
    end: 'absent',
    rows: ({ world }) => world.estate.catalogDestinations,
  },
  {
    path: '/catalog/sources',
    list: 'sourcesCatalog',
    ...told,
    end: 'null',
    rows: ({ world }) => world.estate.catalogSources,
  },
  {
    path: '/catalog/warehouses',
    list: 'warehousesCatalog',
    ...told,
    end: 'absent',
    rows: ({ world }) => world.estate.catalogWarehouses,
  },
  {
    path: '/sources/{id}/connected-destinations',
    list: 'destinations',
    ...told,
    end: 'absent',
    rows: (asked) => asked.world.connectedDestinations(String(source(asked)['id'])),
  },
  {
    path: '/sources/{id}/connected-warehouses',
    list: 'warehouses',
    ...told,
    end: 'null',
    rows: (asked) => asked.world.connectedWarehouses(String(source(asked)['id'])),
  },
  {
    path: '/destinations/{id}/subscriptions',
    list: 'subscriptions',
    versions: ['v1alpha'],
    total: true,
    end: 'absent',
    rows: (asked) => asked.world.subscriptions(destination(asked)),
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
  },
  ...usage('/usage/api-calls/sources/daily', 'dailyPerSourceAPICallsUsage', perSourceUsage('apiCalls')),
  ...usage('/usage/api-calls/daily', 'dailyWorkspaceAPICallsUsage', workspaceUsage('apiCalls')),
  ...usage('/usage/mtu/sources/daily', 'dailyPerSourceMTUUsage', perSourceUsage('mtu')),
  ...usage('/usage/mtu/daily', 'dailyWorkspaceMTUUsage', workspaceUsage('mtu')),
];

function usage(path: string, list: string, rows: ListOperation['rows']): ListOperation[] {
  return [{ path, list, ...told, end: 'null', parameters: ['period'], required: ['period'], rows }];
}
