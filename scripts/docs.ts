/**
 * Writes the parts of the documents that the code knows better: `node build/scripts/docs.js`. With `--check` nothing
 * is written, and a document that is not up to date is named instead.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

/** What the documents say of a table: a view of the compiled registry. */
interface Table {
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly docs: string;
  readonly primaryKey: readonly string[];
  readonly cursor?: string;
  readonly parent?: List;
  readonly joins?: readonly List[];
  readonly refersTo?: Readonly<Record<string, readonly string[]>>;
  readonly gate?: string;
  readonly requestsPerMinute?: number;
  readonly secrets?: Readonly<Record<string, 'all' | 'credentials'>>;
  readonly schema: Node;
}

/** A list that others are read from. */
interface List {
  readonly stream: { readonly name: string };
}

/** Tables that answer one kind of question. */
interface Topic {
  readonly title: string;
  readonly streams: readonly Table[];
}

/** A JSON schema, as far as the documents tell of it. */
interface Node {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

interface Field extends Node {
  readonly title?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly airbyte_secret?: boolean;
  readonly airbyte_hidden?: boolean;
  readonly properties?: Readonly<Record<string, Field>>;
}

interface Spec {
  readonly connectionSpecification: {
    readonly required: readonly string[];
    readonly properties: Readonly<Record<string, Field>>;
  };
}

/** What the names of audit events mean: the table of names, as far as the documents tell of it. */
interface Names {
  readonly NAMES_VERSION: number;
  readonly SUBJECTS: Readonly<Record<string, readonly string[]>>;
  readonly FORMERLY: Readonly<Record<string, string>>;
  readonly ACTIONS: Readonly<
    Record<string, { readonly verbs: readonly string[]; readonly outcome: string | null }>
  >;
}

/** Each source: where its tables and its spec are, and which documents tell of them. */
const SOURCES = [
  {
    registry: 'build/src/sources/segment/streams/index.js',
    spec: 'spec.json',
    names: 'build/src/sources/segment/audit/names.js',
    documents: ['README.md', 'docs/segment.md', 'docs/segment-columns.md', 'docs/audit-trail.md'],
  },
];

const ROOT = new URL('../../', import.meta.url);
const file = (path: string) => new URL(path, ROOT);

const stale: string[] = [];
for (const source of SOURCES) {
  const { streams, topics } = (await import(file(source.registry).href)) as {
    streams: readonly Table[];
    topics: readonly Topic[];
  };
  const names = (await import(file(source.names).href)) as Names;
  const spec = JSON.parse(await readFile(file(source.spec), 'utf8')) as Spec;
  const parts: Record<string, () => string> = {
    streams: () => topics.map(streamsPart).join('\n\n'),
    topics: () => topicsPart(topics),
    secrets: () => secretsPart(streams),
    diagram: () => diagramPart(streams),
    columns: () => columnsPart(streams),
    config: () => configPart(spec),
    areas: () => areasPart(names),
    actions: () => actionsPart(names),
  };
  for (const path of source.documents) {
    const before = await readFile(file(path), 'utf8');
    const after = await tidy(path, fill(path, before, parts));
    if (after === before) continue;
    stale.push(path);
    if (!process.argv.includes('--check')) await writeFile(file(path), after);
  }
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}; run \`make docs\`.`);
  process.exitCode = 1;
}

/** The document with each `<!-- generated:name -->` … `<!-- /generated -->` filled anew. */
function fill(path: string, text: string, parts: Record<string, () => string>): string {
  return text.replace(
    /(<!-- generated:(\w+) -->)[^]*?(<!-- \/generated -->)/g,
    (_, open: string, name: string, close: string) => {
      const part = parts[name];
      if (!part) throw new Error(`${path} asks for the part "${name}", which does not exist.`);
      return `${open}\n\n${part()}\n\n${close}`;
    },
  );
}

async function tidy(path: string, text: string): Promise<string> {
  const options = await resolveConfig(file(path));
  return format(text, { ...options, parser: 'markdown' });
}

function streamsPart({ title, streams }: Topic): string {
  const rows = streams.map((stream) => [
    `[\`${stream.name}\`](segment-columns.md#${stream.name})`,
    stream.description,
    `[\`${stream.endpoint}\`](${stream.docs})`,
    names(stream.primaryKey),
    stream.cursor === undefined ? '' : names([stream.cursor]),
    names(
      [...(stream.parent ? [stream.parent] : []), ...(stream.joins ?? [])].map(
        ({ stream: { name } }) => name,
      ),
    ),
    stream.requestsPerMinute === undefined ? '' : `${stream.requestsPerMinute}`,
    stream.gate ?? '',
  ]);
  const head = ['Table', 'What it holds', 'Request', 'Key', 'Cursor', 'Reads first', 'A minute', 'Needs'];
  return `#### ${title}\n\n${table(head, rows)}`;
}

/** All tables on a page, those that can be read incrementally with a star. */
function topicsPart(topics: readonly Topic[]): string {
  const starred = ({ name, cursor }: Table) => `\`${name}\`${cursor === undefined ? '' : '\\*'}`;
  return table(
    ['About', 'Tables'],
    topics.map(({ title, streams }) => [title, streams.map(starred).join(', ')]),
  );
}

/** What is masked, by how: whole fields, and those in which credentials are looked for. */
function secretsPart(streams: readonly Table[]): string {
  const fields = (how: 'all' | 'credentials') =>
    streams.flatMap(({ name, secrets = {} }) =>
      Object.entries(secrets).flatMap(([field, mask]) => (mask === how ? [`\`${name}.${field}\``] : [])),
    );
  return table(
    ['What', 'Where'],
    [
      ['The whole value', fields('all').join(', ')],
      ['Whatever is recognized as a credential', fields('credentials').join(', ')],
    ],
  );
}

/** How tables join: each field that is named after a table that has such an id, or is said to refer to one. */
function diagramPart(streams: readonly Table[]): string {
  const byId = new Map(
    streams
      .filter(({ primaryKey }) => primaryKey.includes('id'))
      .map(({ name }) => [`${camel(name.replace(/^reverse_etl_/, '').replace(/s$/, ''))}Id`, name]),
  );
  const said = streams.flatMap(({ name, refersTo = {} }) =>
    Object.entries(refersTo).flatMap(([field, tables]) =>
      tables.map((held) => `  ${held} ||--o{ ${name} : ${/^\w+$/.test(field) ? field : `"${field}"`}`),
    ),
  );
  const named = streams.flatMap(({ name, schema }) =>
    Object.keys(schema.properties ?? {}).flatMap((field) => {
      const held = byId.get(field);
      return held === undefined || held === name || held === 'workspace'
        ? []
        : [`  ${held} ||--o{ ${name} : ${field}`];
    }),
  );
  const related = [...said, ...named];
  const read = streams.flatMap(({ name, parent, joins = [] }) =>
    [
      ...(parent ? [{ held: parent.stream.name, how: 'below' }] : []),
      ...joins.map(({ stream }) => ({ held: stream.name, how: 'joined' })),
    ].flatMap(({ held, how }) =>
      related.some((line) => line.startsWith(`  ${held} ||--o{ ${name} `))
        ? []
        : [`  ${held} ||--o{ ${name} : "${how}"`],
    ),
  );
  return ['```mermaid', 'erDiagram', ...[...related, ...read].sort(), '```'].join('\n');
}

function camel(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function columnsPart(streams: readonly Table[]): string {
  return streams
    .map((stream) => {
      const { name, description, endpoint, docs, primaryKey, cursor, schema } = stream;
      const kept = new Set([...primaryKey, ...(cursor === undefined ? [] : [cursor])]);
      const rows = fieldsOf(schema).map(({ path, node }) => [
        `\`${path}\`${kept.has(path) ? ' *' : ''}`,
        typeOf(node),
        node.description ?? '',
      ]);
      const facts = `${description}. [\`${endpoint}\`](${docs}), key ${names(primaryKey)}.`;
      return `## ${name}\n\n${facts}\n\n${table(['Field', 'Type', 'What it is'], rows)}`;
    })
    .join('\n\n');
}

function configPart({ connectionSpecification: { required, properties } }: Spec): string {
  return table(
    ['Field', 'In the form', 'Default', 'What it is'],
    settingsOf(properties).map(([name, field]) => [
      `\`${name}\``,
      field.airbyte_hidden ? '(not shown)' : (field.title ?? ''),
      required.includes(name) ? '**required**' : field.default === undefined ? '' : code(field.default),
      [field.description, valuesOf(field), field.airbyte_secret ? 'Kept as a secret.' : '']
        .filter(Boolean)
        .join(' '),
    ]),
  );
}

/** Each field of the config, those of an object after it with its name before theirs. */
function settingsOf(properties: Readonly<Record<string, Field>>): [string, Field][] {
  return Object.entries(properties).flatMap(([name, field]) => [
    [name, field],
    ...settingsOf(field.properties ?? {}).map(([below, one]): [string, Field] => [`${name}.${below}`, one]),
  ]);
}

function valuesOf({ enum: values, minimum, maximum }: Field): string {
  if (values) return `One of ${values.map(code).join(', ')}.`;
  return minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}.`;
}

/** How the names of each area begin, in each of their editions. */
function areasPart({ NAMES_VERSION, SUBJECTS, FORMERLY }: Names): string {
  const rows = Object.entries(SUBJECTS).map(([area, subjects]) => [code(area), names(subjects)]);
  const formerly = Object.entries(FORMERLY).map(([former, present]) => `${code(former)} is ${code(present)}`);
  return `Version ${NAMES_VERSION} of the table. ${formerly.join(', ')}.\n\n${table(['Area', 'Begins with'], rows)}`;
}

function actionsPart({ ACTIONS }: Names): string {
  const rows = Object.entries(ACTIONS).map(([action, { verbs, outcome }]) => [
    code(action),
    verbs.join(', '),
    outcome === null ? '' : code(outcome),
  ]);
  return table(['Action', 'By the words', 'Outcome'], rows);
}

/** Each field below a schema, with its path: `permissions[].resources[].id`. */
function fieldsOf(schema: Node, at = ''): { path: string; node: Node }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const below = node.items ? fieldsOf(node.items, `${path}[]`) : fieldsOf(node, path);
    return [{ path, node }, ...below];
  });
}

function typeOf({ type, format: form, items }: Node): string {
  const [name] = [type].flat().filter((one) => one !== 'null');
  if (name === undefined) return 'any JSON';
  if (form === 'date-time') return 'timestamp';
  return name === 'array' && items ? `array of ${typeOf(items)}s` : name;
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}

function names(fields: readonly string[]): string {
  return fields.map(code).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
