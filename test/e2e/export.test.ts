/** `export` through the built process, over real HTTP, into a real folder. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import Papa from 'papaparse';
import { createSandbox, encode, listen, type Sandbox } from '../../sandbox/segment/index.ts';
import { segment } from '../../src/sources/segment/source.ts';
import { endOf, Files, start } from '../support/process.ts';

const sandbox = createSandbox({
  endpointLimits: false,
  auditEvents: 300,
  auditDays: 60,
  groups: 6,
  users: 40,
});
const files = new Files();
let server: Awaited<ReturnType<typeof listen>>;
let config: string;
let folders = 0;
let onRequest: (path: string) => void = () => undefined;

beforeAll(async () => {
  const serve: Sandbox['serve'] = (incoming) => {
    onRequest(incoming.url.pathname);
    return sandbox.serve(incoming);
  };
  server = await listen({ serve });
  config = files.json('config.json', sandbox.config(server.url));
});
afterEach(() => sandbox.clearFaults());
afterAll(async () => {
  await server.close();
  files.remove();
});

const newFolder = () => files.path(`out-${(folders += 1)}`);
const begin = (out: string, flags: readonly string[]) =>
  start(['export', '--config', config, '--out', out, ...flags]);
const exportTo = (out: string, ...flags: string[]) => endOf(begin(out, flags));
const textOf = (out: string, file: string) => readFileSync(`${out}/${file}`, 'utf8');
/** The cells of a file, by column. */
const cells = (out: string, file: string) =>
  Papa.parse<Record<string, string>>(textOf(out, file), { header: true, skipEmptyLines: true }).data;
const truthOf = (name: string) => [...(sandbox.workspace.tables[name]?.() ?? [])];
/** When a path is asked for. */
const asked = (path: string) =>
  new Promise<void>((resolve) => (onRequest = (one) => (one === path ? resolve() : undefined)));

describe('files', () => {
  test('are there for each table that leaves no trace, with every row', async () => {
    const out = newFolder();
    const { code, stdout, stderr } = await exportTo(out);
    expect([code, stderr]).toEqual([
      0,
      'WARN: profiles_warehouses is left out, as reading it leaves a trace in the workspace; name it in --streams to have it.\n',
    ]);
    const tables = segment.streams.filter(({ leavesTrace }) => !leavesTrace);
    expect(readdirSync(out).sort()).toEqual(tables.map(({ name }) => `${name}.csv`).sort());
    const counts = tables
      .filter(({ windows }) => !windows)
      .map(({ name }) => [name, cells(out, `${name}.csv`).length]);
    expect(counts).toEqual(counts.map(([name]) => [name, truthOf(String(name)).length]));
    expect(stdout).toMatch(/^ *40 rows {2}.*\/users\.csv$/m);
  });

  test('in JSON Lines have each row as the API sent it, and are those of all lists that were given', async () => {
    const out = newFolder();
    const lists = ['--streams', 'labels', '--streams', 'sources, roles'];
    expect((await exportTo(out, ...lists, '--format', 'jsonl')).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['labels.jsonl', 'roles.jsonl', 'sources.jsonl']);
    const lines = textOf(out, 'roles.jsonl').trimEnd().split('\n');
    expect(lines.sort()).toEqual(
      truthOf('roles')
        .map((row) => encode(row))
        .sort(),
    );
  });

  test('in CSV have the columns of the schema, nested values as JSON, and what no schema knows', async () => {
    const open = createSandbox({ undeclared: true });
    const other = await listen(open);
    const own = files.json('undeclared.json', open.config(other.url));
    const out = newFolder();
    const { code } = await endOf(start(['export', '--config', own, '--out', out, '--streams', 'users']));
    await other.close();
    expect(code).toBe(0);
    const rows = cells(out, 'users.csv');
    expect(Object.keys(rows[0] ?? {})).toEqual(['id', 'name', 'email', 'permissions', '_undeclared']);
    for (const row of open.workspace.tables['users']?.() ?? []) {
      const written = rows.find(({ id }) => id === row['id']);
      expect(JSON.parse(written?.['permissions'] || '[]')).toEqual(row['permissions'] ?? []);
      expect(Object.keys(JSON.parse(written?.['_undeclared'] ?? '') as object)).toHaveLength(1);
    }
  });

  test('replace those of an earlier export, and leave others alone', async () => {
    const out = newFolder();
    mkdirSync(out);
    writeFileSync(`${out}/notes.txt`, 'mine');
    writeFileSync(`${out}/labels.csv`, 'old');
    expect((await exportTo(out, '--streams', 'labels')).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['labels.csv', 'notes.txt']);
    expect(textOf(out, 'labels.csv')).not.toBe('old');
  });

  test('are whole where two exports write to one folder at once', async () => {
    const out = newFolder();
    const both = await Promise.all(
      [1, 2].map(() => exportTo(out, '--streams', 'sources,users,access_records')),
    );
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(readdirSync(out).sort()).toEqual(['access_records.csv', 'sources.csv', 'users.csv']);
    expect(cells(out, 'access_records.csv')).toHaveLength(truthOf('access_records').length);
  });

  test('hold no token, wherever it comes from', async () => {
    const labels = [{ key: sandbox.token, value: Buffer.from(sandbox.token).toString('base64') }];
    sandbox.fault({ path: '/labels', body: { data: { labels } } });
    const out = newFolder();
    expect((await exportTo(out, '--streams', 'labels')).code).toBe(0);
    expect(textOf(out, 'labels.csv')).toMatch(/^\*{10},.*\*{10}.*\r\n$/m);
    expect(textOf(out, 'labels.csv')).not.toContain(sandbox.token);
  });
});

describe('a failed export', () => {
  test('has the files of what was read, none of what was not, and says what is missing', async () => {
    sandbox.fault({ path: '/audit-events', kind: 'forbidden' });
    const out = newFolder();
    const { code, stdout, stderr } = await exportTo(out, '--streams', 'users,audit_events');
    expect([code, stderr]).toEqual([1, '']);
    expect(readdirSync(out)).toEqual(['users.csv']);
    expect(stdout).toMatch(/^1 of 2 tables is missing:\n {2}audit_events: this token cannot read the table/m);
  });

  test('says that a file which is there is an earlier one', async () => {
    const out = newFolder();
    mkdirSync(out);
    writeFileSync(`${out}/users.csv`, 'old');
    sandbox.fault({ path: '/users', kind: 'forbidden' });
    const { code, stdout } = await exportTo(out, '--streams', 'users');
    expect(code).toBe(1);
    expect(stdout).toMatch(/users\.csv is an earlier export's\.\)$/m);
    expect(textOf(out, 'users.csv')).toBe('old');
  });

  // That a fault at any other request makes it INCOMPLETE too: test/sources/segment/access-review.test.ts.
  test.each(['/users/{id}', '/groups/{id}/users', '/invites', '/spaces'])(
    'has no list of access where %s fails',
    async (path) => {
      sandbox.fault({ path, kind: 'forbidden' });
      const out = newFolder();
      const { code, stdout } = await exportTo(out, '--view', 'generic');
      expect([code, readdirSync(out)]).toEqual([1, []]);
      expect(stdout).toMatch(/^1 of 1 tables is missing:\n {2}access_records/m);
    },
  );

  /** An export that gets a signal while a request hangs. */
  async function endedBy(signal: NodeJS.Signals) {
    sandbox.fault({ path: '/roles', kind: 'hang' });
    const out = newFolder();
    const waiting = asked('/roles');
    const child = begin(out, ['--streams', 'roles']);
    const ended = endOf(child);
    await waiting;
    child.kill(signal);
    return { out, ended: await ended };
  }

  test('that is stopped leaves nothing unfinished behind, and says what is missing', async () => {
    const { out, ended } = await endedBy('SIGTERM');
    expect(ended).toMatchObject({
      code: 143,
      stdout: expect.stringMatching(/1 of 1 tables is missing:\n {2}roles: The run was stopped \(SIGTERM\)/),
    });
    expect(readdirSync(out)).toEqual([]);
  });

  test('that is killed never looks whole', async () => {
    const { out } = await endedBy('SIGKILL');
    expect(readdirSync(out)).toEqual([expect.stringMatching(/^\.export-/)]);
  });
});

describe('with a state', () => {
  const ids = (out: string, file: string) => cells(out, file).map(({ id }) => String(id));

  test('an export brings what is new, in a file of its own, and keeps the earlier one', async () => {
    const [out, state] = [newFolder(), files.path('state.json')];
    const flags = ['--streams', 'users,audit_events', '--state', state];
    expect((await exportTo(out, ...flags)).code).toBe(0);
    const [first = ''] = readdirSync(out).filter((name) => name !== 'users.csv');
    expect(first).toMatch(/^audit_events\.\d{8}T\d{9}Z\.csv$/);
    sandbox.advance(3 * 24 * 3600 * 1000);
    expect((await exportTo(out, ...flags)).code).toBe(0);
    const names = readdirSync(out);
    const second = names.find((name) => name !== 'users.csv' && name !== first) ?? '';
    expect(names).toHaveLength(3);
    expect(ids(out, second).length).toBeLessThan(ids(out, first).length);
    const union = new Set([...ids(out, first), ...ids(out, second)]);
    expect(truthOf('audit_events').filter(({ id }) => !union.has(String(id)))).toEqual([]);
  });

  test('and with a filter only what passes it, in CSV, while the state is that of an export without one', async () => {
    const audit = {
      resource_types: ['source', 'integration'],
      actors: { exclude: ['PUBLIC-API-TOKEN/*'] },
      event_types: { exclude: ['permission check'] },
    };
    const choosy = files.json('choosy.json', { ...sandbox.config(server.url), audit });
    const exports = [config, choosy].map((path, n) => ({
      out: newFolder(),
      state: files.path(`trail-${n}.json`),
      path,
    }));
    const reached: number[] = [];
    for (const days of [0, 3]) {
      sandbox.advance(days * 24 * 3600 * 1000);
      for (const { out, state, path } of exports) {
        const flags = ['--streams', 'audit_events', '--format', 'csv', '--state', state];
        const { code, stderr } = await endOf(start(['export', '--config', path, '--out', out, ...flags]));
        expect([code, stderr]).toEqual([0, '']);
        reached.push(Date.parse(/\d{4}-[^"]*/.exec(readFileSync(state, 'utf8'))?.[0] ?? ''));
      }
    }
    // They end when each of the runs began, by a clock that stands still and is told in whole seconds.
    const [first = NaN, filtered = NaN, second = NaN, filteredAgain = NaN] = reached;
    for (const apart of [filtered - first, filteredAgain - second])
      expect(Math.abs(apart)).toBeLessThan(60_000);
    expect(second - first).toBeGreaterThan(2 * 24 * 3600 * 1000);

    const out = exports[1]!.out;
    const written = new Map(
      readdirSync(out)
        .flatMap((file) => cells(out, file))
        .map((row) => [row['id'], row]),
    );
    const wanted = truthOf('audit_events').filter(
      ({ resourceType, actorType, type }) =>
        audit.resource_types.includes(String(resourceType)) &&
        actorType !== 'token' &&
        type !== 'Permission Check',
    );
    expect([...written.keys()].sort()).toEqual(wanted.map(({ id }) => id).sort());
    const ours = ['workspaceId', 'actorType', 'actorId', 'productArea', 'action', 'outcome', 'isAttempt'];
    for (const row of wanted)
      expect(written.get(String(row['id']))).toMatchObject(
        Object.fromEntries(
          ours.map((field) => [field, String((row[field] as string | boolean | null) ?? '')]),
        ),
      );
  });

  test.each([
    [
      { product_areas: { include: ['Sauces'] } },
      /^ERROR: The config is not usable: each of audit.product_areas/,
    ],
    [{ actors: { include: [] } }, /^ERROR: The config is not usable: audit.actors.include is an empty list/],
  ])('and a filter that is none, %j, is refused before anything is read', async (audit, sentence) => {
    const wrong = files.json('wrong.json', { ...sandbox.config(server.url), audit });
    const asked = sandbox.requests.length;
    const { code, stdout, stderr } = await endOf(
      start(['export', '--config', wrong, '--out', newFolder(), '--streams', 'audit_events']),
    );
    expect([code, stdout, sandbox.requests.length]).toEqual([1, '', asked]);
    expect(stderr).toMatch(sentence);
  });

  test('a table that failed keeps its old state, and the next export goes on from there', async () => {
    const [out, state] = [newFolder(), files.path('failed.json')];
    const flags = ['--streams', 'audit_events,users', '--state', state];
    await exportTo(out, ...flags);
    const before = readFileSync(state, 'utf8');
    sandbox.advance(24 * 3600 * 1000);
    sandbox.fault({ path: '/audit-events', status: 403 });
    expect((await exportTo(out, ...flags)).code).toBe(1);
    expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual(JSON.parse(before));
  });

  test('of another source or form is refused before anything is read', async () => {
    const out = newFolder();
    const state = files.json('foreign.json', { cursor: 1 });
    const { code, stdout, stderr } = await exportTo(out, '--state', state);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ERROR: The state is not a list of stream states .*\n$/m);
  });
});

describe('what cannot be done is said in one sentence', () => {
  test.each<[string, string[], RegExp]>([
    ['a table that is unknown', ['--streams', 'users,nope'], /^ERROR: --streams names nope, which .*\n$/],
    ['no table', ['--streams', ' , '], /^ERROR: --streams names no table; .*\n$/],
    ['a view that is unknown', ['--view', 'excel'], /^ERROR: --view "excel" is not known; .*: vanta, .*\n$/],
    [
      'a view without its table',
      ['--view', 'vanta', '--streams', 'users'],
      /^ERROR: --view vanta is made of/,
    ],
    ['a format that is unknown', ['--format', 'xml'], /^ERROR: .*"csv", "jsonl"\. Try .*\n$/],
    [
      'a view in another format',
      ['--view', 'vanta', '--format', 'jsonl'],
      /^ERROR: --view vanta is a form in CSV/,
    ],
    [
      'a state that cannot be saved',
      ['--state', '/nowhere/state.json'],
      /^ERROR: \/nowhere\/state.json cannot/,
    ],
    ['a flag that is unknown', ['--fromat', 'csv'], /^ERROR: Unknown argument.*\n$/],
  ])('%s', async (_, flags, sentence) => {
    const out = newFolder();
    const { code, stdout, stderr } = await exportTo(out, ...flags);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.replace(/^WARN.*\n/, '')).toMatch(sentence);
  });

  test('a file where the folder should be', async () => {
    const { code, stderr } = await exportTo(files.text('file', ''), '--streams', 'users');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^ERROR: .*\(EEXIST\): name a folder/)]);
  });

  test('also where flags come before the command', async () => {
    const flags = ['--config', config, 'export', '--out', newFolder(), '--streams', 'nope'];
    const { stdout, stderr } = await endOf(start(flags));
    expect([stdout, stderr]).toEqual(['', expect.stringMatching(/^ERROR: --streams names nope, .*\n$/)]);
  });

  test('once, where nobody reads it', async () => {
    const child = start(['export', '--config', config, '--out', newFolder(), '--streams', 'nope']);
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
  });

  test('a config that is none', async () => {
    const { code, stderr } = await endOf(
      start(['export', '--config', files.path('none.json'), '--out', newFolder()]),
    );
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^ERROR: The file of --config cannot be read/)]);
  });
});
