// Not imported: that would load streams of files as well.
const { readFileSync } = process.getBuiltinModule('node:fs');

/**
 * Of each source of this codebase: where it keeps its spec, from the root of the project, and the room for new objects (MiB), at
 * most. A page that is still in use when they are collected is copied whole, so who reads pages gets much room; Mixpanel's
 * events pass as bytes and leave little to copy.
 */
const KNOWN: Readonly<Record<string, { readonly spec: string; readonly room: number }>> = {
  segment: { spec: 'spec.json', room: 12 },
  mixpanel: { spec: 'connectors/mixpanel/spec.json', room: 8 },
  moesif: { spec: 'connectors/moesif/spec.json', room: 12 },
};

const name = process.env['SOURCE'] ?? 'segment';
const argv = process.argv.slice(2);
const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
const specFile = known?.spec;

if (specFile !== undefined && argv.length === 1 && argv[0] === 'spec') {
  // The platform asks for it more often than for anything else: nothing is loaded that it does not print.
  process.stdout.on('error', () => (process.exitCode = 1));
  process.stdout.write(`${JSON.stringify({ type: 'SPEC', spec: JSON.parse(file(specFile)) as object })}\n`);
} else {
  // New objects get room while the modules load, and keep it: fewer collections, and each finds more of it dead.
  // It begins with 1 MiB.
  (await import('node:v8')).setFlagsFromString(`--semi-space-growth-factor=${known?.room ?? 1}`);
  // Ahead of everything that takes long to load: a signal that nobody listens for yet is lost in a container.
  const stop = (await import('./signals.ts')).stopOnSignals();
  const { runProcess } = await import('./process.ts');
  const files = { spec: () => file(specFile ?? ''), package: () => file('package.json') };
  await runProcess(name, argv, files, stop);
}
