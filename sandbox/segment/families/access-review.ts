/** Who can do what: the truth of the tables that a connector makes of permissions, spelled out row by row. */
import { createHash } from 'node:crypto';
import type { Row } from '../contract.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';
import { membersOf } from './access.ts';

const sha = (parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
const rowsIn = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);

/** Each role, resource and set of labels once, whatever their order. */
function grants(permissions: unknown): Row[] {
  const all: Row[] = [];
  for (const permission of rowsIn(permissions)) {
    const { roleId, roleName, resources, labels } = permission;
    const reached = rowsIn(resources);
    for (const resource of reached.length === 0 ? [{} as Row] : reached) {
      const texts = new Set(
        [...rowsIn(labels), ...rowsIn(resource['labels'])].map(({ key, value }) =>
          JSON.stringify([key, value]),
        ),
      );
      const pairs = [...texts].sort().map((text) => JSON.parse(text) as string[]);
      const permissionKey = sha([roleId, resource['type'], resource['id'], pairs]);
      const whole = resource['type'] === 'WORKSPACE' ? 'ALL' : 'SPECIFIC';
      const plain = resource['type'] === undefined ? null : whole;
      all.push({
        permissionKey,
        roleId,
        roleName,
        resourceType: resource['type'] ?? null,
        resourceId: resource['id'] ?? null,
        scope: pairs.length > 0 ? 'LABELED' : plain,
        labels: pairs.map(([key, value]) => `${key}:${value}`),
      });
    }
  }
  return all.filter(
    (grant, index) => all.findIndex((one) => one['permissionKey'] === grant['permissionKey']) === index,
  );
}

function nameOf(world: World, type: unknown, id: unknown): unknown {
  if (type === 'WORKSPACE') return world.estate.identity['name'];
  const lists: Record<string, string> = {
    SOURCE: 'sources',
    WAREHOUSE: 'warehouses',
    SPACE: 'spaces',
    FUNCTION: 'functions',
  };
  const list = lists[String(type)];
  const row = list && world.list(list).find((one) => String(one['id']).endsWith(String(id)));
  if (!row) return null;
  const { displayName, name, slug, settings } = row as Row & { settings?: Row };
  return displayName || name || slug || settings?.['name'] || null;
}

/** The newest event of an actor, under either spelling, or with the address; up to the second that the answers' Date tells. */
function lastActivity(world: World): (user: Row) => string | null {
  const now = world.clock.now();
  const told = now - (now % 1000);
  const trail = world.audit.window(told - 90 * 86_400_000 + 60_000, told, now);
  const events = trail.slice(0, trail.length);
  return ({ id, email }) => {
    const own = events.find(
      ({ actor, actorEmail }) =>
        actor === id ||
        actor === `users/${String(id)}` ||
        String(actorEmail).toLowerCase() === String(email).toLowerCase(),
    );
    return own ? new Date(String(own['timestamp'])).toISOString() : null;
  };
}

function* accessRecords(world: World): Generator<Row> {
  const { id, slug, name } = world.estate.identity;
  const last = lastActivity(world);
  const roles = world.list('roles');
  const common = {
    workspaceId: id,
    workspaceSlug: slug,
    workspaceName: name,
    accountType: 'human',
    lastLoginAt: null,
    mfaEnabled: null,
    ssoEnabled: null,
    createdAt: null,
  };
  const record = (principal: Row, key: unknown[], grant?: Row, group?: Row): Row => {
    const role = roles.find((one) => one['id'] === grant?.['roleId']);
    const roleName = grant ? (role?.['name'] ?? grant['roleName']) : null;
    const resource = grant ? nameOf(world, grant['resourceType'], grant['resourceId']) : null;
    const labels = rowsIn(grant?.['labels']) as unknown as string[];
    const place = (resource || grant?.['resourceId']) as string | undefined;
    const reach = grant?.['resourceType'] === 'WORKSPACE' ? 'the workspace ' : '';
    const where = labels.length > 0 ? ` where ${labels.join(' and ')}` : '';
    const inWords = place ? `${String(roleName)} on ${reach}${place}${where}` : roleName;
    return {
      ...common,
      ...principal,
      accessRecordId: sha([key, grant?.['permissionKey'], group?.['id']]),
      permissionKey: grant?.['permissionKey'] ?? null,
      roleId: grant?.['roleId'] ?? null,
      roleName,
      roleDescription: role?.['description'] ?? null,
      isPrivileged: / Admin$|^Workspace Owner$|^PII Access$/.test(String(roleName)),
      resourceType: grant?.['resourceType'] ?? null,
      resourceId: grant?.['resourceId'] ?? null,
      resourceName: resource,
      scope: grant?.['scope'] ?? null,
      labels: grant?.['labels'] ?? null,
      grantType: grant ? (group ? 'group' : 'direct') : null,
      groupId: group?.['id'] ?? null,
      groupName: group?.['name'] ?? null,
      entitlementSlug: grant ? String(roleName).toLowerCase().replaceAll(/[ -]/g, '_') : null,
      entitlementDisplay: grant ? inWords : null,
    };
  };
  for (const user of world.list('users')) {
    const principal = {
      principalType: 'user',
      userId: user['id'],
      email: user['email'],
      emailLowercase: String(user['email']).toLowerCase(),
      name: user['name'],
      firstName: /\S+/.exec(String(user['name']))?.[0] ?? null,
      lastName: /\S+\s+(\S[^]*?)\s*$/.exec(String(user['name']))?.[1] ?? null,
      status: 'ACTIVE',
      lastActivityAt: last(user),
      lastActivitySource: 'audit_trail',
    };
    const key = ['user', user['id']];
    const records = grants(user['permissions']).map((grant) => record(principal, key, grant));
    for (const group of world.list('groups')) {
      if (!membersOf(world, group).some((member) => member['id'] === user['id'])) continue;
      for (const grant of grants(group['permissions'])) records.push(record(principal, key, grant, group));
    }
    if (records.length === 0) records.push(record(principal, key));
    yield* records;
  }
  for (const { email } of world.list('invites')) {
    const emailLowercase = String(email).toLowerCase();
    const principal = { principalType: 'invite', status: 'PENDING', email, emailLowercase };
    const unknown = {
      userId: null,
      name: null,
      firstName: null,
      lastName: null,
      lastActivityAt: null,
      lastActivitySource: null,
    };
    yield record({ ...principal, ...unknown }, ['invite', email]);
  }
}

export const accessReview: Family = {
  operations: [],
  tables: {
    user_permissions: {
      key: ['userId', 'permissionKey'],
      isMade: true,
      rows: (world) =>
        world
          .list('users')
          .flatMap(({ id, name, email, permissions }) =>
            grants(permissions).map((grant) => ({ ...grant, userId: id, userName: name, userEmail: email })),
          ),
    },
    group_permissions: {
      key: ['groupId', 'permissionKey'],
      isMade: true,
      rows: (world) =>
        world
          .list('groups')
          .flatMap(({ id, name, permissions }) =>
            grants(permissions).map((grant) => ({ ...grant, groupId: id, groupName: name })),
          ),
    },
    access_records: { key: ['accessRecordId'], isMade: true, rows: accessRecords },
  },
};
