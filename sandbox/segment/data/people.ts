/** Users, groups, and what they may do. */
import { hash, random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name } from './names.ts';

const ROLES = [
  'Workspace Owner',
  'Workspace Member',
  'Source Admin',
  'Warehouse Admin',
  'Minimal Workspace Access',
  'PII Access',
];

interface Resources {
  workspaceId: string;
  /** Ids by type. */
  ids: Readonly<Record<string, readonly string[]>>;
}

const PROD = { key: 'environment', value: 'prod' };
const LABELS = [
  PROD,
  { key: 'region', value: 'eu', description: 'Where it lives' },
  { key: 'a:b', value: 'c' },
];

/** What a role is granted on: the workspace in one of its ways, some resources, one that is gone, or nothing that is told. */
function resources(random: Random, { workspaceId, ids }: Resources): Row[] {
  const workspace = { id: workspaceId, type: 'WORKSPACE' };
  const types = Object.keys(ids).filter((type) => (ids[type] ?? []).length > 0);
  switch (random.int(8)) {
    case 0:
    case 1:
      return [workspace];
    case 2:
      return [{ ...workspace, labels: [] }];
    case 3:
      return [{ ...workspace, labels: LABELS.slice(0, 1 + random.int(3)).reverse() }];
    case 4:
      return [{ id: random.id(), type: 'SOURCE' }];
    case 5:
      return random.int(3) === 0 ? [] : [workspace];
    default:
      return Array.from({ length: 1 + random.int(3) }, () => {
        const type = random.pick(types);
        return { id: random.pick(ids[type] ?? []), type, ...(random.int(2) === 0 ? { labels: null } : {}) };
      });
  }
}

function permission(random: Random, all: Resources): Row {
  const role = random.int(ROLES.length);
  return {
    roleId: `role-${role}`,
    roleName: ROLES[role],
    resources: resources(random, all),
    ...(random.int(3) === 0 ? { labels: [{ key: 'team', value: 'Größe', description: '' }] } : {}),
  };
}

/** Answers recorded from the real API have users with permissions and users without the field. */
function permissions(random: Random, all: Resources): Row {
  if (random.int(6) === 0) return { permissions: null };
  const granted = Array.from({ length: random.int(4) }, () => permission(random, all));
  // Some are granted twice.
  return { permissions: random.int(3) === 0 ? [...granted, ...granted.slice(0, 1)] : granted };
}

/** A row as its list has it: some lists leave out the permissions that the object itself shows. */
export function asListed(row: Row): Row {
  if (hash(`${String(row['id'])}/listed`) % 3 !== 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([field]) => field !== 'permissions'));
}

const owner = ({ workspaceId }: Resources): Row => ({
  permissions: [
    { roleId: 'role-0', roleName: ROLES[0], resources: [{ id: workspaceId, type: 'WORKSPACE', labels: [] }] },
  ],
});

export function user(seed: number, index: number, all: Resources): Row {
  const random = seeded(seed, 'user', index);
  return {
    id: random.id(),
    name: name(random),
    email: index % 7 === 3 ? `zoë+${index}@bücher.example` : `person${index}@shop.example`,
    // A workspace has an owner.
    ...(index === 0 ? owner(all) : permissions(random, all)),
  };
}

export function group(seed: number, index: number, all: Resources): Row {
  const random = seeded(seed, 'group', index);
  return {
    id: random.id(),
    name: name(random),
    memberCount: random.int(40),
    ...permissions(random, all),
  };
}

export function role(seed: number, index: number): Row {
  const random = seeded(seed, 'role', index);
  return {
    id: `role-${index}`,
    name: ROLES[index] ?? name(random),
    description: index % 3 === 2 ? '' : `May do «${index}» — nothing else 🔑`,
  };
}

/** The API shows no more of an invite than its address. */
export function invite(seed: number, index: number): Row {
  const random = seeded(seed, 'invite', index);
  const email =
    index % 4 === 2
      ? `Ünïcode+${index}'s@bücher.example`
      : `guest${index}.${random.id(4)}@${random.pick(['shop.example', 'Agency.EXAMPLE'])}`;
  return { id: email, email };
}
