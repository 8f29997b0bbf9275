/**
 * A sandbox as a process: `npm run sandbox -- --source mixpanel --port 8787`. Each has its own knobs, which `--help`
 * lists, and its own line of JSON once it listens.
 */
import { parseArgs } from 'node:util';

const SOURCES = {
  segment: () => import('./segment/cli.ts'),
  mixpanel: () => import('./mixpanel/cli.ts'),
  moesif: () => import('./moesif/cli.ts'),
};

const { source } = parseArgs({
  options: { source: { type: 'string', default: 'segment' } },
  strict: false,
}).values;

const isKnown = (name: unknown): name is keyof typeof SOURCES => Object.keys(SOURCES).includes(String(name));
if (!isKnown(source)) throw new RangeError(`--source is one of ${Object.keys(SOURCES).join(', ')}`);
await SOURCES[source]();
