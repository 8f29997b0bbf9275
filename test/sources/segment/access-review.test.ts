/** Who can do what: what a reviewer would get, and what they must never get. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../../sandbox/kit/faults.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { grantsOf } from '../../../src/sources/segment/access/grants.ts';
import { privilege, PRIVILEGED_ROLES } from '../../../src/sources/segment/access/privileged.ts';
import { TestClock } from '../../support/clock.ts';
import { read } from '../../support/in-process.ts';
import { story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const NOW = '2026-11-22T10:30:15.250Z';
let sandbox: Sandbox;
beforeEach(() => use({}));

function use(options: Parameters<typeof createSandbox>[0]) {
  sandbox = createSandbox({ now: NOW, groups: 6, users: 40, ...options });
  network.answerBy(sandbox);
}

const readRecords = async (access_review = {}, faults: readonly Fault[] = [], page_size = 1000) => {
  sandbox.clearFaults();
  for (const fault of faults) sandbox.fault(fault);
  const from = sandbox.requests.length;
  const config = { access_review, page_size };
  const result = await read({ sandbox, streams: ['access_records'], config, clock: new TestClock(NOW) });
  const asked = sandbox.requests.slice(from).map(({ path }) => path);
  const { records, statuses, errors } = story(result.messages, 'access_records');
  return { complete: result.complete, asked, records, statuses, errors };
};
const truthOf = (name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];

describe('the workspace of the tests', () => {
  beforeEach(() => use({ groups: 3 }));
  const has = (is: (row: Row) => unknown) => truthOf('access_records').some((row) => is(row));
  test.each<[string, (row: Row) => unknown]>([
    ['direct grants', (row) => row['grantType'] === 'direct'],
    ['grants through groups', (row) => row['grantType'] === 'group'],
    ['grants on the whole workspace', (row) => row['scope'] === 'ALL'],
    ['grants with several labels', (row) => ((row['labels'] as string[] | null)?.length ?? 0) > 2],
    ['grants on single resources', (row) => row['scope'] === 'SPECIFIC' && row['resourceName']],
    ['grants on resources that are gone', (row) => row['resourceId'] && row['resourceName'] === null],
    ['users without any role', (row) => row['userId'] && row['roleId'] === null],
    ['invites', (row) => row['principalType'] === 'invite'],
  ])('has %s', (_, is) => expect(has(is)).toBe(true));

  test('has groups without members, users whose permissions their list leaves out, and grants that come twice', () => {
    const members = new Set(truthOf('group_members').map(({ groupId }) => groupId));
    expect(truthOf('groups').some(({ id }) => !members.has(id))).toBe(true);
    expect(truthOf('users').some((row) => !('permissions' in row))).toBe(true);
    const twice = truthOf('users').flatMap(({ permissions }) => {
      const texts = ((permissions ?? []) as Row[]).map((one) => JSON.stringify(one));
      return texts.filter((text, index) => texts.indexOf(text) !== index);
    });
    expect(twice.length).toBeGreaterThan(0);
  });
});

describe('access_records', () => {
  test('asks for each list once, for the members of each group once, and for the users that their list says nothing of', async () => {
    const { complete, asked } = await readRecords();
    expect(complete).toBe(true);
    const times = (path: RegExp) => asked.filter((one) => path.test(one)).length;
    expect(times(/^\/groups\/[^/]+\/users$/)).toBe(6);
    // A list without a length is read until two readings agree only where it has more than a page.
    for (const list of [/^\/users$/, /^\/groups$/, /^\/invites$/, /^\/roles$/]) expect(times(list)).toBe(1);
    const silent = truthOf('users').filter(
      ({ permissions }) => permissions === undefined || permissions === null,
    );
    const without = truthOf('access_records').filter((row) => row['userId'] && row['roleId'] === null);
    expect(times(/^\/users\/[^/]+$/)).toBe(silent.length + without.length);
  });

  test('has one moment in all rows', async () => {
    const { records } = await readRecords();
    expect(new Set(records.map((row) => row['snapshotAt'])).size).toBe(1);
  });

  test('goes on without the audit trail where the plan has none, and says so', async () => {
    const { complete, records } = await readRecords({}, [{ path: '/audit-events', kind: 'forbidden' }]);
    expect(complete).toBe(true);
    expect(records).toHaveLength(truthOf('access_records').length);
    for (const { lastActivityAt, lastActivitySource } of records)
      expect([lastActivityAt, lastActivitySource]).toEqual([null, null]);
  });

  test('does not take what tokens did for the activity of somebody without an address', async () => {
    expect(truthOf('audit_events').some(({ actorEmail }) => actorEmail === undefined)).toBe(true);
    const owner = { roleId: 'r', roleName: 'Workspace Owner', resources: [{ id: 'w', type: 'WORKSPACE' }] };
    const users = ['', undefined].map((email, at) => ({
      id: `nobody${at}`,
      name: '',
      email,
      permissions: [owner],
    }));
    const body = { data: { users, pagination: { current: 'MA==', totalEntries: users.length } } };
    const { records } = await readRecords({}, [{ path: '/users', body }]);
    const own = records.filter(({ userId }) => String(userId).startsWith('nobody'));
    expect(own.map(({ lastActivityAt }) => lastActivityAt)).toEqual([null, null]);
  });

  test('leaves the audit trail alone where nobody asked for it', async () => {
    const { asked } = await readRecords({ last_activity: false });
    expect(asked).not.toContain('/audit-events');
  });

  test('is INCOMPLETE where an answer of the audit trail is broken', async () => {
    const { complete, statuses } = await readRecords({}, [{ path: '/audit-events', status: 500 }]);
    expect([complete, statuses.at(-1)]).toEqual([false, 'INCOMPLETE']);
  });

  test('is INCOMPLETE where the audit trail ends before its count', async () => {
    const body = { data: { events: [], pagination: { current: 'MA==', totalEntries: 5 } } };
    const { complete, statuses } = await readRecords({}, [{ path: '/audit-events', body }]);
    expect([complete, statuses.at(-1)]).toEqual([false, 'INCOMPLETE']);
  });

  test('names the switch where the workspace may have no groups', async () => {
    const { errors } = await readRecords({}, [{ path: '/groups', kind: 'plan' }]);
    expect(errors[0]?.message).toMatch(
      /^access_records needs the list of groups, .* Where the workspace has no groups, set "access_review.groups" to false\.$/,
    );
    const { complete, records } = await readRecords({ groups: false });
    expect(complete).toBe(true);
    expect(records.filter(({ grantType }) => grantType === 'group')).toEqual([]);
    const [direct, users] = [truthOf('user_permissions'), truthOf('users')];
    const granted = new Set(direct.map(({ userId }) => userId));
    const bare = users.filter(({ id }) => !granted.has(id));
    expect(records).toHaveLength(direct.length + bare.length + truthOf('invites').length);
  });

  test.each(['/groups/{id}', '/groups/{id}/users', '*'])(
    'names no switch that would leave out groups which there are: %s',
    async (path) => {
      const { errors } = await readRecords({}, [{ path, kind: path === '*' ? 'unauthorized' : 'forbidden' }]);
      expect(errors).toHaveLength(1);
      expect(errors[0]?.message).not.toContain('access_review.groups');
    },
  );

  test('needs only the lists of resources that are granted', async () => {
    use({ users: 1, groups: 0, seed: 5 });
    const types = new Set(truthOf('user_permissions').map(({ resourceType }) => resourceType));
    const { complete, errors } = await readRecords({}, [{ path: '/spaces', kind: 'forbidden' }]);
    expect([complete, types.has('SPACE'), errors]).toEqual([true, false, []]);
  });

  test('is no list of people without access where the token sees no roles', async () => {
    use({ users: 3, groups: 0 });
    const nobody = { id: 'u1', name: 'A', email: 'a@shop.example', permissions: [] };
    const faults = [{ path: '/users', body: { data: { users: [nobody], pagination: { current: 'MA==' } } } }];
    const { complete, errors, records } = await readRecords({}, faults);
    expect([complete, records]).toEqual([false, []]);
    expect(errors[0]?.message).toMatch(
      /Segment shows no role of anybody, so this token cannot see them; use/,
    );
  });

  test('does not take a user who was deleted meanwhile for one without any role', async () => {
    use({ users: 4, groups: 0 });
    const everywhere = truthOf('access_records').map((row) => row['accessRecordId']);
    sandbox.fault({ path: '/users', kind: 'remove-row', on: [2, 4] });
    const config = { page_size: 1 };
    const { messages, complete } = await read({ sandbox, streams: ['access_records'], config });
    const logs = messages.flatMap(({ log }) => log?.message ?? []);
    const { records } = story(messages, 'access_records');
    expect(complete).toBe(true);
    expect(truthOf('users').length).toBeLessThan(4);
    // One whose roles are not in the list.
    expect(logs.join('\n')).toMatch(/\/users\/\S+ was deleted after it was listed/);
    for (const { accessRecordId } of records) expect(everywhere).toContain(accessRecordId);
  });

  test('lists a member whom the list of users does not have', async () => {
    const [group] = truthOf('groups');
    const stranger = { id: 'new', name: 'New', email: 'new@shop.example' };
    const path = `/groups/${String(group?.['id'])}/users`;
    const body = { data: { users: [stranger], pagination: { current: 'MA==', totalEntries: 1 } } };
    const { complete, records } = await readRecords({}, [{ path, body }]);
    expect(complete).toBe(true);
    expect(records.filter(({ userId }) => userId === 'new').map(({ groupId }) => groupId)).toContain(
      group?.['id'],
    );
  });

  test('does not say of such a member that there is no role', async () => {
    const [group] = truthOf('groups');
    const stranger = { id: 'new', name: 'New', email: 'new@shop.example' };
    const users = { users: [stranger], pagination: { current: 'MA==', totalEntries: 1 } };
    const groups = { userGroups: [{ ...group, permissions: [] }], pagination: { current: 'MA==' } };
    const { complete, records } = await readRecords({}, [
      { path: '/groups', body: { data: groups } },
      { path: `/groups/${String(group?.['id'])}/users`, body: { data: users } },
    ]);
    expect(complete).toBe(true);
    expect(records.filter(({ userId }) => userId === 'new')).toEqual([]);
  });

  test('is silent of a user who had all through groups and was deleted between the lists', async () => {
    const { userId } = truthOf('access_records').find(({ groupId }) => groupId !== null) ?? {};
    const users = truthOf('users').map((user) =>
      user['id'] === userId ? { ...user, permissions: [] } : user,
    );
    network.onRequest(({ url }) => {
      if (/^\/groups\/[^/]+\/users$/.test(url.pathname)) sandbox.remove('users', String(userId));
    });
    const pagination = { current: 'MA==', totalEntries: users.length };
    const { complete, records } = await readRecords({}, [
      { path: '/users', on: 1, body: { data: { users, pagination } } },
    ]);
    expect(complete).toBe(true);
    expect(records.length).toBeGreaterThan(40);
    expect(records.filter((row) => row['userId'] === userId)).toEqual([]);
  });

  test('tells no grant of a group that is deleted while its members are read', async () => {
    const { groupId } = truthOf('access_records').find((row) => row['groupId'] !== null) ?? {};
    let asked = 0;
    network.onRequest(({ url }) => {
      if (url.pathname !== `/groups/${String(groupId)}/users`) return;
      if ((asked += 1) === 2) sandbox.remove('groups', String(groupId));
    });
    const { complete, records } = await readRecords({}, [], 1);
    expect(complete).toBe(true);
    expect(records.filter((row) => row['groupId'] === groupId)).toEqual([]);
    expect(records.map((row) => row['accessRecordId']).sort()).toEqual(
      truthOf('access_records')
        .map((row) => row['accessRecordId'])
        .sort(),
    );
  });

  test('takes its privileged roles from the config', async () => {
    const { records } = await readRecords({ privileged_roles: ['role-1', 'minimal *'] });
    const names = new Set(records.filter((row) => row['isPrivileged']).map((row) => row['roleName']));
    expect(names).toEqual(new Set(['Workspace Member', 'Minimal Workspace Access']));
  });
});

describe('a fault at any request of the chain', () => {
  const CHAIN = [
    '/users',
    '/users/{id}',
    '/groups',
    '/groups/{id}',
    '/groups/{id}/users',
    '/invites',
    '/roles',
    '/sources',
    '/warehouses',
    '/spaces',
    '/functions',
  ];
  const KINDS: Partial<Fault>[] = [
    { kind: 'forbidden' },
    { kind: 'plan' },
    { status: 500 },
    { kind: 'no-data' },
  ];
  test.each(CHAIN.flatMap((path) => KINDS.map((fault) => [path, fault] as const)))(
    'at %s makes it INCOMPLETE, without a row: %j',
    async (path, fault) => {
      const { complete, statuses, records } = await readRecords({}, [{ path, ...fault }]);
      expect([complete, statuses.at(-1), records]).toEqual([false, 'INCOMPLETE', []]);
    },
  );
});

describe('a grant', () => {
  const label = fc.record({ key: fc.string(), value: fc.string() }, { requiredKeys: ['key', 'value'] });
  const labels = fc.option(fc.array(label, { maxLength: 3 }), { nil: null });
  const resource = fc.record({
    id: fc.string(),
    type: fc.constantFrom('WORKSPACE', 'SOURCE', 'SPACE'),
    labels,
  });
  const permission = fc.record({
    roleId: fc.string(),
    roleName: fc.string(),
    resources: fc.array(resource, { maxLength: 3 }),
    labels,
  });
  type Permission = typeof permission extends fc.Arbitrary<infer P> ? P : never;

  const keys = (permissions: unknown) => grantsOf(permissions).map((row) => row['permissionKey']);

  test('has a key that no order and no repetition changes', () => {
    const reversed = (one: Permission) => ({
      ...one,
      labels: one.labels?.toReversed(),
      resources: one.resources.toReversed().map((of) => ({ ...of, labels: of.labels?.toReversed() })),
    });
    fc.assert(
      fc.property(fc.array(permission, { maxLength: 4 }), (permissions) => {
        const all = keys(permissions);
        expect(new Set(all).size).toBe(all.length);
        expect(keys([...permissions.toReversed().map(reversed), ...permissions]).sort()).toEqual(all.sort());
      }),
    );
  });

  test('is lost for no permission, whatever it is on', () => {
    fc.assert(
      fc.property(fc.array(permission, { minLength: 1, maxLength: 4 }), (permissions) => {
        const roles = new Set(grantsOf(permissions).map(({ roleId }) => roleId));
        expect(roles).toEqual(new Set(permissions.map(({ roleId }) => roleId)));
      }),
    );
  });

  test('with labels that read alike is another one', () => {
    const on = (key: string, value: string) => [{ roleId: 'r', resources: [], labels: [{ key, value }] }];
    expect(keys(on('a:b', 'c'))).not.toEqual(keys(on('a', 'b:c')));
  });

  test.each([[{}], ['all'], [[null]], [[{ resources: 'all' }]], [[{ resources: [1] }]], [[{ labels: {} }]]])(
    'of another shape is no grant of nothing: %j',
    (permissions) => {
      expect(() => grantsOf(permissions)).toThrow(/no list of objects, so who may do what is unclear/);
    },
  );
});

test.each([
  ['Workspace Owner', true],
  ['Unify and Engage Admin', true],
  ['End User Privacy Admin', true],
  ['pii access', true],
  ['Source Read-only', false],
  ['Workspace Member', false],
  ['Administrator', false],
  [null, false],
])('%s is privileged: %s', (name, expected) => {
  expect(privilege(PRIVILEGED_ROLES)('id', name)).toBe(expected);
});

test('a name in the list of privileged roles is no expression', () => {
  const is = privilege(['Admin (EU)', 'x*.y']);
  expect([is('', 'Admin (EU)'), is('', 'x1.y'), is('', 'x1zy'), is('Admin (EU)', null)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
