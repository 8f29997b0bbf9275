/**
 * The simulated Segment as a process: `npm run sandbox -- --port 8787 --audit-events 50000`.
 *
 * Prints one line of JSON once it listens: where, the token, a config to hand to the connector, and a file for `forward
 * --to`, as the Tracking API is at the same address.
 */
import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { obey } from '../kit/control.ts';
import { source } from '../kit/whose.ts';
import { createTracking } from '../tracking/index.ts';
import type { Fault } from '../kit/faults.ts';
import { createSandbox, listen, type Hint, type SandboxOptions } from './index.ts';

const HINTS: readonly Hint[] = ['retry-after', 'msBeforeNext', 'reset'];
const size = (describe: string) => ({ type: 'number', describe, requiresArg: true }) as const;

const flags = await yargs(hideBin(process.argv))
  .scriptName('sandbox')
  .usage('A simulated Segment workspace over HTTP, on 127.0.0.1.')
  .options({
    source,
    port: { ...size('Port to listen on; 0 for any free one'), default: 8787 },
    seed: size('Another seed, another workspace'),
    sources: size('Sources'),
    'destinations-per-source': size('Destinations of each source'),
    warehouses: size('Warehouses'),
    'audit-events': size('Audit events up to now'),
    'audit-days': size('Days that the audit events are spread over'),
    users: size('Users'),
    groups: size('Groups'),
    'usage-months': size('Months with usage, the current one included'),
    'catalog-destinations': size('Items of the destination catalog'),
    heavy: size('Bytes of further metadata on each destination'),
    now: { type: 'string', describe: 'Freezes its time at this one (ISO 8601)', requiresArg: true },
    token: { type: 'string', describe: 'The token it knows', requiresArg: true },
    'write-key': { type: 'string', describe: 'The write key that its Tracking API knows', requiresArg: true },
    region: { choices: ['us', 'eu'] as const, describe: 'Region whose host knows the token' },
    'rate-limit-requests': size('Requests allowed in a window'),
    'rate-limit-window-ms': { ...size('Length of the window'), default: 60_000 },
    'rate-limit-hints': { choices: HINTS, array: true, describe: 'How a 429 says when to come back' },
    'endpoint-limits': {
      type: 'boolean',
      default: true,
      describe: 'The limits that single endpoints have beside that of all',
    },
    'max-page-size': size('Largest pagination.count'),
    'latency-ms': size('Waiting time before each answer'),
    undeclared: { type: 'boolean', describe: 'Adds an undocumented field to every row' },
    faults: { type: 'string', describe: 'JSON file with a list of faults', requiresArg: true },
    control: { type: 'boolean', describe: 'Obey commands on stdin, and end with it (kit/control.ts)' },
  })
  .strict()
  .version(false)
  .parseAsync();

const {
  port,
  faults,
  control,
  writeKey,
  region,
  rateLimitRequests,
  rateLimitWindowMs,
  rateLimitHints,
  ...rest
} = flags;

const options: SandboxOptions = {
  ...rest,
  ...(region && { region }),
  running: rest.now === undefined,
  ...(rateLimitRequests === undefined
    ? {}
    : {
        rateLimit: {
          requests: rateLimitRequests,
          windowMs: rateLimitWindowMs,
          ...(rateLimitHints ? { hints: rateLimitHints } : {}),
        },
      }),
  ...(faults === undefined ? {} : { faults: JSON.parse(readFileSync(faults, 'utf8')) as Fault[] }),
};

const sandbox = createSandbox(options);
const tracking = createTracking({ ...(writeKey !== undefined && { writeKey }), ...(region && { region }) });
const server = await listen(
  { serve: (incoming) => tracking.serve(incoming) ?? sandbox.serve(incoming) },
  { port },
);
const { url } = server;
const ready = { url, token: sandbox.token, config: sandbox.config(url), to: tracking.target(url) };
process.stdout.write(`${JSON.stringify(ready)}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
if (control) {
  await obey(sandbox, process.stdin, process.stdout);
  await server.close();
}
