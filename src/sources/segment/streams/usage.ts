import type { StreamSchema } from '../../../engine/schema.ts';
import type { Stream } from '../../../engine/stream.ts';
import { monthly } from '../../../engine/windows.ts';
import type { SegmentApi } from '../api.ts';
import { apiCallsPerSource, apiCallsWorkspace, mtuPerSource, mtuWorkspace } from '../schemas/usage.ts';

/**
 * The four usage tables differ in path and fields only. A request takes one calendar month (its first day); counts are
 * cumulative within the month and come as strings. The open month is read again by every sync, and the rows at a
 * month's seam can come with both months.
 */
function usage(table: {
  name: string;
  description: string;
  path: string;
  key: string;
  docs: string;
  primaryKey: string[];
  schema: StreamSchema;
}): Stream<SegmentApi> {
  const { path, key, ...rest } = table;
  return {
    ...rest,
    endpoint: `GET ${path}?period=`,
    cursor: 'timestamp',
    windows: monthly(),
    read: ({ api, window }) => api.list(path, key, { query: { period: window.start.slice(0, 10) } }),
  };
}

const API_CALLS = 'https://docs.segmentapis.com/tag/API-Calls';
const MTU = 'https://docs.segmentapis.com/tag/Monthly-Tracked-Users';

export const usageApiCallsPerSourceDaily = usage({
  name: 'usage_api_calls_per_source_daily',
  description:
    'API calls of each source, day by day, cumulative within the month; one request per month and page',
  path: '/usage/api-calls/sources/daily',
  key: 'dailyPerSourceAPICallsUsage',
  docs: API_CALLS,
  primaryKey: ['sourceId', 'timestamp'],
  schema: apiCallsPerSource,
});

export const usageApiCallsWorkspaceDaily = usage({
  name: 'usage_api_calls_workspace_daily',
  description:
    'API calls of the workspace, day by day, cumulative within the month; one request per month and page',
  path: '/usage/api-calls/daily',
  key: 'dailyWorkspaceAPICallsUsage',
  docs: API_CALLS,
  primaryKey: ['timestamp'],
  schema: apiCallsWorkspace,
});

export const usageMtuPerSourceDaily = usage({
  name: 'usage_mtu_per_source_daily',
  description:
    'Monthly tracked users of each source, day by day, cumulative within the month; one request per month and page',
  path: '/usage/mtu/sources/daily',
  key: 'dailyPerSourceMTUUsage',
  docs: MTU,
  primaryKey: ['sourceId', 'timestamp'],
  schema: mtuPerSource,
});

export const usageMtuWorkspaceDaily = usage({
  name: 'usage_mtu_workspace_daily',
  description:
    'Monthly tracked users of the workspace, day by day, cumulative within the month; one request per month and page',
  path: '/usage/mtu/daily',
  key: 'dailyWorkspaceMTUUsage',
  docs: MTU,
  primaryKey: ['timestamp'],
  schema: mtuWorkspace,
});
