/** Roles, invites, and who belongs to which group. */
import { hash } from '../../kit/random.ts';
import { byId, owned, STABLE, told, untold } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { invite, role } from '../data/people.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const group = (asked: Asked): Row => byId('groups', asked, asked.id);

/** About half of a list; the second group (and every third from there) has none. */
function partOf(list: string, world: World, { id }: Row): Row[] {
  if (world.estate.groups.findIndex((row) => row['id'] === id) % 3 === 1) return [];
  return world.list(list).filter((row) => hash(`${String(id)}/${String(row['id'])}`) % 2 === 0);
}
export const membersOf = (world: World, row: Row): Row[] =>
  partOf('users', world, row).map(({ id, name, email }) => ({ id, name, email }));
const invitesOf = below(['email'], (world: World, row: Row) => partOf('invites', world, row));

export const access: Family = {
  collections: {
    invites: { size: () => 7, make: invite },
    roles: { size: () => 7, make: role },
  },
  operations: [
    { path: '/roles', list: 'roles', ...untold, end: 'absent', ...owned('roles') },
    { path: '/invites', list: 'invites', bare: 'email', ...told, end: 'absent', ...owned('invites') },
    {
      path: '/groups/{id}',
      versions: STABLE,
      get: (asked) => ({ userGroup: asked.world.leaving(group(asked)) }),
    },
    {
      path: '/groups/{id}/users',
      list: 'users',
      ...told,
      end: 'null',
      // Whoever is a member is a user.
      ...owned('users', (asked) => membersOf(asked.world, group(asked))),
    },
    {
      path: '/groups/{id}/invites',
      list: 'emails',
      bare: 'email',
      ...told,
      end: 'absent',
      ...invitesOf.at((asked) => [group(asked)]),
    },
  ],
  tables: {
    // Of bare addresses, which have no fields.
    group_invites: {
      isMade: true,
      key: ['groupId', 'email'],
      rows: (world) =>
        world
          .list('groups')
          .flatMap((row) => invitesOf(world, row).map(({ email }) => ({ groupId: row['id'], email }))),
    },
    group_members: {
      key: ['groupId', 'id'],
      rows: (world) =>
        world
          .list('groups')
          .flatMap((row) => membersOf(world, row).map((user) => ({ ...user, groupId: row['id'] }))),
    },
    invites: {
      isMade: true,
      key: ['email'],
      rows: (world) => world.list('invites').map(({ email }) => ({ email })),
    },
    roles: { key: ['id'], rows: (world) => world.list('roles') },
  },
};
