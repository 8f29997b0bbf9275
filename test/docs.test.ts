/** The documents are true where a machine can tell: generated parts, links, names, headings, and code that compiles. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { streams } from '../src/sources/segment/streams/index.ts';

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
    expect.arrayContaining(['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'docs/segment.md']),
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

describe('docs/segment.md', () => {
  const page = text('docs/segment.md');
  const section = (from: string, to: string) => page.slice(page.indexOf(from), page.indexOf(to));

  test('has the headings of a connector page, in their order', () => {
    const wanted = [
      '# Segment',
      '## Prerequisites',
      '## Setup guide',
      '### Set up Segment',
      '### Set up the Segment connector in Airbyte',
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
    expect(headingsOf('docs/segment.md').filter((heading) => wanted.includes(heading))).toEqual(wanted);
  });

  test('tells of no operation that it has no table, where there is one', () => {
    const part = section('### What has no table', '### Audit trail');
    const paths = [...part.matchAll(/^\| `(GET [^`]+)`/gm)].map(([, path = '']) => unnamed(path));
    const read = new Set(streams.map(({ endpoint }) => unnamed(endpoint.replace(/\?.*$/, ''))));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => read.has(path))).toEqual([]);
    // As many as the API's document has; `access_records` shares its request with `users`.
    expect(part).toContain(`has ${paths.length + read.size} read operations. ${read.size} of them`);
  });

  const { connectionSpecification: spec } = json('spec.json') as {
    connectionSpecification: { required: string[]; properties: Record<string, unknown> };
  };

  test.each(Object.keys(spec.properties))('explains %s', (field) => {
    expect(page).toContain(`\`${field}\``);
  });

  test.each(spec.required)('names %s as a prerequisite', (field) => {
    expect(section('## Prerequisites', '## Setup guide')).toContain(`\`${field}\``);
  });
});

test('the README and the columns name every table', () => {
  const names = streams.map(({ name }) => name);
  expect(names.filter((name) => !text('README.md').includes(`\`${name}\``))).toEqual([]);
  expect(headingsOf('docs/segment-columns.md').slice(1)).toEqual(names.map((name) => `## ${name}`));
});

test('both changelogs have this version', () => {
  const { version } = json('package.json') as { version: string };
  const [, date] =
    new RegExp(`^## \\[${version}\\] - (\\d{4}-\\d\\d-\\d\\d)$`, 'm').exec(text('CHANGELOG.md')) ?? [];
  expect(date).toBeDefined();
  expect(text('docs/segment.md')).toMatch(new RegExp(`^\\| ${version} +\\| ${date} +\\|`, 'm'));
});

test('the examples of CONTRIBUTING.md compile', () => {
  const blocks = [...text('CONTRIBUTING.md').matchAll(/^```ts\n(\/\/ (\S+)\n[^]*?)^```/gm)];
  const files = new Map(blocks.map(([, code = '', path = '']) => [join(ROOT, path), code]));
  expect(files.size).toBe(3);
  expect(problemsOf(files)).toEqual([]);
});

/** A path without the names of what stands in it, which differ. */
const unnamed = (path: string) => path.replace(/\{[^}]*\}/g, '{}');

/** What TypeScript says of files that are not there, under the project's own settings. */
function problemsOf(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => files.has(path) || disk.fileExists(path),
    readFile: (path) => files.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version, ...rest) => {
      const code = files.get(path);
      return code === undefined
        ? disk.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, code, version, true);
    },
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options, host });
  return [...files.keys()]
    .flatMap((path) => program.getSourceFile(path) ?? [])
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
