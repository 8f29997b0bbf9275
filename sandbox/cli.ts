/**
 * A sandbox as a process: `npm run sandbox -- --source mixpanel --port 8787`. Each has its own knobs, which `--help`
 * lists, and its own line of JSON once it listens.
 */
import { parseArgs } from 'node:util';
import { VENDORS } from './kit/whose.ts';

type Vendor = (typeof VENDORS)[number];
const PLAYS: Record<Vendor, () => Promise<unknown>> = {
  segment: () => import('./segment/cli.ts'),
  mixpanel: () => import('./mixpanel/cli.ts'),
  moesif: () => import('./moesif/cli.ts'),
};

const { source } = parseArgs({
  options: { source: { type: 'string', default: 'segment' } },
  strict: false,
}).values;

const vendor = VENDORS.find((one) => one === source);
if (vendor) await PLAYS[vendor]();
else {
  console.error(`--source is one of ${VENDORS.join(', ')}.`);
  process.exitCode = 1;
}
