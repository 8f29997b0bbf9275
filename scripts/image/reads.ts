import assert from 'node:assert/strict';
import { listen } from '../../sandbox/kit/listen.ts';
import { createTracking } from '../../sandbox/tracking/index.ts';
import type { Checks } from '../kit/checks.ts';
import { configured, counts, lastStates, unfinished, type Message } from '../kit/messages.ts';
import { MAIN } from './contents.ts';
import { lines, type Tested } from './tested.ts';

type Row = Readonly<Record<string, unknown>>;

export async function reads(tested: Tested, checks: Checks): Promise<void> {
  const { source, sandbox } = tested;
  const { tables, keys } = sandbox.workspace;
  const names = Object.keys(tables);
  const truth = names.map((name): [string, Row[]] => [name, [...(tables[name]?.() ?? [])]]);
  const rows = Object.fromEntries(truth.map(([name, all]) => [name, all.length]));
  const isFull = new Map(source.streams.map(({ name, cursor }) => [name, cursor === undefined]));

  await checks.that('discover: a catalog for the reads', async () => {
    await tested.put('catalog.json', configured(await tested.discover(), 'incremental'));
  });
  let first: Message[] = [];
  await checks.that(`read, all ${names.length} tables: every row, every stream complete`, async () => {
    first = tested.succeeded(await tested.command('read', { catalog: 'catalog.json' }));
    assert.deepEqual(counts(first), rows);
    assert.deepEqual(unfinished(first, names), []);
    const read = new Map(names.map((name): [string, Row[]] => [name, []]));
    for (const { record } of first) if (record) read.get(record.stream)?.push(record.data);
    for (const [name, all] of truth)
      assert.deepEqual(identities(read.get(name) ?? [], keys[name]), identities(all, keys[name]), name);
  });
  await checks.that('read from its state: full tables again, of the others only the end', async () => {
    await tested.put('state.json', lastStates(first));
    const files = { catalog: 'catalog.json', state: 'state.json' };
    const second = tested.succeeded(await tested.command('read', files));
    assert.deepEqual(unfinished(second, names), []);
    for (const [table, count] of Object.entries(counts(second))) {
      const before = rows[table] ?? 0;
      if (isFull.get(table) || source.wholeAgain.includes(table)) assert.equal(count, before, table);
      else assert.ok(count > 0 && count < before, `${table}: ${count} rows again, of ${before}`);
    }
  });
  await checks.that('read from a state in the future: no row of an incremental table', async () => {
    const files = { catalog: 'catalog.json', state: 'abnormal_state.json' };
    const messages = tested.succeeded(await tested.command('read', files));
    assert.deepEqual(unfinished(messages, names), []);
    const full = names.filter((name) => isFull.get(name));
    assert.deepEqual(Object.keys(counts(messages)).sort(), full.sort());
  });
  await checks.that('export writes its file where it may write, and nothing beside it', async () => {
    const { args, file } = source.exported;
    const call = `node ${MAIN} export --config /config/config.json --out /dev/shm/out ${args}`;
    const { code, stdout, stderr } = await tested.shell(`${call} && ls -A /dev/shm/out`, { network: 'host' });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(lines(stdout).at(-1), file);
  });
  const { forwarded } = source;
  if (forwarded)
    await checks.that(`forward, twice: every row of ${forwarded} is there, once`, async () => {
      const tracking = createTracking();
      const server = await listen(tracking);
      try {
        await tested.put('to.json', tracking.target(server.url));
        const flags = `--to /config/to.json --state /dev/shm/state.json --stream ${forwarded}`;
        const call = `node ${MAIN} forward --config /config/config.json ${flags}`;
        const { code, stderr } = await tested.shell(`${call} && ${call}`, { network: 'host' });
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        assert.deepEqual([tracking.kept.size, tracking.dropped], [rows[forwarded], []]);
      } finally {
        await server.close();
      }
    });
  await checks.that('read writes nothing but its output', async () => {
    const args = ['read', '--config', '/config/config.json', '--catalog', '/config/catalog.json'];
    assert.deepEqual(await tested.image.changes(args, { network: 'host' }), []);
  });
}

/** What tells the rows apart, sorted: their keys, or all of a row where the vendor has none. */
function identities(rows: readonly Row[], key: readonly string[] = []): string[] {
  return rows
    .map((row) =>
      JSON.stringify((key.length > 0 ? key : Object.keys(row).sort()).map((name) => [name, row[name]])),
    )
    .sort();
}
