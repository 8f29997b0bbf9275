// Not imported: that would load streams of files as well.
const { readFileSync } = process.getBuiltinModule('node:fs');

/** Where each source of this codebase keeps its spec, from the root of the project. */
const SPECS: Readonly<Record<string, string>> = {
  segment: 'spec.json',
  mixpanel: 'connectors/mixpanel/spec.json',
  moesif: 'connectors/moesif/spec.json',
};

const name = process.env['SOURCE'] ?? 'segment';
const argv = process.argv.slice(2);
const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const specFile = Object.hasOwn(SPECS, name) ? SPECS[name] : undefined;

if (specFile !== undefined && argv.length === 1 && argv[0] === 'spec') {
  // The platform asks for it more often than for anything else: nothing is loaded that it does not print.
  process.stdout.on('error', () => (process.exitCode = 1));
  process.stdout.write(`${JSON.stringify({ type: 'SPEC', spec: JSON.parse(file(specFile)) as object })}\n`);
} else {
  // New objects get eight times their first room (1 MiB) while the modules load, and keep it: fewer collections, and each finds
  // more of it dead. Only once: a start that loads so much that it grows again (test/bundle.test.ts) would get 64 MiB.
  (await import('node:v8')).setFlagsFromString('--semi-space-growth-factor=8');
  // Ahead of everything that takes long to load: a signal that nobody listens for yet is lost in a container.
  const stop = (await import('./signals.ts')).stopOnSignals();
  const { runProcess } = await import('./process.ts');
  const files = { spec: () => file(specFile ?? ''), package: () => file('package.json') };
  await runProcess(name, argv, files, stop);
}
