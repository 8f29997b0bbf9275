/** What `make build` leaves in dist/: each start loads what it needs and no more, and what is in it is named. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { MAIN } from './support/process.ts';

const DIST = dirname(MAIN);
const text = (file: string) => readFileSync(join(DIST, file), 'utf8');
const built = readdirSync(DIST).filter((file) => file.endsWith('.js'));
const named = (name: string) => built.find((file) => file.startsWith(`${name}-`)) ?? `no ${name}`;

/** A file and what it imports, in their turn too, before any of it runs. */
function loadedWith(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const [, next = ''] of text(file).matchAll(/^(?:import|export)\b[^"';]*"\.\/([^"]+)";$/gm)) {
    loadedWith(next, loaded);
  }
  return loaded;
}

/** The modules in these files: each stands below its path. */
const modulesIn = (files: Iterable<string>) =>
  [...files].flatMap((file) =>
    [...text(file).matchAll(/^\s*\/\/ ((?:src|node_modules)\/\S+)$/gm)].map(([, path = '']) => path),
  );
const foundIn = (files: Iterable<string>, paths: RegExp) =>
  modulesIn(files).filter((path) => paths.test(path));

test.each(['segment', 'mixpanel', 'moesif'])(
  'a start of %s leaves new objects the room that is meant for them',
  (source) => {
    const report = `import { getHeapSpaceStatistics } from 'node:v8';
    process.on('exit', () => {
      const room = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
      process.stderr.write(String(room / 2 ** 20));
    });`;
    const preload = `data:text/javascript,${encodeURIComponent(report)}`;
    const env = { ...process.env, SOURCE: source };
    const { stderr } = spawnSync(process.execPath, ['--import', preload, MAIN, 'discover'], { env });
    // Two halves, of which one is in use.
    expect(stderr.toString()).toBe('16');
  },
);

describe('what a start loads', () => {
  test('spec: the entry and nothing else', () => {
    expect([...loadedWith('main.js')]).toEqual(['main.js']);
    expect(modulesIn(['main.js'])).toEqual(['src/main.ts']);
  });

  test('before the command is known: neither a command, a source, nor what they use', () => {
    const files = loadedWith(named('process'));
    expect(foundIn(files, /^src\/(cli|process)\.ts/)).toEqual(expect.arrayContaining(['src/process.ts']));
    expect(
      foundIn(
        files,
        /^src\/(sources|commands|forward|engine\/(?!errors))|\/(axios|ajv|papaparse|cli-progress)\//,
      ),
    ).toEqual([]);
  });

  test.each(['check', 'discover', 'read', 'export', 'forward'])('%s: its own, and no source', (command) => {
    const files = loadedWith(named(command));
    const shared = '(command|files|states)';
    expect(foundIn(files, new RegExp(`^src/commands/(?!${shared}\\.ts)`))).toEqual([
      `src/commands/${command}.ts`,
    ]);
    expect(foundIn(files, /^src\/(sources|cli)|\/(axios|cli-progress)\//)).toEqual([]);
    const isForFiles = command === 'export' || command === 'forward';
    expect(foundIn(files, /^src\/(export|forward)/).length > 0).toBe(isForFiles);
    expect(foundIn(files, /\/papaparse\//).length > 0).toBe(command === 'export');
  });

  test('of axios: no browser, no forms, no HTTP/2', () => {
    const files = loadedWith(named('source'));
    expect(foundIn(files, /\/axios\/lib\/adapters\//)).toEqual(
      expect.arrayContaining(['node_modules/axios/lib/adapters/http.js']),
    );
    expect(foundIn(files, /\/(adapters\/(xhr|fetch)|mime-db|form-data\/)/)).toEqual([]);
    expect([...files].filter((file) => text(file).includes('"http2"'))).toEqual([]);
  });

  test('of the modules of Node.js: what is used of them, so none is imported at once', () => {
    const imported = built.flatMap((file) => [
      ...text(file).matchAll(/^(?:import|export)\b[^"';]*"(?!\.)[^"]+"/gm),
    ]);
    expect(imported.map(([statement]) => statement)).toEqual([]);
  });
});

test('there is a package.json and a licence of each dependency that is declared, in the version that is', () => {
  const { dependencies } = JSON.parse(text('../package.json')) as { dependencies: Record<string, string> };
  const kept = Object.keys(dependencies).map((name) => {
    const folder = join(DIST, 'packages', name);
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) return [name, 'not in the bundle'];
    expect(readdirSync(folder).join()).toMatch(/licen[cs]e|readme/i);
    return [name, (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version];
  });
  expect(Object.fromEntries(kept)).toEqual(dependencies);
});

test('names of functions are those of src/, for who reads a stack trace', () => {
  const all = built.map(text).join('\n');
  for (const name of ['runProcess', 'parseCall', 'configProblems', 'segmentWith']) {
    expect(all).toMatch(new RegExp(`function ${name}\\(|${name} = `));
  }
});
