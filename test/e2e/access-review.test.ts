/** The questions of docs/access-review.md, asked of exported files by DuckDB, against what the simulated workspace holds. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { createSandbox, listen } from '../../sandbox/segment/index.ts';
import type { Row } from '../support/messages.ts';
import { endOf, Files, start } from '../support/process.ts';

const DAY = 24 * 3600 * 1000;
const sandbox = createSandbox({
  // It begins a review ago and comes to the present, where the audit trail is read as well.
  now: new Date(Date.now() - 31 * DAY).toISOString(),
  auditEvents: 200,
  auditDays: 80,
  groups: 6,
  users: 40,
});
const files = new Files();
const page = readFileSync(new URL('../../docs/access-review.md', import.meta.url), 'utf8');
let connection: DuckDBConnection;
let records: Row[];
/** What was granted between the two. */
let joined: Row[];

/** The SQL below a heading of the page. */
const sqlOf = (heading: string): string => {
  const section = page.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, sql]) => sql).join('\n');
};
const ask = async (sql: string): Promise<Row[]> => (await connection.runAndReadAll(sql)).getRowObjectsJson();
const answerTo = (heading: string) => ask(sqlOf(heading));

const truthOf = (name: string) => [...(sandbox.workspace.tables[name]?.() ?? [])] as Row[];
const sorted = (texts: Iterable<unknown>) => [...new Set([...texts].map(String))].sort();

const LATE = 'late@shop.example';
beforeAll(async () => {
  const server = await listen(sandbox);
  const config = files.json('config.json', sandbox.config(server.url));
  const exportTo = async (day: string, streams: string) => {
    const out = files.path(`exports/${day}`);
    const flags = ['--out', out, '--streams', streams];
    const { code, stdout } = await endOf(start(['export', '--config', config, ...flags]));
    if (code) throw new Error(stdout);
  };
  // Then nobody was in this group.
  const { groupId } = truthOf('access_records').find(({ grantType }) => grantType === 'group') ?? {};
  const pagination = { current: 'MA==', totalEntries: 0 };
  sandbox.fault({ path: `/groups/${String(groupId)}/users`, body: { data: { users: [], pagination } } });
  await exportTo('1', 'access_records');
  sandbox.clearFaults();
  sandbox.advance(31 * DAY);
  // Since then somebody was invited.
  const invites = [...truthOf('invites').map(({ email }) => email), LATE];
  sandbox.fault({
    path: '/invites',
    body: { data: { invites, pagination: { ...pagination, totalEntries: invites.length } } },
  });
  await exportTo('2', 'access_records,audit_events');
  records = truthOf('access_records');
  joined = records.filter((record) => record['groupId'] === groupId);
  await server.close();
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(sqlOf('Questions').replaceAll('exports/', `${dirname(files.path('exports/1'))}/`));
}, 60_000);
afterAll(() => {
  connection.closeSync();
  files.remove();
});

test('the files hold every row', async () => {
  const [count] = await ask('SELECT count(*)::int AS n FROM access');
  expect(count?.['n']).toBe(records.length + 1);
});

describe('the questions', () => {
  test('are all asked here', () => {
    const headings = [...page.slice(page.indexOf('\n## Questions')).matchAll(/^### (.*)$/gm)];
    expect(headings.map(([, heading]) => heading)).toEqual([
      'Owners',
      'Who can see personal data',
      'Grants through groups',
      'Users without activity',
      'Tokens that change things',
      'Invites that have been pending for more than 30 days',
      'What has been granted since the review before',
    ]);
  });

  test('Owners', async () => {
    const owners = records.filter(({ roleName }) => roleName === 'Workspace Owner');
    expect(owners.length).toBeGreaterThan(0);
    const answer = await answerTo('Owners');
    expect(sorted(answer.map(({ email }) => email))).toEqual(sorted(owners.map(({ email }) => email)));
  });

  test('Who can see personal data', async () => {
    const can = records.filter(({ roleName }) =>
      ['PII Access', 'Workspace Owner'].includes(String(roleName)),
    );
    const answer = await answerTo('Who can see personal data');
    const pairs = (rows: readonly Row[]) => sorted(rows.map((row) => [row['email'], row['roleName']]));
    expect(pairs(answer)).toEqual(pairs(can));
  });

  test('Grants through groups', async () => {
    const through = records.filter(({ grantType }) => grantType === 'group');
    expect(through.length).toBeGreaterThan(0);
    const people = new Map<string, Set<unknown>>();
    for (const { groupName, roleName, resourceType, resourceName, labels, userId } of through) {
      const key = JSON.stringify([groupName, roleName, resourceType, resourceName, labels]);
      people.set(key, (people.get(key) ?? new Set()).add(userId));
    }
    const answer = await answerTo('Grants through groups');
    expect(answer).toHaveLength(people.size);
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
    expect(sum(answer.map((row) => Number(row['people'])))).toBe(
      sum([...people.values()].map(({ size }) => size)),
    );
  });

  test('Users without activity', async () => {
    const users = records.filter(({ principalType }) => principalType === 'user');
    const idle = users.filter(({ lastActivityAt }) => lastActivityAt === null);
    const answer = await answerTo('Users without activity');
    expect(sorted(answer.map(({ email }) => email))).toEqual(sorted(idle.map(({ email }) => email)));
    expect(idle.length).toBeGreaterThan(0);
    expect(idle.length).toBeLessThan(users.length);
  });

  test('Tokens that change things', async () => {
    const byToken = new Map<string, number>();
    for (const { actor } of truthOf('audit_events'))
      if (String(actor).startsWith('public-api-token/'))
        byToken.set(String(actor), (byToken.get(String(actor)) ?? 0) + 1);
    const answer = await answerTo('Tokens that change things');
    const changes = new Map(answer.map((row) => [row['actor'], Number(row['changes'])]));
    expect(changes).toEqual(byToken);
    expect(byToken.size).toBeGreaterThan(0);
  });

  test('Invites that have been pending for more than 30 days', async () => {
    const answer = await answerTo('Invites that have been pending for more than 30 days');
    const old = truthOf('invites').map(({ email }) => email);
    expect(old.length).toBeGreaterThan(0);
    expect(sorted(answer.map(({ email }) => email))).toEqual(sorted(old));
    expect(answer.map(({ email }) => email)).not.toContain(LATE);
  });

  test('What has been granted since the review before', async () => {
    const answer = await answerTo('What has been granted since the review before');
    const inWords = (row: Row) => `${String(row['email'])}: ${String(row['entitlementDisplay'])}`;
    expect(answer.map(inWords).sort()).toEqual(joined.map(inWords).sort());
    expect(joined.length).toBeGreaterThan(0);
  });
});

test('the page tells of each column, and of no other', () => {
  const table = page.slice(page.indexOf('## Columns'), page.indexOf('## Forms of products'));
  const told = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
  const [row = {}] = records;
  expect(told.sort()).toEqual([...Object.keys(row), 'snapshotAt'].sort());
});
