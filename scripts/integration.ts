/**
 * Writes the generated files of integration_tests/ from what the built connector says: `node
 * build/scripts/integration.js`. With `--check` nothing is written, and files that are not up to date are named instead.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { createSandbox, listen } from '../sandbox/segment/index.ts';
import { configured, messagesOf, type CatalogStream } from './kit/messages.ts';
import { run } from './kit/run.ts';

const EXPECTED_ROWS = 3;
/** Within the thirty days that the connector allows between its clock and the vendor's. */
const LATER_MS = 20 * 86_400_000;
/** Later than any run of these tests. */
const FUTURE = '2099-12-31T00:00:00.000Z';

const ROOT = new URL('../../', import.meta.url);
const MAIN = fileURLToPath(new URL('dist/main.js', ROOT));

const streams = await discover();
const files: Record<string, string> = {
  'configured_catalog.json': await json(configured(streams.map(brief), 'incremental')),
  'configured_catalog_full_refresh.json': await json(configured(streams.map(brief), 'full_refresh')),
  'abnormal_state.json': await json(streams.flatMap(futureState)),
  'expected_records.jsonl': await expectedRecords(),
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, content] of Object.entries(files)) {
  const file = new URL(`integration_tests/${name}`, ROOT);
  if ((await readFile(file, 'utf8').catch(() => undefined)) === content) continue;
  stale.push(name);
  if (!check) await writeFile(file, content);
}
if (check && stale.length > 0) {
  console.error(`Not up to date in integration_tests: ${stale.join(', ')}; run \`make docs\`.`);
  process.exitCode = 1;
}

async function discover(): Promise<readonly CatalogStream[]> {
  const [message] = messagesOf(await connector('discover'));
  return message?.catalog?.streams ?? [];
}

/** Without the schema, which neither a connector nor a test suite takes from a configured catalog. */
function brief(stream: CatalogStream): CatalogStream {
  return { ...stream, json_schema: {} };
}

function futureState({ name, default_cursor_field: cursor }: CatalogStream): object[] {
  if (cursor === undefined) return [];
  const state = { [cursor.join('.')]: FUTURE };
  return [{ type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: state } }];
}

/** A few rows of each table that is the same at any time, as the sandbox's usual workspace has them. */
async function expectedRecords(): Promise<string> {
  const now = await read(Date.now());
  const later = await read(Date.now() + LATER_MS);
  const lasting = streams.filter(({ name }) => isDeepStrictEqual(now.get(name), later.get(name)));
  return lasting.flatMap(({ name }) => now.get(name)?.slice(0, EXPECTED_ROWS) ?? []).join('');
}

/** The lines of a full read at a time of the vendor's, by table and sorted, their numbers as they were written. */
async function read(at: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const sandbox = createSandbox({ now: new Date(at).toISOString(), endpointLimits: false });
  const server = await listen(sandbox);
  const folder = await mkdtemp(join(tmpdir(), 'source-segment-'));
  try {
    const config = join(folder, 'config.json');
    const catalog = join(folder, 'catalog.json');
    await writeFile(config, JSON.stringify(sandbox.config(server.url)));
    await writeFile(catalog, JSON.stringify(configured(streams, 'full_refresh')));
    const lines = (await connector('read', '--config', config, '--catalog', catalog)).trimEnd().split('\n');
    const tables = new Map<string, string[]>(streams.map(({ name }) => [name, []]));
    for (const line of lines) {
      const { record } = JSON.parse(line) as { record?: { stream: string; data: object } };
      if (!record) continue;
      const { stream, data } = record;
      tables.get(stream)?.push(`${JSON.stringify({ stream, data, emitted_at: 0 })}\n`);
    }
    for (const rows of tables.values()) rows.sort();
    return tables;
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

async function connector(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(process.execPath, [MAIN, ...args]);
  if (code !== 0) throw new Error(`The connector's ${args[0]} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

async function json(content: object): Promise<string> {
  const options = await resolveConfig(fileURLToPath(new URL('integration_tests/any.json', ROOT)));
  return format(JSON.stringify(content), { ...options, parser: 'json' });
}
