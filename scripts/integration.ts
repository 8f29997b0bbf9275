/**
 * Writes the generated files of each source's integration_tests/ from what the built connector says: `node
 * build/scripts/integration.js`. With `--check` nothing is written, and files that are not up to date are named instead.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Row } from '../sandbox/kit/contract.ts';
import { listen } from '../sandbox/kit/listen.ts';
import { lastingRows } from './kit/lasting.ts';
import { configured, messagesOf, type CatalogStream } from './kit/messages.ts';
import { run } from './kit/run.ts';
import { SOURCES, type SourceKit } from './kit/sources.ts';

const EXPECTED_ROWS = 3;
/** At another hour, and within the thirty days that the connector allows between its clock and the vendor's. */
const EARLIER_MS = 20 * 86_400_000 + 7 * 3_600_000;
/** Later than any run of these tests. */
const FUTURE = '2099-12-31T00:00:00.000Z';
/** Ends of lines to Python's `splitlines`, and to some editors, that JSON takes for letters. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;
const escaped = (end: string) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`;

const ROOT = new URL('../../', import.meta.url);
const MAIN = fileURLToPath(new URL('dist/main.js', ROOT));

const check = process.argv.includes('--check');
const stale: string[] = [];
// At once, as each spends much of its time waiting for what the vendor allows.
const all = await Promise.all(SOURCES.map(async (source) => ({ source, files: await filesOf(source) })));
for (const { source, files } of all) {
  for (const [name, content] of Object.entries(files)) {
    const path = `${source.folder}integration_tests/${name}`;
    const file = new URL(path, ROOT);
    if ((await readFile(file, 'utf8').catch(() => undefined)) === content) continue;
    stale.push(path);
    if (!check) await writeFile(file, content);
  }
}
if (check && stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}; run \`make docs\`.`);
  process.exitCode = 1;
}

async function filesOf(source: SourceKit): Promise<Record<string, string>> {
  const [now, before] = await Promise.all([told(source, 0), told(source, EARLIER_MS)]);
  const { streams } = now;
  return {
    'configured_catalog.json': await json(configured(streams.map(brief), 'incremental')),
    'configured_catalog_full_refresh.json': await json(configured(streams.map(brief), 'full_refresh')),
    'abnormal_state.json': await json(streams.flatMap(futureState)),
    'expected_records.jsonl': expectedRecords(source, now, before),
  };
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

/** A few rows of each table that are the same at any time, as the sandbox has them when nothing else is said. */
function expectedRecords(source: SourceKit, { streams, rows: now }: Told, { rows: before }: Told): string {
  const lasting = lastingRows(source);
  const expected = streams.flatMap(({ name }) => {
    const [lasts, known] = [lasting(name), new Set(before.get(name))];
    const isExpected = (line: string) => known.has(line) && lasts((JSON.parse(line) as { data: Row }).data);
    return now.get(name)?.filter(isExpected).slice(0, EXPECTED_ROWS) ?? [];
  });
  return expected.join('').replace(LINE_ENDS, escaped);
}

/** What a source says at a time of the vendor's. */
interface Told {
  readonly streams: readonly CatalogStream[];
  /** The lines of a full read, by table and sorted, their numbers as they were written. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

async function told(source: SourceKit, ago: number): Promise<Told> {
  const sandbox = source.simulate({ now: new Date(Date.now() - ago).toISOString(), still: false });
  const server = await listen(sandbox);
  const folder = await mkdtemp(join(tmpdir(), `source-${source.name}-`));
  try {
    const config = join(folder, 'config.json');
    const catalog = join(folder, 'catalog.json');
    await writeFile(config, JSON.stringify({ ...sandbox.config(server.url), ...source.hasty }));
    const found = messagesOf(await connector(source, 'discover', '--config', config));
    const streams = found.flatMap((message) => message.catalog?.streams ?? []);
    await writeFile(catalog, JSON.stringify(configured(streams, 'full_refresh')));
    const read = await connector(source, 'read', '--config', config, '--catalog', catalog);
    return { streams, rows: recordsIn(read, streams) };
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

function recordsIn(output: string, streams: readonly CatalogStream[]): ReadonlyMap<string, string[]> {
  const tables = new Map<string, string[]>(streams.map(({ name }) => [name, []]));
  for (const line of output.trimEnd().split('\n')) {
    const { record } = JSON.parse(line) as { record?: { stream: string; data: object } };
    if (!record) continue;
    const { stream, data } = record;
    tables.get(stream)?.push(`${JSON.stringify({ stream, data, emitted_at: 0 })}\n`);
  }
  for (const rows of tables.values()) rows.sort();
  return tables;
}

async function connector(source: SourceKit, ...args: string[]): Promise<string> {
  const env = { SOURCE: source.name };
  const { code, stdout, stderr } = await run(process.execPath, [MAIN, ...args], { env });
  if (code !== 0) throw new Error(`The connector's ${args[0]} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

async function json(content: object): Promise<string> {
  const options = await resolveConfig(fileURLToPath(new URL('integration_tests/any.json', ROOT)));
  return format(JSON.stringify(content), { ...options, parser: 'json' });
}
