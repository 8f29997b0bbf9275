/** The documents are true where a machine can tell: generated parts, links, names, headings, and code that compiles. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SOURCES, sourceNamed } from '../scripts/kit/sources.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const json = (path: string) => JSON.parse(text(path)) as unknown;

const NOT_OURS = /^(node_modules|dist|build|coverage|secrets|\..*)$/;
const documents = readdirSync(ROOT, { withFileTypes: true })
  .filter(({ name }) => !NOT_OURS.test(name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(join(ROOT, entry.name), { recursive: true, encoding: 'utf8' }).map((path) =>
          join(entry.name, path),
        )
      : [entry.name],
  )
  .filter((path) => path.endsWith('.md'))
  .sort();

/** Without code, where `#` and `[…](…)` mean something else. */
const prose = (path: string) => text(path).replace(/^```[^]*?^```/gm, '');
const headingsOf = (path: string) => [...prose(path).matchAll(/^#{1,6} .+$/gm)].map(([line]) => line);

/** The anchor that GitHub gives a heading. */
const anchor = (heading: string) =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

test('there are documents', () => {
  expect(documents).toEqual(
    expect.arrayContaining([
      ...['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md'],
      ...SOURCES.map(({ page }) => page),
    ]),
  );
});

test('the generated parts are fresh', () => {
  const { status, stderr } = spawnSync(process.execPath, ['build/scripts/docs.js', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

describe.each(documents)('%s', (path) => {
  const links = [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

  test('links to what is there', () => {
    const broken = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = '', fragment] = link.split('#');
        const target = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
        if (!existsSync(target)) return true;
        return (
          fragment !== undefined && !headingsOf(target.slice(ROOT.length)).map(anchor).includes(fragment)
        );
      });
    expect(broken).toEqual([]);
  });

  test('has no plain http but to this machine', () => {
    expect(text(path).match(/http:\/\/(?!localhost\b|127\.0\.0\.1\b|\[::1\])\S*/g)).toBeNull();
  });
});

const between = (page: string, from: string, to: string) => page.slice(page.indexOf(from), page.indexOf(to));

describe.each(SOURCES)('$page', ({ name, title, folder, page: path, columns, streams }) => {
  const page = text(path);
  const names = streams.map((stream) => stream.name);

  test('has the headings of a connector page, in their order', () => {
    const wanted = [
      `# ${title}`,
      '## Prerequisites',
      '## Setup guide',
      `### Set up ${title}`,
      `### Set up the ${title} connector in Airbyte`,
      '#### For Airbyte Cloud:',
      '#### For Airbyte Open Source:',
      '## Supported sync modes',
      '## Supported Streams',
      '### Performance considerations',
      '## Data type map',
      '## Limitations & Troubleshooting',
      '### Tutorials',
      '## Changelog',
    ];
    expect(headingsOf(path).filter((heading) => wanted.includes(heading))).toEqual(wanted);
  });

  const { connectionSpecification: spec } = json(`${folder}spec.json`) as { connectionSpecification: Group };

  test.each(fieldsOf(spec))('explains %s', (field) => {
    expect(page).toContain(`\`${field}\``);
  });

  test.each(spec.required ?? [])('names %s as a prerequisite', (field) => {
    expect(between(page, '## Prerequisites', '## Setup guide')).toContain(`\`${field}\``);
  });

  test('has each table, its columns, and a word of it in the README', () => {
    const headings = headingsOf(columns).map((heading) => heading.replace(/^#+ /, ''));
    expect(
      names.filter((table) => !page.includes(`](${columns === path ? '' : basename(columns)}#${table})`)),
    ).toEqual([]);
    expect(headings.filter((heading) => names.includes(heading)).sort()).toEqual([...names].sort());
    expect(names.filter((table) => !text('README.md').includes(`\`${table}\``))).toEqual([]);
  });

  test('has this version in its changelog, as metadata.yaml has it', () => {
    const { data } = parse(text(`${folder}metadata.yaml`)) as {
      data: { dockerImageTag: string; releaseDate: string };
    };
    const { version } = json('package.json') as { version: string };
    expect(data.dockerImageTag).toBe(version);
    expect(page).toMatch(new RegExp(`^\\| ${version} +\\| ${data.releaseDate} +\\|`, 'm'));
  });

  test('says how it is installed: its image, and what is marked as not seen yet', () => {
    expect(page).toContain(`ghcr.io/source-segment/source-${name}:`);
    expect(page).toContain('_unverified_');
  });
});

test('docs/segment.md tells of no operation that it has no table, where there is one', () => {
  const { page, streams } = sourceNamed('segment');
  const part = between(text(page), '### What has no table', '### Audit trail');
  const paths = [...part.matchAll(/^\| `(GET [^`]+)`/gm)].map(([, path = '']) => unnamed(path));
  const read = new Set(streams.map(({ endpoint }) => unnamed(endpoint.replace(/\?.*$/, ''))));
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => read.has(path))).toEqual([]);
  // As many as the API's document has; `access_records` shares its request with `users`.
  expect(part).toContain(`has ${paths.length + read.size} read operations. ${read.size} of them`);
});

test('the changelog has this version, on the day of the first source', () => {
  const { version } = json('package.json') as { version: string };
  const [, date] =
    new RegExp(`^## \\[${version}\\] - (\\d{4}-\\d\\d-\\d\\d)$`, 'm').exec(text('CHANGELOG.md')) ?? [];
  const { data } = parse(text('metadata.yaml')) as { data: { releaseDate: string } };
  expect(date).toBe(data.releaseDate);
});

test('the examples of CONTRIBUTING.md compile', () => {
  const blocks = [...text('CONTRIBUTING.md').matchAll(/^```ts\n(\/\/ (\S+)\n[^]*?)^```/gm)];
  const files = new Map(blocks.map(([, code = '', path = '']) => [path, code]));
  expect(files.size).toBe(3);
  expect(problemsOf(files)).toBe('');
});

interface Group {
  readonly required?: string[];
  readonly properties?: Record<string, Group>;
  readonly oneOf?: Group[];
}

/** Each field of a config by its path, with those of all choices. */
function fieldsOf({ properties = {}, oneOf = [] }: Group, at = ''): string[] {
  const below = Object.entries(properties).flatMap(([name, field]) => [
    `${at}${name}`,
    ...fieldsOf(field, `${at}${name}.`),
  ]);
  return [...new Set([...below, ...oneOf.flatMap((option) => fieldsOf(option, at))])];
}

/** A path without the names of what stands in it, which differ. */
const unnamed = (path: string) => path.replace(/\{[^}]*\}/g, '{}');

/** What TypeScript says of files that are not there, under the project's own settings. */
function problemsOf(files: ReadonlyMap<string, string>): string {
  // Seen from there, the project is where it would be from their own places.
  const there = mkdtempSync(join(ROOT, 'node_modules', '.docs-'));
  try {
    for (const [path, code] of files) {
      mkdirSync(dirname(join(there, path)), { recursive: true });
      writeFileSync(join(there, path), code);
    }
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { rootDirs: [ROOT, there], typeRoots: [join(ROOT, 'node_modules/@types')] },
      include: [],
      files: [...files.keys()],
    };
    writeFileSync(join(there, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', there], { encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(there, { recursive: true, force: true });
  }
}
