import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { label, workspaceRecord } from '../schemas/workspace.ts';

export const workspace: Stream<SegmentApi> = {
  name: 'workspace',
  description: 'The workspace that the token belongs to: one row',
  endpoint: 'GET /',
  docs: 'https://docs.segmentapis.com/tag/Workspaces',
  primaryKey: ['id'],
  schema: workspaceRecord,
  async *read({ api }) {
    yield [await api.object('/')];
  },
};

export const labels: Stream<SegmentApi> = {
  name: 'labels',
  description: 'Labels of the workspace, by which access to sources and spaces can be granted',
  endpoint: 'GET /labels',
  docs: 'https://docs.segmentapis.com/tag/Labels',
  primaryKey: ['key', 'value'],
  schema: label,
  read: ({ api }) => api.whole('/labels', 'labels'),
};
