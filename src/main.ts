// Not imported: that would load streams of files as well.
const { readFileSync } = process.getBuiltinModule('node:fs');

/**
 * Of each source of this codebase: where it keeps its spec, from the root of the project, and how many times the room that V8 gives
 * new objects first (1 MiB) it needs. Of a page that outlives a collection all is copied; lines that are passed on as bytes are none
 * that live.
 */
const SOURCES: Readonly<Record<string, { readonly spec: string; readonly room: number }>> = {
  segment: { spec: 'spec.json', room: 32 },
  mixpanel: { spec: 'connectors/mixpanel/spec.json', room: 8 },
  moesif: { spec: 'connectors/moesif/spec.json', room: 32 },
};

const name = process.env['SOURCE'] ?? 'segment';
const argv = process.argv.slice(2);
const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const { spec: specFile, room = 1 } = (Object.hasOwn(SOURCES, name) && SOURCES[name]) || {};

if (specFile !== undefined && argv.length === 1 && argv[0] === 'spec') {
  // The platform asks for it more often than for anything else: nothing is loaded that it does not print.
  process.stdout.on('error', () => (process.exitCode = 1));
  process.stdout.write(`${JSON.stringify({ type: 'SPEC', spec: JSON.parse(file(specFile)) as object })}\n`);
} else {
  // New objects get room while the modules load, and keep it: fewer collections, and each finds more of it dead.
  (await import('node:v8')).setFlagsFromString(`--semi-space-growth-factor=${room}`);
  // Ahead of everything that takes long to load: a signal that nobody listens for yet is lost in a container.
  const stop = (await import('./signals.ts')).stopOnSignals();
  const { runProcess } = await import('./process.ts');
  const files = { spec: () => file(specFile ?? ''), package: () => file('package.json') };
  await runProcess(name, argv, files, stop);
}
