/** access_records as the products ask for it in which access is reviewed. Pure. docs/access-review.md tells of each. */
import type { Row } from '../../../engine/stream.ts';
import type { View } from '../../../engine/view.ts';
import { slugOf } from './records.ts';

/** The rows of one principal, in the order in which they came. */
interface Account {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly records: readonly Row[];
}

/** Without blanks around it, and with one for several within: Vanta takes no others. */
const text = (value: unknown): string =>
  typeof value === 'string' ? value.trim().replace(/\s+/gu, ' ') : '';

/**
 * Accounts of users, each once. Invites are none: these products have no word for somebody who has not joined, and the API
 * does not tell their roles.
 */
function accountsOf(records: readonly Row[]): Account[] {
  const byUser = new Map<string, Row[]>();
  for (const record of records) {
    if (record['principalType'] !== 'user') continue;
    const id = String(record['userId']);
    const known = byUser.get(id);
    if (known) known.push(record);
    else byUser.set(id, [record]);
  }
  return [...byUser].map(([id, mine]) => accountOf(id, mine));
}

/** Segment has one name. Where it is empty the address stands for it, as these products refuse an account without one. */
function accountOf(id: string, records: readonly Row[]): Account {
  const email = text(records[0]?.['email']);
  const fullName = text(records[0]?.['name']) || email || id;
  const [firstName = '', ...rest] = fullName.split(/\s+/u);
  return { id, email, fullName, firstName, lastName: rest.join(' '), records };
}

/** In a list that is separated by commas, a comma of a name (`Unify Read-only, Engage User`) would part it. */
const rolesOf = ({ records }: Account): string => {
  const names = records.map(({ roleName, roleId }) => text(roleName) || text(roleId));
  return [...new Set(names.filter(Boolean))].map((name) => name.replace(/\s*,\s*/g, ' / ')).join(',');
};

const labelsOf = ({ labels }: Row): readonly string[] => (labels ?? []) as readonly string[];

/** Columns, and what each holds: of an account, or of one of its records. */
type Columns<From> = Readonly<Record<string, (from: From) => unknown>>;

const fill = <From>(columns: Columns<From>, from: From): Row =>
  Object.fromEntries(Object.entries(columns).map(([column, of]) => [column, of(from)]));

/** A row for each account. */
const byAccount = (columns: Columns<Account>): Pick<View, 'columns' | 'rows'> => ({
  columns: Object.keys(columns),
  rows: (records) => accountsOf(records).map((account) => fill(columns, account)),
});

/** https://help.vanta.com/ (Access File Uploader). */
const vanta = byAccount({
  'Account name': ({ fullName }) => fullName,
  'Account owner': ({ email }) => email || 'No owner',
  Role: rolesOf,
  Status: () => 'Active',
});

/** https://developers.lumos.com/ (Flat File). */
const lumos = byAccount({
  'Unique ID': ({ id }) => id,
  'First Name': ({ firstName }) => firstName,
  // Required, where many have one name only.
  'Last Name': ({ lastName }) => lastName || '(none)',
  Email: ({ email }) => email || '(none)',
  Status: () => 'ACTIVE',
  Role: rolesOf,
});

/** A row for each record of an account, and one for membership of the workspace where it has no role. */
const byEntitlement = (
  columns: Columns<Entitlement>,
  order: (accounts: readonly Account[]) => readonly Account[] = (accounts) => accounts,
): Pick<View, 'columns' | 'rows'> => ({
  columns: Object.keys(columns),
  rows: (records) => {
    const nameOf = resourceNames(records);
    return order(accountsOf(records)).flatMap((account) =>
      entitlementsOf(account, nameOf).map((entitlement) => fill(columns, entitlement)),
    );
  },
});

type NameOf = (record: Row) => string;

/** Names of resources, with the id behind those that another of its type has too: as one they would be granted together. */
function resourceNames(records: readonly Row[]): NameOf {
  const ids = new Map<string, Set<unknown>>();
  const kindOf = ({ resourceType, resourceName }: Row) => JSON.stringify([resourceType, resourceName]);
  for (const record of records)
    ids.set(kindOf(record), (ids.get(kindOf(record)) ?? new Set()).add(record['resourceId']));
  return (record) => {
    const [name, id] = [text(record['resourceName']), text(record['resourceId'])];
    if (name === '') return id || 'Unknown';
    return (ids.get(kindOf(record))?.size ?? 1) > 1 ? `${name} (${id})` : name;
  };
}

/** What an account can do: the same for each way in which it is granted. */
interface Entitlement {
  readonly account: Account;
  readonly record: Row;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly name: string;
  readonly display: string;
  readonly slug: string;
}

function entitlementsOf(account: Account, nameOf: NameOf): Entitlement[] {
  const first = account.records[0] ?? {};
  const granted = account.records.filter(({ permissionKey }) => permissionKey !== null);
  if (granted.length === 0) return [membershipOf(account, first)];
  // The same grant, directly and through a group, is one entitlement.
  const byKey = new Map(granted.map((record) => [record['permissionKey'], record]));
  return [...byKey.values()].map((record) => entitlementOf(account, record, nameOf(record)));
}

/** A role that is narrowed to labels is another entitlement than the role itself. */
function entitlementOf(account: Account, record: Row, resourceName: string): Entitlement {
  const labels = labelsOf(record);
  const role = text(record['roleName']) || text(record['roleId']);
  return {
    account,
    record,
    // Both required, and a grant that names no resource reaches we do not know what.
    resourceType: inTitleCase(text(record['resourceType'])) || 'Unknown',
    resourceName,
    name: labels.length > 0 ? `${role} where ${labels.join(' and ')}` : role,
    display: text(record['entitlementDisplay']),
    slug: [text(record['entitlementSlug']) || slugOf(role), ...labels.map(slugOf)].join('_'),
  };
}

/** Who has no role is in the workspace all the same, and would be missing from a list of entitlements. */
function membershipOf(account: Account, record: Row): Entitlement {
  const resourceName = text(record['workspaceName']) || text(record['workspaceSlug']);
  return {
    account,
    record,
    resourceType: 'Workspace',
    resourceName,
    name: 'Member without a role',
    display: `Member of ${resourceName} without a role`,
    slug: 'member',
  };
}

const inTitleCase = (word: string): string => word.charAt(0) + word.slice(1).toLowerCase();

/** https://www.conductorone.com/docs/ (file connectors): the columns of an identity, then those of an entitlement. */
const conductorone = byEntitlement({
  'Last Name': ({ account }) => account.lastName,
  'First Name': ({ account }) => account.firstName,
  'Full Name': ({ account }) => account.fullName,
  'User ID': ({ account }) => account.id,
  Username: ({ account }) => account.email,
  'Email Address': ({ account }) => account.email,
  'User Status': () => 'Enabled',
  'Manager ID': () => null,
  'Resource Type': ({ resourceType }) => resourceType,
  'Resource Name': ({ resourceName }) => resourceName,
  Entitlement: ({ name }) => name,
  'Entitlement Description': ({ record }) => record['roleDescription'],
  'Entitlement Display Name': ({ display }) => display,
  'Entitlement Slug': ({ slug }) => slug,
});

/**
 * https://documentation.sailpoint.com/ (delimited file): the lines of an account stand together, sorted by its id. The
 * value of an entitlement is what tells it from others, so it has the id of the resource, whose name may come twice.
 */
const sailpoint = byEntitlement(
  {
    id: ({ account }) => account.id,
    name: ({ account }) => account.fullName,
    email: ({ account }) => account.email,
    entitlements: ({ display, record }) => [display, text(record['resourceId'])].filter(Boolean).join(' | '),
  },
  (accounts) => [...accounts].sort((a, b) => (a.id < b.id ? -1 : 1)),
);

/** For whoever has a form of their own: a row for each record, also of invites, in words for people. */
const generic: Columns<Row> = {
  'Access Record ID': (record) => record['accessRecordId'],
  'Snapshot At': (record) => record['snapshotAt'],
  Workspace: (record) => record['workspaceName'],
  'Account Type': (record) => record['principalType'],
  'Account ID': (record) => record['userId'],
  'Account Name': (record) => record['name'],
  Email: (record) => record['email'],
  Status: (record) => record['status'],
  Role: (record) => record['roleName'],
  'Role Description': (record) => record['roleDescription'],
  Privileged: (record) => (record['isPrivileged'] ? 'Yes' : 'No'),
  'Resource Type': (record) => record['resourceType'],
  'Resource ID': (record) => record['resourceId'],
  'Resource Name': (record) => record['resourceName'],
  Scope: (record) => record['scope'],
  Labels: (record) => labelsOf(record).join(', '),
  'Granted Through': (record) =>
    record['groupId'] ? `group ${text(record['groupName']) || text(record['groupId'])}` : record['grantType'],
  Entitlement: (record) => record['entitlementDisplay'],
  'Last Activity': (record) => record['lastActivityAt'],
};

const OF = { stream: 'access_records' };
const OF_USERS = { ...OF, without: 'pending invites, which --view generic has' };

/** Each with exactly the columns that its product documents. */
export const views: readonly View[] = [
  { ...OF_USERS, name: 'vanta', ...vanta },
  { ...OF_USERS, name: 'lumos', ...lumos },
  { ...OF_USERS, name: 'conductorone', ...conductorone },
  { ...OF_USERS, name: 'sailpoint', ...sailpoint },
  {
    ...OF,
    name: 'generic',
    columns: Object.keys(generic),
    rows: (records) => records.map((record) => fill(generic, record)),
  },
];
