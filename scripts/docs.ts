/**
 * Writes the parts of the documents that the code knows better: `node build/scripts/docs.js`. With `--check` nothing
 * is written, and a document that is not up to date is named instead.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { actions, areas } from './docs/audit.ts';
import { columns } from './docs/columns.ts';
import { config, type Spec } from './docs/config.ts';
import { diagram } from './docs/diagram.ts';
import { secrets, streamsByTopic, topicsAtAGlance } from './docs/tables.ts';
import { SOURCES, type SourceKit } from './kit/sources.ts';

/** What can be asked for between `<!-- generated:name -->` and `<!-- /generated -->`; of another source: `source.name`. */
type Parts = Readonly<Record<string, () => string>>;

const ROOT = new URL('../../', import.meta.url);
const file = (path: string) => new URL(path, ROOT);
const isCheck = process.argv.includes('--check');

const partsOf = new Map<string, Parts>();
for (const source of SOURCES) partsOf.set(source.name, await partsAbout(source));

const stale: string[] = [];
for (const { name, page, columns, documents } of SOURCES) {
  for (const path of new Set([page, columns, ...documents])) {
    const before = await readFile(file(path), 'utf8');
    const after = await tidy(path, fill(path, before, name));
    if (after === before) continue;
    stale.push(path);
    if (!isCheck) await writeFile(file(path), after);
  }
}
if (isCheck && stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}; run \`make docs\`.`);
  process.exitCode = 1;
}

async function partsAbout({ folder, page, columns: columnsAt, topics, streams }: SourceKit): Promise<Parts> {
  const isOnePage = columnsAt === page;
  const spec = JSON.parse(await readFile(file(`${folder}spec.json`), 'utf8')) as Spec;
  return {
    streams: () => streamsByTopic(topics, isOnePage ? '' : basename(columnsAt)),
    topics: () => topicsAtAGlance(topics),
    secrets: () => secrets(streams),
    diagram: () => diagram(streams),
    columns: () => columns(streams, isOnePage ? '####' : '##'),
    config: () => config(spec),
    // Of the one source that has an audit trail.
    areas,
    actions,
  };
}

/** The document with each of its parts filled anew. */
function fill(path: string, text: string, own: string): string {
  return text.replace(
    /(<!-- generated:(?:(\w+)\.)?(\w+) -->)[^]*?(<!-- \/generated -->)/g,
    (_, open: string, source: string | undefined, name: string, close: string) => {
      const part = partsOf.get(source ?? own)?.[name];
      if (!part) throw new Error(`${path} asks for the part "${name}", which does not exist.`);
      return `${open}\n\n${part()}\n\n${close}`;
    },
  );
}

async function tidy(path: string, text: string): Promise<string> {
  const options = await resolveConfig(file(path));
  return format(text, { ...options, parser: 'markdown' });
}
