/** Users, groups, and what they may do. */
import { random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name } from './names.ts';

const ROLES = [
  'Workspace Owner',
  'Workspace Member',
  'Source Admin',
  'Warehouse Admin',
  'Minimal Workspace Access',
];

interface Resources {
  workspaceId: string;
  sourceIds: readonly string[];
}

function permission(random: Random, { workspaceId, sourceIds }: Resources): Row {
  const role = random.int(ROLES.length);
  const onSource = ROLES[role] === 'Source Admin' && sourceIds.length > 0;
  return {
    roleId: `role-${role}`,
    roleName: ROLES[role],
    resources: onSource
      ? [{ id: random.pick(sourceIds), type: 'SOURCE' }]
      : [{ id: workspaceId, type: 'WORKSPACE', labels: [{ key: 'environment', value: 'prod' }] }],
    ...(random.int(3) === 0 ? { labels: [{ key: 'team', value: 'Größe', description: '' }] } : {}),
  };
}

/** Answers recorded from the real API have users with permissions and users without the field. */
function permissions(random: Random, resources: Resources): Row {
  const chance = random.int(5);
  if (chance === 0) return {};
  if (chance === 1) return { permissions: null };
  return { permissions: Array.from({ length: random.int(3) }, () => permission(random, resources)) };
}

export function user(seed: number, index: number, resources: Resources): Row {
  const random = seeded(seed, 'user', index);
  return {
    id: random.id(),
    name: name(random),
    email: index % 7 === 3 ? `zoë+${index}@bücher.example` : `person${index}@shop.example`,
    ...permissions(random, resources),
  };
}

export function group(seed: number, index: number, resources: Resources): Row {
  const random = seeded(seed, 'group', index);
  return {
    id: random.id(),
    name: name(random),
    memberCount: random.int(40),
    ...permissions(random, resources),
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
