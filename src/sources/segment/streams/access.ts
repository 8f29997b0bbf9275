import type { Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { group, user } from '../schemas/access.ts';

export const groups: Stream<SegmentApi> = {
  name: 'groups',
  description: 'User groups of the workspace and the roles that they grant',
  endpoint: 'GET /groups',
  docs: 'https://docs.segmentapis.com/tag/IAM-Groups',
  primaryKey: ['id'],
  schema: group,
  gate: 'a Business plan with User Groups and a token with the Workspace Owner role',
  read: ({ api }) => api.list('/groups', 'userGroups'),
};

export const users: Stream<SegmentApi> = {
  name: 'users',
  description: 'People with access to the workspace and the roles granted to them directly',
  endpoint: 'GET /users',
  docs: 'https://docs.segmentapis.com/tag/IAM-Users',
  primaryKey: ['id'],
  schema: user,
  gate: 'a token with the Workspace Owner role',
  read: ({ api }) => api.list('/users', 'users'),
};
