/**
 * Bundles the connector into dist/, where it runs without node_modules: half of a start was the loading of 400 small
 * files. `node build/scripts/bundle.js`, or this file as it is where Node.js reads TypeScript (24; the image's build).
 * What is loaded later, or never, in src/ has a file of its own here too. Names are kept and lines not joined, so that
 * the stack trace of a bug can be read without a source map.
 */
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const DIST = 'dist';

const NOTHING = 'export default null;';
/** What stands in for modules that load with others and never run: a tenth of a start. */
const STAND_INS: readonly { readonly in: RegExp; readonly for: string; readonly is: string }[] = [
  // axios sends by the modules http and https here, and no forms.
  { in: /\/axios\//, for: './xhr.js', is: NOTHING },
  { in: /\/axios\//, for: './fetch.js', is: `${NOTHING} export const getFetch = undefined;` },
  { in: /\/axios\//, for: 'form-data', is: NOTHING },
  { in: /\/axios\//, for: 'http2', is: NOTHING },
  // Of a request that goes through a proxy stderr hears nothing, whatever DEBUG is set to.
  {
    in: /\/(agent-base|follow-redirects|https-proxy-agent)\//,
    for: 'debug',
    is: 'module.exports = () => () => {};',
  },
  // yargs prints English, whose texts need no file; it would look for one outside of this project.
  {
    in: /\/y18n\//,
    for: 'fs',
    is: 'export const readFileSync = undefined, statSync = undefined, writeFile = undefined;',
  },
  // The help that yargs lays out is ours, in ASCII.
  { in: /\/(yargs|cliui|wrap-ansi)\//, for: 'string-width', is: 'export default (text) => text.length;' },
];

const standIns: Plugin = {
  name: 'stand-ins',
  setup(bundle) {
    const idle = new Set(STAND_INS);
    bundle.onResolve({ filter: /./ }, ({ importer, path }) => {
      const standIn = STAND_INS.find((one) => one.for === path && one.in.test(importer));
      if (!standIn) return undefined;
      idle.delete(standIn);
      return { namespace: 'stand-in', path };
    });
    bundle.onLoad({ filter: /./, namespace: 'stand-in' }, ({ path }) => ({
      contents: STAND_INS.find((one) => one.for === path)?.is,
    }));
    bundle.onEnd(() => ({
      errors: [...idle].map((one) => ({ text: `Nobody imports ${one.for} any more.` })),
    }));
  },
};

/**
 * To import a module of Node.js's own is to look at all that it exports, and Node.js 24 loads much of that only when it is looked
 * at: fetch with `http`, workers with `util`. So none is imported, but asked for: a sixth of a start.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path)
        ? { namespace: 'builtin', path: path.replace(/^node:/, '') }
        : undefined,
    );
    bundle.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

await rm(DIST, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outdir: DIST,
  bundle: true,
  splitting: true,
  metafile: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Dependencies in CommonJS call it for the modules of Node.js.
  banner: {
    js: "const require = process.getBuiltinModule('module').createRequire(import.meta.url);",
  },
  legalComments: 'inline',
  logLevel: 'warning',
  plugins: [standIns, builtins],
});
const packages = packagesIn(metafile);
await refuseStrays(packages);
await Promise.all(packages.map(describe));

/** The folders of the packages of which something went into the bundle. */
function packagesIn({ outputs }: Metafile): string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))];
}

/** What is in the bundle is what `npm audit --omit=dev` looks at, and nothing else that happens to be installed. */
async function refuseStrays(folders: readonly string[]): Promise<void> {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const strays = folders.filter((folder) => lock.packages[folder]?.dev);
  if (strays.length > 0) throw new Error(`For development only, but in the bundle: ${strays.join(', ')}.`);
}

/**
 * Keeps a package's licence, which asks for that, and its package.json: scanners of images look for files of this name,
 * wherever they lie, and find what is in the bundle by them.
 */
async function describe(folder: string): Promise<void> {
  const names = await readdir(folder);
  const licences = names.filter((name) => /^(licen[cs]e|notice|copying)\b/i.test(name));
  // Some have theirs at the end of what they say of themselves.
  if (licences.length === 0) licences.push(...names.filter((name) => /^readme\b/i.test(name)));
  const texts = await Promise.all(licences.map((name) => readFile(join(folder, name), 'utf8')));
  if (!texts.some((text) => /permission (to use|is hereby granted)|redistribution and use/i.test(text)))
    throw new Error(`${folder} has no licence that could go with the bundle.`);
  const kept = join(DIST, 'packages', folder.replaceAll('node_modules/', ''));
  await mkdir(kept, { recursive: true });
  for (const name of ['package.json', ...licences]) await copyFile(join(folder, name), join(kept, name));
}
