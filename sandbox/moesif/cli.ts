/**
 * The simulated Moesif as a process: `npm run sandbox -- --source moesif --port 8787 --users 100000`.
 *
 * Prints one line of JSON once it listens: where, its application, a config to hand to the connector, and a file for
 * `forward --to`, as the Tracking API is at the same address.
 */
import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { obey } from '../kit/control.ts';
import { source } from '../kit/whose.ts';
import type { Serve } from '../kit/delivery.ts';
import type { Fault } from '../kit/faults.ts';
import { listen } from '../kit/listen.ts';
import { createTracking } from '../tracking/index.ts';
import { SCOPES } from './contract.ts';
import { createMoesif } from './index.ts';

const size = (describe: string) => ({ type: 'number', describe, requiresArg: true }) as const;
const text = (describe: string) => ({ type: 'string', describe, requiresArg: true }) as const;
const GENERATIONS = ['current', 'legacy'] as const;

const flags = await yargs(hideBin(process.argv))
  .scriptName('sandbox --source moesif')
  .usage('A simulated Moesif application over HTTP, on 127.0.0.1.')
  .options({
    source,
    port: { ...size('Port to listen on; 0 for any free one'), default: 8787 },
    seed: size('Another seed, another application'),
    users: size('Users'),
    companies: size('Companies'),
    days: size('Days with events up to now'),
    'events-per-day': size('Events of each of them'),
    'late-days': size('Days that some events come late at most; 0 for none'),
    still: { type: 'boolean', describe: 'What no modified_time tells stays as it is' },
    now: text('Freezes its time at this one (ISO 8601)'),
    'management-api-key': text('The token that it knows'),
    'app-id': text('The application'),
    scopes: { choices: SCOPES, array: true, describe: 'Scopes of the token' },
    subscription: { choices: ['active', 'ended'] as const, describe: 'Whether there is one' },
    generations: { choices: GENERATIONS, array: true, describe: 'Paths of searches that answer' },
    'search-api': { choices: GENERATIONS, describe: 'Paths that the config asks for' },
    metrics: { type: 'boolean', describe: 'Whether users are searched by their calls' },
    total: { choices: ['int', 'object'] as const, describe: 'How hits.total is told' },
    'include-headers': { type: 'boolean', describe: 'The config asks for headers' },
    'include-bodies': { type: 'boolean', describe: 'The config asks for bodies' },
    quotas: { type: 'boolean', default: true, describe: 'The documented limit' },
    'quota-minute-ms': size('Length of the minute of that limit'),
    'retry-after': { choices: ['seconds', 'none'] as const, describe: 'How a 429 says when to come back' },
    'write-key': text('The write key that its Tracking API knows'),
    region: { choices: ['us', 'eu'] as const, describe: 'Region whose host knows the write key' },
    'latency-ms': size('Waiting time before each answer'),
    faults: text('JSON file with a list of faults'),
    control: { type: 'boolean', describe: 'Obey commands on stdin, and end with it (kit/control.ts)' },
  })
  .strict()
  .version(false)
  .parseAsync();

const { port, faults, control, quotas, quotaMinuteMs, writeKey, region, ...rest } = flags;
const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
const moesif = createMoesif({
  ...given,
  running: rest.now === undefined,
  quotas: quotas && { ...(quotaMinuteMs !== undefined && { minuteMs: quotaMinuteMs }) },
  ...(faults !== undefined && { faults: JSON.parse(readFileSync(faults, 'utf8')) as Fault[] }),
});
const tracking = createTracking({ ...(writeKey !== undefined && { writeKey }), ...(region && { region }) });
const serve: Serve = (incoming) =>
  (incoming.url.pathname === '/v1/batch' ? tracking : moesif).serve(incoming);
const server = await listen({ serve }, { port });
const { url } = server;
const { appId, firstDay } = moesif;
const ready = { url, appId, firstDay, config: moesif.config(url), to: tracking.target(url) };
process.stdout.write(`${JSON.stringify(ready)}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
if (control) {
  await obey(moesif, process.stdin, process.stdout);
  await server.close();
}
