/**
 * The image against a simulated workspace, run as the platform runs it: `node build/scripts/test-image.js IMAGE`.
 * Needs a container engine that shares this machine's network with a container (Linux).
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createSandbox, listen } from '../sandbox/segment/index.ts';
import { Checks } from './kit/checks.ts';
import { Image, type RunOptions } from './kit/container.ts';
import {
  configured,
  counts,
  lastStates,
  messagesOf,
  unfinished,
  type CatalogStream,
  type Message,
} from './kit/messages.ts';
import type { Outcome } from './kit/run.ts';

const MAIN = '/airbyte/integration_code/dist/main.js';
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const MONTH = 31 * 24 * 60 * 60 * 1000;

const [name] = process.argv.slice(2);
if (name === undefined) throw new Error('Name an image: node build/scripts/test-image.js IMAGE');

const file = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const json = async (path: string) => JSON.parse(await file(path)) as unknown;
const metadata = parse(await file('metadata.yaml')) as {
  data: { dockerRepository: string; dockerImageTag: string };
};
const manifest = (await json('package.json')) as { version: string };

const sandbox = createSandbox({ endpointLimits: false });
const server = await listen(sandbox);
const folder = await mkdtemp(join(tmpdir(), 'source-segment-image-'));
await chmod(folder, 0o755); // the container's user is another one
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}
const image = new Image(name, folder);
const checks = new Checks();
try {
  await prepare();
  await contents();
  await withoutNetwork();
  await connection();
  await reads();
} finally {
  await image.dispose();
  await server.close();
  await rm(folder, { recursive: true });
}
if (!checks.end()) process.exitCode = 1;

async function prepare(): Promise<void> {
  // Before the first month with usage, so that every row of the sandbox is asked for.
  const start = new Date(sandbox.workspace.now() - 24 * MONTH).toISOString().slice(0, 10);
  await put('config.json', { ...sandbox.config(server.url), start_date: start });
  const invalid = (await json('integration_tests/invalid_config.json')) as object;
  await put('invalid_config.json', { ...invalid, api_url: server.url });
  await put('abnormal_state.json', await json('integration_tests/abnormal_state.json'));
}

async function contents(): Promise<void> {
  await checks.that('labels are those of metadata.yaml and package.json', async () => {
    const { Labels } = await image.config();
    assert.equal(Labels['io.airbyte.name'], metadata.data.dockerRepository);
    assert.equal(Labels['io.airbyte.version'], metadata.data.dockerImageTag);
    assert.equal(Labels['io.airbyte.version'], manifest.version);
    assert.equal(Labels['org.opencontainers.image.version'], manifest.version);
  });
  await checks.that('AIRBYTE_ENTRYPOINT is the entrypoint, by its absolute path', async () => {
    const { Entrypoint, Env } = await image.config();
    assert.deepEqual(Entrypoint, ['node', MAIN]);
    assert.ok(Env.includes(`AIRBYTE_ENTRYPOINT=${Entrypoint.join(' ')}`));
    assert.ok(Env.includes('NODE_ENV=production') && Env.includes('TZ=UTC'));
  });
  await checks.that('the user is airbyte (1000:1000), and /airbyte is its home', async () => {
    assert.equal((await image.config()).User, 'airbyte');
    const { stdout } = await shell('id -un; id -u; id -g; echo ~; stat -c %U:%G /airbyte');
    assert.deepEqual(lines(stdout), ['airbyte', '1000', '1000', '/airbyte', 'airbyte:airbyte']);
  });
  await checks.that('what the platform calls around a connector is there', async () => {
    const { code, stderr } = await shell(
      'for it in sh mv sleep kill echo; do command -v $it || exit 1; done',
    );
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
  await checks.that(
    'holds what is needed to run, and neither an SDK, a compiler nor a package manager',
    async () => {
      const { stdout } = await shell('cd /airbyte/integration_code && ls -A');
      assert.deepEqual(lines(stdout).sort(), ['LICENSE', 'dist', 'package.json', 'spec.json']);
      assert.equal((await shell('find / -xdev -name node_modules 2>&-')).stdout, '');
    },
  );
  await checks.that('dist is the one that was tested, with a word of each package in it', async () => {
    // Files are named after what they hold, as a hash.
    const { stdout } = await shell('cd /airbyte/integration_code/dist && find . -type f');
    const tested = await readdir(DIST, { recursive: true, withFileTypes: true });
    const paths = tested.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    assert.deepEqual(lines(stdout).sort(), paths.map((path) => `./${relative(DIST, path)}`).sort());
    assert.ok(lines(stdout).includes('./packages/axios/package.json'));
  });
}

async function withoutNetwork(): Promise<void> {
  await checks.that('spec, without a network, prints spec.json', async () => {
    const [message, ...others] = succeeded(await image.run(['spec']));
    assert.deepEqual(message, { type: 'SPEC', spec: await json('spec.json') });
    assert.deepEqual(others, []);
  });
  await checks.that('spec, evaluated by a shell in another directory as on Kubernetes', async () => {
    const outcome = await shell('eval "$AIRBYTE_ENTRYPOINT spec"', { workdir: '/config' });
    assert.equal(succeeded(outcome)[0]?.type, 'SPEC');
  });
  await checks.that('discover, without a network, names every table of the workspace', async () => {
    const names = (await discover()).map((stream) => stream.name);
    assert.deepEqual(names.sort(), Object.keys(sandbox.workspace.tables).sort());
  });
}

async function connection(): Promise<void> {
  await checks.that('check succeeds', async () => {
    assert.deepEqual(statuses(await command('check')), ['SUCCEEDED']);
  });
  await checks.that('check with a token of nobody fails, and exits 0', async () => {
    assert.deepEqual(statuses(await command('check', { config: 'invalid_config.json' })), ['FAILED']);
  });
}

async function reads(): Promise<void> {
  await checks.that('a catalog for the reads', async () => {
    await put('catalog.json', configured(await discover(), 'incremental'));
  });
  const tables = Object.entries(sandbox.workspace.tables);
  const rows = Object.fromEntries(tables.map(([table, all]) => [table, [...all()].length]));
  const names = Object.keys(rows);
  let first: Message[] = [];
  await checks.that(
    `read, all ${tables.length} tables: every row is there, every stream complete`,
    async () => {
      first = succeeded(await command('read', { catalog: 'catalog.json' }));
      assert.deepEqual(counts(first), rows);
      assert.deepEqual(unfinished(first, names), []);
    },
  );
  const full = (await discover().catch(() => [])).filter((stream) => !stream.default_cursor_field);
  await checks.that('read from its state: full tables again, of the others only the end', async () => {
    await put('state.json', lastStates(first));
    const second = succeeded(await command('read', { catalog: 'catalog.json', state: 'state.json' }));
    assert.deepEqual(unfinished(second, names), []);
    for (const [table, count] of Object.entries(counts(second))) {
      const before = rows[table] ?? 0;
      if (full.some((stream) => stream.name === table)) assert.equal(count, before, table);
      else assert.ok(count > 0 && count < before, `${table}: ${count} rows again, of ${before}`);
    }
  });
  await checks.that('read from a state in the future: no row of an incremental table', async () => {
    const outcome = await command('read', { catalog: 'catalog.json', state: 'abnormal_state.json' });
    const messages = succeeded(outcome);
    assert.deepEqual(unfinished(messages, names), []);
    assert.deepEqual(Object.keys(counts(messages)).sort(), full.map((stream) => stream.name).sort());
  });
  await checks.that('export writes its file where it may write, and nothing beside it', async () => {
    const call = `node ${MAIN} export --config /config/config.json --out /dev/shm/out --view generic`;
    const { code, stdout, stderr } = await shell(`${call} && ls -A /dev/shm/out`, { network: 'host' });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(lines(stdout).at(-1), 'access_records.generic.csv');
  });
  await checks.that('read writes nothing but its output', async () => {
    const args = ['read', '--config', '/config/config.json', '--catalog', '/config/catalog.json'];
    assert.deepEqual(await image.changes(args, { network: 'host' }), []);
  });
}

async function discover(): Promise<readonly CatalogStream[]> {
  const messages = succeeded(await command('discover', {}, { network: 'none' }));
  assert.equal(messages.length, 1);
  return messages[0]?.catalog?.streams ?? [];
}

/** A command of the connector, with files of /config. */
function command(
  verb: string,
  files: Readonly<Record<string, string>> = {},
  options: RunOptions = { network: 'host' },
): Promise<Outcome> {
  const flags = Object.entries({ config: 'config.json', ...files });
  return image.run([verb, ...flags.flatMap(([flag, path]) => [`--${flag}`, `/config/${path}`])], options);
}

function shell(script: string, options: RunOptions = {}): Promise<Outcome> {
  return image.run(['-c', script], { ...options, entrypoint: 'sh' });
}

/** The messages of a run that ended well: exit 0, nothing but messages, no token among them, and a silent stderr. */
function succeeded({ code, stdout, stderr }: Outcome): Message[] {
  const messages = messagesOf(stdout);
  const errors = messages.flatMap(({ trace }) => trace?.error?.message ?? []);
  assert.deepEqual({ code, stderr, errors }, { code: 0, stderr: '', errors: [] });
  assert.ok(!stdout.includes(sandbox.token), 'the token is in the output');
  return messages;
}

function statuses(outcome: Outcome): string[] {
  return succeeded(outcome).flatMap(({ connectionStatus }) => connectionStatus?.status ?? []);
}

function lines(text: string): string[] {
  return text.trim().split('\n');
}

async function put(path: string, content: unknown): Promise<void> {
  await writeFile(join(folder, path), JSON.stringify(content));
  await chmod(join(folder, path), 0o644);
}
