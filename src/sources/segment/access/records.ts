/** Who can do what, one row for each way in which it is granted. Pure: lists in, rows out. */
import type { Row } from '../../../engine/stream.ts';
import type { Activity } from './activity.ts';
import { keyOfParts } from './grants.ts';

export interface AccessLists {
  readonly workspace: Row;
  readonly users: readonly Row[];
  /** Users, each with the `groupId` of a group that it is in. */
  readonly members: readonly Row[];
  readonly pathsOf: PathsOf;
  readonly invites: readonly Row[];
  readonly roles: readonly Row[];
  /** The name of a resource, by its type and id; null where it has none. */
  readonly nameOf: (type: unknown, id: unknown) => unknown;
  readonly isPrivileged: (roleId: unknown, roleName: unknown) => boolean;
  /** Absent where there is no audit trail to be read. */
  readonly activity: Activity | undefined;
  /** ISO 8601. */
  readonly snapshotAt: string;
}

/** A grant, and the group that it comes through. */
interface Path {
  readonly grant: Row;
  readonly group?: Row;
}

/** How a user has what: none where they have nothing, neither themselves nor through a group. */
type PathsOf = (user: Row) => readonly Path[];

/**
 * The rows of each principal, one principal after the other: a row for each path to each grant, or one without a role for a
 * user of the list who has none; and one for each pending invite.
 */
export function* accessRecords(lists: AccessLists): Generator<Row[]> {
  const recordOf = recorder(lists);
  const listed = new Set(lists.users.map(({ id }) => id));
  for (const user of principals(lists)) {
    const paths = lists.pathsOf(user);
    if (paths.length > 0) yield paths.map((path) => recordOf(user, path));
    // A member whom the list does not have came or went meanwhile, so we cannot say that they have no role.
    else if (listed.has(user['id'])) yield [recordOf(user)];
  }
  for (const { email } of lists.invites) yield [recordOf({ email })];
}

/**
 * Finds how users have what: `grants` have the `userId` or the `groupId` of who has them, `members` the `groupId` of a group that they
 * are in. What was seen of a group that has gone since is no path any more.
 */
export function pathFinder(lists: {
  readonly groups: readonly Row[];
  readonly members: readonly Row[];
  readonly grants: readonly Row[];
}): PathsOf {
  const direct = grouped(lists.grants, 'userId');
  const ofGroup = grouped(lists.grants, 'groupId');
  const groups = new Map(lists.groups.map((group) => [group['id'], group]));
  const memberships = grouped(lists.members, 'id');
  return ({ id: userId }) => {
    const ids = new Set(memberships.get(userId)?.map(({ groupId }) => groupId));
    const inherited = [...ids].flatMap((id) => {
      const group = groups.get(id);
      return group ? (ofGroup.get(id) ?? []).map((grant) => ({ grant, group })) : [];
    });
    return [...(direct.get(userId) ?? []).map((grant) => ({ grant })), ...inherited];
  };
}

/** The rows by the value of a field. */
function grouped(rows: readonly Row[], field: string): ReadonlyMap<unknown, readonly Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const group = groups.get(row[field]);
    if (group) group.push(row);
    else groups.set(row[field], [row]);
  }
  return groups;
}

/** All users; and members of groups that the list of users does not have, as somebody can join while they are read. */
function principals({ users, members }: AccessLists): readonly Row[] {
  const all = new Map(members.map((member) => [member['id'], member]));
  for (const user of users) all.set(user['id'], user);
  return [...all.values()];
}

/** Makes a record of a principal and a path; of one without an id, who was only invited. */
function recorder({ workspace, roles, nameOf, isPrivileged, activity, snapshotAt }: AccessLists) {
  const roleById = new Map(roles.map((role) => [role['id'], role]));
  return ({ id, name, email }: Row, { grant, group }: Partial<Path> = {}): Row => {
    const isUser = id !== undefined;
    const emailLowercase = typeof email === 'string' ? email.toLowerCase() : null;
    const role = roleById.get(grant?.['roleId']);
    const roleName = role?.['name'] ?? grant?.['roleName'] ?? null;
    const resourceName = grant ? nameOf(grant['resourceType'], grant['resourceId']) : null;
    return {
      accessRecordId: keyOfParts([
        isUser ? ['user', id] : ['invite', email],
        grant?.['permissionKey'],
        group?.['id'],
      ]),
      workspaceId: workspace['id'],
      workspaceSlug: workspace['slug'],
      workspaceName: workspace['name'],
      snapshotAt,
      principalType: isUser ? 'user' : 'invite',
      accountType: 'human',
      userId: id ?? null,
      email: email ?? null,
      emailLowercase,
      name: name ?? null,
      ...partsOf(name),
      status: isUser ? 'ACTIVE' : 'PENDING',
      permissionKey: grant?.['permissionKey'] ?? null,
      roleId: grant?.['roleId'] ?? null,
      roleName,
      roleDescription: role?.['description'] ?? null,
      isPrivileged: grant !== undefined && isPrivileged(grant['roleId'], roleName),
      resourceType: grant?.['resourceType'] ?? null,
      resourceId: grant?.['resourceId'] ?? null,
      resourceName,
      scope: grant?.['scope'] ?? null,
      labels: grant?.['labels'] ?? null,
      grantType: grant ? (group ? 'group' : 'direct') : null,
      groupId: group?.['id'] ?? null,
      groupName: group?.['name'] ?? null,
      entitlementSlug: grant ? slugOf(roleName) : null,
      entitlementDisplay: grant ? inWords(grant, roleName, resourceName) : null,
      lastActivityAt: isUser && activity ? activity.lastOf(id, email) : null,
      lastActivitySource: isUser && activity ? 'audit_trail' : null,
      lastLoginAt: null,
      mfaEnabled: null,
      ssoEnabled: null,
      createdAt: null,
    };
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The one name that Segment has, parted at its first blank. */
function partsOf(name: unknown): { firstName: string | null; lastName: string | null } {
  const whole = text(name).trim();
  const [first = ''] = whole.split(/\s/u, 1);
  return { firstName: first || null, lastName: whole.slice(first.length).trim() || null };
}

/** `Source Read-only` as `source_read_only`. */
export const slugOf = (roleName: unknown): string =>
  text(roleName)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');

function inWords(grant: Row, roleName: unknown, resourceName: unknown): string {
  const role = text(roleName) || text(grant['roleId']);
  const resource = text(resourceName) || text(grant['resourceId']);
  if (resource === '') return role;
  const labels = (grant['labels'] as readonly string[] | null) ?? [];
  const where = labels.length > 0 ? ` where ${labels.join(' and ')}` : '';
  return `${role} on ${grant['resourceType'] === 'WORKSPACE' ? 'the workspace ' : ''}${resource}${where}`;
}
