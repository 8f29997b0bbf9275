/**
 * The questions of docs/audit-trail.md, asked of exported files by DuckDB. The trail holds one event of every public name, and
 * beside these what each question must find and what it must not: so each finds what was planted for it, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { createSandbox, listen } from '../../sandbox/segment/index.ts';
import { auditEvent } from '../../src/sources/segment/schemas/audit.ts';
import type { Row } from '../support/messages.ts';
import { endOf, Files, start } from '../support/process.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REVIEWED = Math.floor(Date.now() / DAY - 3) * DAY;

const sandbox = createSandbox({ now: iso(REVIEWED), auditEvents: 0, groups: 6, users: 20 });
const files = new Files();
const page = readFileSync(new URL('../../docs/audit-trail.md', import.meta.url), 'utf8');
const names = Object.keys(
  JSON.parse(readFileSync(new URL('../fixtures/audit-event-names.json', import.meta.url), 'utf8')) as object,
);
let connection: DuckDBConnection;

function iso(time: number) {
  return new Date(time).toISOString();
}
const truthOf = (name: string) => [...(sandbox.workspace.tables[name]?.() ?? [])] as Row[];
const [ada, bob, cleo, dan] = truthOf('users').map(({ id, email }) => ({
  actor: `users/${String(id)}`,
  actorEmail: String(email),
})) as [Who, Who, Who, Who];

interface Who {
  readonly actor: string;
  readonly actorEmail?: string;
}

const planted: Row[] = [];
/** Puts an event into the trail: of a resource of its own, unless that is named. */
function happen(time: number, type: string, who: Who, resource = `res_${planted.length}`) {
  const event = {
    id: `events/${planted.length}`,
    timestamp: iso(time),
    type,
    ...who,
    resourceId: resource,
    resourceType: 'thing',
    resourceName: `Thing, "${planted.length}"`,
  };
  planted.push(event);
  sandbox.happen(event);
  return event;
}
/** So many, an equal time apart. */
const repeat = (count: number, from: number, apart: number, type: string, who: Who, resource?: string) =>
  Array.from({ length: count }, (_, n) => happen(from + n * apart, type, who, resource));

// One of each name, too far apart for a mass of anything.
const START = REVIEWED - 60 * DAY;
names.forEach((type, n) => happen(START + n * 2 * HOUR, type, ada));

const RECENT = REVIEWED - 20 * DAY;
const token = { actor: 'public-api-token/t1' };
repeat(2, RECENT, HOUR, 'Source Created', token);
happen(RECENT + 2 * HOUR, 'Widget Frobnicated', token);
happen(RECENT, 'Permission Check', token);
happen(RECENT, 'Profiles Sync Warehouse Retrieved', token);

const gone = { actor: 'users/u-gone', actorEmail: 'gone@shop.example' };
const ghost = { actor: 'u-ghost' };
for (const who of [gone, ghost]) repeat(2, RECENT, HOUR, 'Label Created', who);
// The API writes a user in two ways.
const bare = ({ actor, actorEmail }: Who) => ({ actor: actor.replace('users/', ''), actorEmail });
happen(RECENT + 2 * HOUR, 'Label Created', bare(gone));
// Still there: by an id without an address, by an address with another id; and the system is nobody.
happen(RECENT, 'Label Created', { actor: bob.actor.replace('users/', '') });
happen(RECENT, 'Label Created', { actor: 'users/u-old', actorEmail: bob.actorEmail!.toUpperCase() });
for (const actor of ['__system__', 'Segment']) happen(RECENT, 'Source Disabled', { actor });

repeat(3, RECENT + DAY, 12 * MINUTE, 'Source Deleted', cleo);
repeat(2, RECENT + DAY + 36 * MINUTE, 12 * MINUTE, 'Source Deleted', bare(cleo));
repeat(4, RECENT + DAY, 12 * MINUTE, 'Source Deleted', dan);
happen(RECENT + DAY + 65 * MINUTE, 'Source Deleted', dan);
repeat(9, RECENT + DAY, MINUTE, 'Source Created', dan);

const attempts = repeat(5, RECENT + 2 * DAY, HOUR, 'Audience Run Failed', { actor: '__system__' }, 'aud_1');
// The last two at the same moment.
attempts.push(
  ...repeat(1, RECENT + 2 * DAY + 4 * HOUR, 0, 'Audience Run Failed', { actor: '__system__' }, 'aud_1'),
);
repeat(5, RECENT + 2 * DAY, HOUR, 'Audience Run Failed', { actor: '__system__' }, 'aud_2');
repeat(6, RECENT + 2 * DAY, 6 * HOUR, 'Audience Run Failed', { actor: '__system__' }, 'aud_3');

/** What is granted through a group whose members nobody saw at first. */
const isWatched = ({ roleName }: Row) => ['Workspace Owner', 'PII Access'].includes(String(roleName));
let newcomers: Row[];

/** The SQL below a heading of the page. */
const sqlOf = (heading: string): string => {
  const section = page.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, sql]) => sql).join('\n');
};
const answerTo = async (heading: string): Promise<Row[]> =>
  (await connection.runAndReadAll(sqlOf(heading))).getRowObjectsJson();

beforeAll(async () => {
  const server = await listen(sandbox);
  const config = files.json('config.json', sandbox.config(server.url));
  const exportTo = async (day: string) => {
    const flags = ['--out', files.path(`exports/${day}`), '--state', files.path('audit.json')];
    const streams = ['--streams', 'audit_events,users,access_records'];
    const { code, stderr } = await endOf(start(['export', '--config', config, ...flags, ...streams]));
    if (code) throw new Error(stderr);
  };
  const { groupId } = truthOf('access_records').find((row) => row['groupId'] && isWatched(row)) ?? {};
  const pagination = { current: 'MA==', totalEntries: 0 };
  sandbox.fault({ path: `/groups/${String(groupId)}/users`, body: { data: { users: [], pagination } } });
  await exportTo('1');
  sandbox.clearFaults();
  happen(REVIEWED + HOUR, 'User Added To User Group', bob);
  sandbox.advance(DAY);
  await exportTo('2');
  newcomers = truthOf('access_records').filter((row) => row['groupId'] === groupId && isWatched(row));
  await server.close();
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(sqlOf('Questions').replaceAll('exports/', `${dirname(files.path('exports/1'))}/`));
}, 60_000);
afterAll(() => {
  connection?.closeSync();
  files.remove();
});

/** Events by when and what, as the questions tell them. */
const told = (rows: readonly Row[]) =>
  rows.map(({ timestamp, type }) => {
    const text = String(timestamp).replace(' ', 'T');
    return `${iso(Date.parse(text.endsWith('Z') ? text : `${text}Z`))} ${String(type)}`;
  });
/** All planted events of these types, in the order of the answers. */
const eventsOf = (...types: string[]) =>
  told(planted.filter(({ type }) => types.includes(String(type)))).sort();

test('the files hold every event', async () => {
  const [count] = (
    await connection.runAndReadAll('SELECT count(*)::int AS n FROM audit')
  ).getRowObjectsJson();
  expect(count?.['n']).toBe(planted.length);
});

describe('the questions', () => {
  const byType: Record<string, string[]> = {
    'Grants of roles': [
      'Policy Created',
      'Subjects Added to Group',
      'Support Access Granted',
      'User Added To User Group',
      'User Added via SSO',
      'User Group Policy Updated',
      'User Policy Updated',
    ],
    'Disabled or deleted sources and destinations': [
      'Destination Deleted',
      'Destination Disabled',
      'Integration Deleted',
      'Integration Disabled',
      'Integrations Deleted',
      'Integrations Disabled',
      'Source Deleted',
      'Source Disabled',
      'Storage Destination Deleted',
      'Storage Destination Disabled',
      'Warehouse Credential Deleted',
      'Warehouse Deleted',
      'Warehouse Disabled',
      'Warehouses Deleted',
      'Warehouses Disabled',
    ],
    'Support logins': ['Support Access Granted', 'Support Access Revoked', 'Support Login'],
    'CSV downloads': ['Audience CSV Downloaded', 'Computed Trait CSV Downloaded'],
  };

  test.each(Object.entries(byType))('%s', async (heading, types) => {
    expect(told(await answerTo(heading)).sort()).toEqual(eventsOf(...types));
  });

  test('are all asked here', () => {
    const headings = [...page.slice(page.indexOf('\n## Questions')).matchAll(/^### (.*)\n[^#]*?```sql/gm)];
    const here = [
      ...Object.keys(byType),
      'New owners and readers of personal data',
      'Changes by tokens',
      'Actors who are no longer users',
      'Mass deletes',
      'Failures that nobody mends',
      'Types that are not known',
    ];
    expect(headings.map(([, heading]) => heading).sort()).toEqual(here.sort());
  });

  test('New owners and readers of personal data', async () => {
    const answer = await answerTo('New owners and readers of personal data');
    const inWords = ({ email, roleName }: Row) => `${String(email)}: ${String(roleName)}`;
    expect(answer.map(inWords).sort()).toEqual([...new Set(newcomers.map(inWords))].sort());
    expect(newcomers.length).toBeGreaterThan(0);
    expect(new Set(answer.map(({ perhapsBy }) => perhapsBy))).toEqual(new Set([bob.actorEmail]));
  });

  test('Changes by tokens', async () => {
    const answer = await answerTo('Changes by tokens');
    expect(answer.map(({ token: id, type, times }) => [id, type, Number(times)])).toEqual([
      ['t1', 'Source Created', 2],
      ['t1', 'Widget Frobnicated', 1],
    ]);
  });

  test('Actors who are no longer users', async () => {
    const answer = await answerTo('Actors who are no longer users');
    expect(answer.map(({ who, email, events }) => [who, email, Number(events)])).toEqual([
      ['u-gone', gone.actorEmail, 3],
      ['u-ghost', null, 2],
    ]);
  });

  test('Mass deletes', async () => {
    const answer = await answerTo('Mass deletes');
    expect(answer.map(({ who, withinAnHour }) => [who, Number(withinAnHour)])).toEqual([
      [bare(cleo).actor, 5],
    ]);
  });

  test('Failures that nobody mends', async () => {
    const expected = [
      ...eventsOf(
        'Profiles Sync Warehouse Sync Failed',
        'Reverse ETL Sync Failed',
        'Reverse ETL Sync Partial Success',
        'Source Run Failed',
        'Storage Destination Sync Failed',
        'Storage Destination Sync Partially Succeeded',
        'Warehouse Run Failed',
      ),
      ...told(attempts.slice(5)),
    ];
    expect(told(await answerTo('Failures that nobody mends'))).toEqual(expected);
  });

  test('Types that are not known', async () => {
    const answer = await answerTo('Types that are not known');
    expect(answer.map(({ type, times }) => [type, Number(times)])).toEqual([['Widget Frobnicated', 1]]);
  });
});

test('the page tells of each column, and of no other', () => {
  const table = page.slice(page.indexOf('## Columns'), page.indexOf('**Attempts.**'));
  const columns = [...table.matchAll(/^\| (`[^|]*)\|/gm)].flatMap(
    ([, cell = '']) => cell.match(/\w+/g) ?? [],
  );
  expect(columns.sort()).toEqual(Object.keys(auditEvent.properties).sort());
});
