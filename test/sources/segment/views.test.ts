/** access_records in the forms of products: exactly their columns, and nobody lost. */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createSandbox } from '../../../sandbox/segment/index.ts';
import { views } from '../../../src/sources/segment/access/views.ts';
import type { Row } from '../../support/messages.ts';

const { workspace } = createSandbox({ now: '2026-11-22T10:30:15.250Z', groups: 6, users: 60 });
const records = [...(workspace.tables['access_records']?.() ?? [])] as Row[];
const users = records.filter(({ principalType }) => principalType === 'user');
const ids = [...new Set(users.map(({ userId }) => String(userId)))];
const of = (name: string) => {
  const view = views.find((one) => one.name === name);
  if (!view) throw new Error(`no view ${name}`);
  return view;
};
const rowsOf = (name: string, some: readonly Row[] = records) => of(name).rows(some);

/** As the products' documents name them. */
const COLUMNS: Readonly<Record<string, string>> = {
  vanta: 'Account name,Account owner,Role,Status',
  lumos: 'Unique ID,First Name,Last Name,Email,Status,Role',
  conductorone:
    'Last Name,First Name,Full Name,User ID,Username,Email Address,User Status,Manager ID,' +
    'Resource Type,Resource Name,Entitlement,Entitlement Description,Entitlement Display Name,Entitlement Slug',
  sailpoint: 'id,name,email,entitlements',
};
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  vanta: ['Account name', 'Status'],
  lumos: ['Unique ID', 'First Name', 'Last Name', 'Email', 'Status'],
  conductorone: ['User ID', 'Email Address', 'Resource Type', 'Resource Name', 'Entitlement'],
  sailpoint: ['id', 'entitlements'],
  generic: ['Access Record ID', 'Email', 'Status', 'Privileged'],
};

describe.each(views.map(({ name }) => name))('%s', (name) => {
  const { columns } = of(name);

  test('has the columns of its product, also in the page', () => {
    if (name in COLUMNS) expect(columns.join()).toBe(COLUMNS[name]);
    const page = readFileSync(new URL('../../../docs/access-review.md', import.meta.url), 'utf8');
    const line = page.match(new RegExp(`^\\| \`${name}\`.*$`, 'm'))?.[0].split('|')[4] ?? '';
    expect([...line.matchAll(/`(.*?)`/g)].map(([, column]) => column)).toEqual(columns);
  });

  test('gives each row exactly these, and the required ones a value', () => {
    for (const row of rowsOf(name)) {
      expect(Object.keys(row)).toEqual(columns);
      for (const column of REQUIRED[name] ?? []) expect([column, row[column]]).not.toEqual([column, '']);
    }
  });

  test('is empty where there is nobody', () => expect(rowsOf(name, [])).toEqual([]));
});

describe('nobody is lost, and nobody made up', () => {
  test.each([
    ['lumos', 'Unique ID'],
    ['conductorone', 'User ID'],
    ['sailpoint', 'id'],
  ])('in %s', (name, id) => {
    expect([...new Set(rowsOf(name).map((row) => row[id]))].sort()).toEqual([...ids].sort());
  });

  test('in vanta', () => expect(rowsOf('vanta')).toHaveLength(ids.length));

  test('in generic, invites too', () => {
    expect(rowsOf('generic').map((row) => row['Access Record ID'])).toEqual(
      records.map(({ accessRecordId }) => accessRecordId),
    );
    expect(new Set(rowsOf('generic').map(({ Status }) => Status))).toEqual(new Set(['ACTIVE', 'PENDING']));
  });
});

describe('no grant is lost', () => {
  const grantsOf = (id: string) =>
    new Set(users.filter(({ userId }) => userId === id).map(({ permissionKey }) => permissionKey));

  test.each([
    ['conductorone', 'User ID'],
    ['sailpoint', 'id'],
  ])('in %s: a row for each, and one for who has none', (name, column) => {
    const rows = rowsOf(name);
    for (const id of ids) {
      const mine = rows.filter((row) => row[column] === id);
      expect(mine).toHaveLength(grantsOf(id).size);
      expect(new Set(mine.map((row) => JSON.stringify(row))).size).toBe(mine.length);
    }
  });

  test.each(['vanta', 'lumos'])('in %s: each role by its name', (name) => {
    const rows = rowsOf(name);
    ids.forEach((id, index) => {
      const roles = new Set(users.filter(({ userId }) => userId === id).map(({ roleName }) => roleName));
      const told = String(rows[index]?.['Role']).split(',').filter(Boolean);
      expect(new Set(told)).toEqual(new Set([...roles].filter((role) => role !== null)));
    });
  });
});

describe('details', () => {
  const user = (row: Row): Row => ({ ...users[0], principalType: 'user', labels: [], ...row });

  test('a comma in the name of a role does not part it', () => {
    const [row] = rowsOf('vanta', [user({ roleName: 'Unify Read-only, Engage User' })]);
    expect(row?.['Role']).toBe('Unify Read-only / Engage User');
  });

  test.each([
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ada King Lovelace', 'Ada', 'King Lovelace'],
    [' Ada ', 'Ada', '(none)'],
    ['', 'ada@shop.example', '(none)'],
    [null, 'ada@shop.example', '(none)'],
  ])('the name %j is parted at its first blank', (name, first, last) => {
    const [row] = rowsOf('lumos', [user({ name, email: 'ada@shop.example' })]);
    expect([row?.['First Name'], row?.['Last Name']]).toEqual([first, last]);
  });

  test('a grant that is narrowed to labels is an entitlement of its own', () => {
    const grant = { roleName: 'Source Admin', entitlementSlug: 'source_admin', resourceName: 'shop' };
    const both = rowsOf('conductorone', [
      user({ ...grant, permissionKey: 'a' }),
      user({ ...grant, permissionKey: 'b', labels: ['environment:prod', 'team:Größe'] }),
    ]);
    expect(both.map((row) => [row['Entitlement'], row['Entitlement Slug']])).toEqual([
      ['Source Admin', 'source_admin'],
      ['Source Admin where environment:prod and team:Größe', 'source_admin_environment_prod_team_größe'],
    ]);
  });

  test('lines of an account stand together in sailpoint, sorted by its id, whatever the order', () => {
    const order = (rows: readonly Row[]) => rowsOf('sailpoint', rows).map(({ id }) => String(id));
    const expected = order(records);
    expect(expected).toEqual([...expected].sort());
    expect(order([...records].reverse())).toEqual(expected);
  });

  test('two resources of one name are two entitlements in conductorone', () => {
    const grant = { resourceType: 'SOURCE', resourceName: 'Web', roleName: 'Source Admin' };
    const rows = rowsOf('conductorone', [
      user({ ...grant, permissionKey: 'a', resourceId: 's1' }),
      user({ ...grant, permissionKey: 'b', resourceId: 's2' }),
      user({ ...grant, permissionKey: 'c', resourceId: 's3', resourceName: 'Shop' }),
    ]);
    expect(rows.map((row) => row['Resource Name'])).toEqual(['Web (s1)', 'Web (s2)', 'Shop']);
  });

  test.each([
    ['ops', 'group ops'],
    [' ', 'group g1'],
    [null, 'group g1'],
  ])('a grant through the group %j is told from a direct one', (groupName, told) => {
    const [row] = rowsOf('generic', [user({ grantType: 'group', groupId: 'g1', groupName })]);
    expect(row?.['Granted Through']).toBe(told);
  });

  test('several blanks in a name are one', () => {
    const [row] = rowsOf('vanta', [user({ name: ' Ann  van   Dam ' })]);
    expect(row?.['Account name']).toBe('Ann van Dam');
  });

  test('two resources of one name are two entitlements in sailpoint', () => {
    const grant = { entitlementDisplay: 'Source Admin on shop' };
    const rows = rowsOf('sailpoint', [
      user({ ...grant, permissionKey: 'a', resourceId: 's1' }),
      user({ ...grant, permissionKey: 'b', resourceId: 's2' }),
    ]);
    expect(rows.map(({ entitlements }) => entitlements)).toEqual([
      'Source Admin on shop | s1',
      'Source Admin on shop | s2',
    ]);
  });
});
