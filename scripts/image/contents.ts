import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Checks } from '../kit/checks.ts';
import { SOURCES } from '../kit/sources.ts';
import { file, json, lines, type Tested } from './tested.ts';

interface Metadata {
  readonly data: { readonly dockerRepository: string; readonly dockerImageTag: string };
}

export const MAIN = '/airbyte/integration_code/dist/main.js';
const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));
/** The siblings' specs; that of the first source is in the root. */
const SPECS = SOURCES.flatMap(({ folder }) => (folder === '' ? [] : [`${folder}spec.json`]));

/** What is in the image, and what it says of itself. */
export async function contents(tested: Tested, checks: Checks): Promise<void> {
  const { source } = tested;
  await checks.that('labels are those of metadata.yaml and package.json', async () => {
    const manifest = await json<{ version: string }>('package.json');
    const { data: metadata } = parse(await file(`${source.folder}metadata.yaml`)) as Metadata;
    const { Labels } = await tested.image.config();
    assert.equal(Labels['io.airbyte.name'], metadata.dockerRepository);
    assert.equal(Labels['io.airbyte.version'], metadata.dockerImageTag);
    assert.equal(Labels['io.airbyte.version'], manifest.version);
    assert.equal(Labels['org.opencontainers.image.version'], manifest.version);
  });
  await checks.that('AIRBYTE_ENTRYPOINT is the entrypoint, by its absolute path', async () => {
    const { Entrypoint, Env } = await tested.image.config();
    assert.deepEqual(Entrypoint, ['node', MAIN]);
    assert.ok(Env.includes(`AIRBYTE_ENTRYPOINT=${Entrypoint.join(' ')}`));
    for (const set of [`SOURCE=${source.name}`, 'NODE_ENV=production', 'TZ=UTC'])
      assert.ok(Env.includes(set), set);
  });
  await checks.that('the user is airbyte (1000:1000), and /airbyte is its home', async () => {
    assert.equal((await tested.image.config()).User, 'airbyte');
    const { stdout } = await tested.shell('id -un; id -u; id -g; echo ~; stat -c %U:%G /airbyte');
    assert.deepEqual(lines(stdout), ['airbyte', '1000', '1000', '/airbyte', 'airbyte:airbyte']);
  });
  await checks.that('what the platform calls around a connector is there', async () => {
    const { code, stderr } = await tested.shell(
      'for it in sh mv sleep kill echo; do command -v $it || exit 1; done',
    );
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
  await checks.that(
    'holds what is needed to run, and neither an SDK, a compiler nor a package manager',
    async () => {
      const { stdout } = await tested.shell('cd /airbyte/integration_code && ls -A');
      assert.deepEqual(lines(stdout).sort(), ['LICENSE', 'connectors', 'dist', 'package.json', 'spec.json']);
      const specs = await tested.shell('cd /airbyte/integration_code && find connectors -type f');
      assert.deepEqual(lines(specs.stdout).sort(), SPECS);
      assert.equal((await tested.shell('find / -xdev -name node_modules 2>&-')).stdout, '');
    },
  );
  await checks.that('dist is the one that was tested, with a word of each package in it', async () => {
    // Files are named after what they hold, as a hash.
    const { stdout } = await tested.shell('cd /airbyte/integration_code/dist && find . -type f');
    const built = await readdir(DIST, { recursive: true, withFileTypes: true });
    const paths = built.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    assert.deepEqual(lines(stdout).sort(), paths.map((path) => `./${relative(DIST, path)}`).sort());
    assert.ok(lines(stdout).includes('./packages/axios/package.json'));
  });
}
