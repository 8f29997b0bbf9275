/** Who can do what, flat: made of the lists of `access.ts`, with a request of its own only where these are not enough. */
import { configError, ConnectorError } from '../../../engine/errors.ts';
import type { Parent, ReadContext, Row, Stream } from '../../../engine/stream.ts';
import { iso } from '../../../engine/windows.ts';
import { activityIn } from '../access/activity.ts';
import { grantsOf } from '../access/grants.ts';
import { privilege } from '../access/privileged.ts';
import { accessRecords as recordsOf, pathFinder, type AccessLists } from '../access/records.ts';
import type { SegmentApi } from '../api.ts';
import { isGone } from '../explain.ts';
import { accessRecord, groupPermission, userPermission } from '../schemas/access-review.ts';
import { eachGroup, groupMembers, groups, invites, OWNER, OWNER_OF_GROUPS, roles, users } from './access.ts';
import { functions } from './functions.ts';
import { sources } from './sources.ts';
import { spaces } from './spaces.ts';
import { warehouses } from './warehouses.ts';
import { workspace } from './workspace.ts';

/** The roles of a user or group: from its list where that has them, else from the object itself. */
async function permissionsOf({ api, parent }: ReadContext<SegmentApi>, { path }: Parent<SegmentApi>) {
  // Absent there too means none (*unverified*): https://docs.segmentapis.com/tag/IAM-Users
  return parent['permissions'] ?? (await api.object(path(parent)))['permissions'];
}

const eachUser: Parent<SegmentApi> = {
  stream: users,
  keep: ['id', 'name', 'email', 'permissions'],
  path: ({ id }) => `/users/${encodeURIComponent(String(id))}`,
};

export const userPermissions: Stream<SegmentApi> = {
  name: 'user_permissions',
  description:
    'What is granted to each user directly: one row per role, resource and set of labels; ' +
    'one request per user whose permissions are not in the list of users',
  endpoint: 'GET /users/{id}',
  docs: 'https://docs.segmentapis.com/tag/IAM-Users',
  primaryKey: ['userId', 'permissionKey'],
  schema: userPermission,
  parent: eachUser,
  gate: OWNER,
  async *read(context) {
    yield grantsOf(await permissionsOf(context, eachUser));
  },
  inject: ({ parent: { id, name, email } }) => ({ userId: id, userName: name, userEmail: email }),
};

const eachGroupWithAll: Parent<SegmentApi> = { ...eachGroup, keep: ['id', 'name', 'permissions'] };

export const groupPermissions: Stream<SegmentApi> = {
  name: 'group_permissions',
  description:
    'What is granted to each group: one row per role, resource and set of labels; ' +
    'one request per group whose permissions are not in the list of groups',
  endpoint: 'GET /groups/{id}',
  docs: 'https://docs.segmentapis.com/tag/IAM-Groups',
  primaryKey: ['groupId', 'permissionKey'],
  schema: groupPermission,
  parent: eachGroupWithAll,
  gate: OWNER_OF_GROUPS,
  async *read(context) {
    yield grantsOf(await permissionsOf(context, eachGroupWithAll));
  },
  inject: ({ parent: { id, name } }) => ({ groupId: id, groupName: name }),
};

const GRANT = ['permissionKey', 'roleId', 'roleName', 'resourceType', 'resourceId', 'scope', 'labels'];

/** Where the names of resources are, by their type in a grant. A warehouse's name is a setting (*unverified*). */
const RESOURCES: Readonly<
  Record<string, { stream: Stream<SegmentApi>; keep: string[]; name: (row: Row) => unknown }>
> = {
  WORKSPACE: { stream: workspace, keep: ['id', 'slug', 'name'], name: ({ name, slug }) => name || slug },
  SOURCE: { stream: sources, keep: ['id', 'slug', 'name'], name: ({ name, slug }) => name || slug },
  WAREHOUSE: {
    stream: warehouses,
    keep: ['id', 'settings'],
    name: ({ settings }) => (settings as Row | null | undefined)?.['name'],
  },
  SPACE: { stream: spaces, keep: ['id', 'slug', 'name'], name: ({ name, slug }) => name || slug },
  FUNCTION: { stream: functions, keep: ['id', 'displayName'], name: ({ displayName }) => displayName },
};

export const accessRecords: Stream<SegmentApi> = {
  name: 'access_records',
  description:
    'Who can do what: one row per user or invite, grant, and way in which it is granted (directly or through a group), ' +
    'with the names joined in; made of the lists of users, groups, members, invites, roles and resources, each asked for once, ' +
    'one request per user who has no role, and one per page of the audit trail',
  endpoint: 'GET /users',
  docs: 'https://docs.segmentapis.com/tag/IAM-Users',
  primaryKey: ['accessRecordId'],
  schema: accessRecord,
  joins: [
    { stream: users, keep: ['id', 'name', 'email'] },
    { stream: userPermissions, keep: ['userId', ...GRANT] },
    { stream: groups, keep: ['id', 'name'] },
    { stream: groupMembers, keep: ['groupId', 'id', 'name', 'email'] },
    { stream: groupPermissions, keep: ['groupId', ...GRANT] },
    { stream: invites, keep: ['email'] },
    { stream: roles, keep: ['id', 'name', 'description'] },
    ...Object.values(RESOURCES).map(({ stream, keep }) => ({ stream, keep })),
  ],
  gate: OWNER,
  async *read({ api, rowsOf }) {
    const { hasGroups, hasActivity, privilegedRoles } = api.review;
    // Ahead of the groups: what closes both, as a token that ended, is not for want of groups.
    const direct = rowsOf(userPermissions);
    const groupList = hasGroups ? groupsOrHint(rowsOf) : [];
    const ofGroups = (stream: Stream<SegmentApi>) => (hasGroups ? rowsOf(stream) : []);
    const grants = [...direct, ...ofGroups(groupPermissions)];
    // A workspace has an owner: where nobody has anything, it is this token that cannot see it.
    if (grants.length === 0 && rowsOf(users).length > 0)
      throw configError(
        `access_records: Segment shows no role of anybody, so this token cannot see them; use ${OWNER}.`,
      );
    const members = ofGroups(groupMembers);
    const pathsOf = pathFinder({ groups: groupList, members, grants });
    const listed = rowsOf(users);
    const gone = await goneAmong(
      listed.filter((user) => pathsOf(user).length === 0),
      api,
    );
    yield* recordsOf({
      users: listed.filter((user) => !gone.has(user)),
      members,
      pathsOf,
      workspace: rowsOf(workspace)[0] ?? {},
      invites: rowsOf(invites),
      roles: rowsOf(roles),
      nameOf: namesOf(grants, rowsOf),
      isPrivileged: privilege(privilegedRoles),
      snapshotAt: iso(await api.time()),
      activity: hasActivity ? await activityIn(api) : undefined,
    });
  },
};

/** Who was deleted while the lists were read: of them nobody may read that they were there and had nothing. */
async function goneAmong(suspects: readonly Row[], api: SegmentApi): Promise<ReadonlySet<Row>> {
  const parent = { ...eachUser, keep: ['id'] };
  const areGone = await Promise.all(suspects.map((user) => isGone(parent, user, api)));
  return new Set(suspects.filter((_, index) => areGone[index]));
}

type RowsOf = ReadContext<SegmentApi>['rowsOf'];

/**
 * A plan may have no groups at all, which only the person knows: for us a closed list is one that we cannot see. Where it
 * is open and one group is not, there are groups, and to leave them out would be to lose what they grant.
 */
function groupsOrHint(rowsOf: RowsOf): readonly Row[] {
  try {
    return rowsOf(groups);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failureType !== 'config_error') throw error;
    const hint = 'Where the workspace has no groups, set "access_review.groups" to false.';
    throw new ConnectorError('config_error', `${error.message} ${hint}`, error.internal);
  }
}

/** Names by type and id, from the lists of those types that are granted at all: only these must be readable. */
function namesOf(grants: readonly Row[], rowsOf: RowsOf): AccessLists['nameOf'] {
  const types = new Set(grants.map(({ resourceType }) => resourceType));
  const kinds = Object.entries(RESOURCES).filter(([type]) => types.has(type));
  const names = new Map(
    kinds.flatMap(([type, { stream, name }]) =>
      rowsOf(stream).map((row) => [`${type} ${bare(row['id'])}`, name(row)]),
    ),
  );
  return (type, id) => names.get(`${String(type)} ${bare(id)}`) || null;
}

/** Some ids go with a prefix, such as `ifnd_`, in one place and without in another (*unverified*). */
const bare = (id: unknown): string => String(id).replace(/^[a-z]+_/, '');
