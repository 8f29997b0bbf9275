import type { Parent, Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { group, groupInvite, groupMember, invite, role, user } from '../schemas/access.ts';

const ROLES = 'https://docs.segmentapis.com/tag/IAM-Roles';
const USERS = 'https://docs.segmentapis.com/tag/IAM-Users';
const GROUPS = 'https://docs.segmentapis.com/tag/IAM-Groups';
export const OWNER = 'a token with the Workspace Owner role';
export const OWNER_OF_GROUPS = 'a Business plan with User Groups and a token with the Workspace Owner role';

export const groups: Stream<SegmentApi> = {
  name: 'groups',
  description: 'User groups of the workspace and the roles that they grant',
  endpoint: 'GET /groups',
  docs: GROUPS,
  primaryKey: ['id'],
  schema: group,
  refersTo: { 'permissions.roleId': ['roles'] },
  gate: OWNER_OF_GROUPS,
  read: ({ api }) => api.list('/groups', 'userGroups'),
};

export const users: Stream<SegmentApi> = {
  name: 'users',
  description: 'People with access to the workspace and the roles granted to them directly',
  endpoint: 'GET /users',
  docs: USERS,
  primaryKey: ['id'],
  schema: user,
  refersTo: { 'permissions.roleId': ['roles'] },
  gate: OWNER,
  read: ({ api }) => api.list('/users', 'users'),
};

export const roles: Stream<SegmentApi> = {
  name: 'roles',
  description: 'Roles that users and groups can be given',
  endpoint: 'GET /roles',
  docs: ROLES,
  primaryKey: ['id'],
  schema: role,
  gate: OWNER,
  read: ({ api }) => api.list('/roles', 'roles'),
};

export const invites: Stream<SegmentApi> = {
  name: 'invites',
  description: 'Email addresses that were invited to the workspace and have not joined yet',
  endpoint: 'GET /invites',
  docs: USERS,
  primaryKey: ['email'],
  schema: invite,
  gate: OWNER,
  read: ({ api }) => api.list('/invites', 'invites', { field: 'email' }),
};

export const eachGroup: Parent<SegmentApi> = {
  stream: groups,
  keep: ['id'],
  path: ({ id }) => `/groups/${encodeURIComponent(String(id))}`,
};

export const groupMembers: Stream<SegmentApi> = {
  name: 'group_members',
  description: 'Users in each group; one request per group',
  endpoint: 'GET /groups/{id}/users',
  docs: GROUPS,
  primaryKey: ['groupId', 'id'],
  schema: groupMember,
  refersTo: { id: ['users'] },
  parent: eachGroup,
  gate: OWNER_OF_GROUPS,
  read: ({ api, parent }) => api.list(`${eachGroup.path(parent)}/users`, 'users'),
  inject: ({ parent }) => ({ groupId: parent['id'] }),
};

export const groupInvites: Stream<SegmentApi> = {
  name: 'group_invites',
  description:
    'Email addresses that were invited to each group and have not joined yet; one request per group',
  endpoint: 'GET /groups/{id}/invites',
  docs: GROUPS,
  primaryKey: ['groupId', 'email'],
  schema: groupInvite,
  parent: eachGroup,
  gate: OWNER_OF_GROUPS,
  read: ({ api, parent }) => api.list(`${eachGroup.path(parent)}/invites`, 'emails', { field: 'email' }),
  inject: ({ parent }) => ({ groupId: parent['id'] }),
};
