/**
 * The simulated Mixpanel as a process: `npm run sandbox -- --source mixpanel --port 8787 --events-per-day 1000000`.
 *
 * Prints one line of JSON once it listens: where, its project, and a config to hand to the connector.
 */
import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { obey } from '../kit/control.ts';
import { source } from '../kit/whose.ts';
import type { Fault } from '../kit/faults.ts';
import { listen } from '../kit/listen.ts';
import { createMixpanel } from './index.ts';

const size = (describe: string) => ({ type: 'number', describe, requiresArg: true }) as const;
const text = (describe: string) => ({ type: 'string', describe, requiresArg: true }) as const;

const flags = await yargs(hideBin(process.argv))
  .scriptName('sandbox --source mixpanel')
  .usage('A simulated Mixpanel project over HTTP, on 127.0.0.1.')
  .options({
    source,
    port: { ...size('Port to listen on; 0 for any free one'), default: 8787 },
    seed: size('Another seed, another project'),
    days: size('Days with events up to now'),
    'events-per-day': size('Events of each of them'),
    profiles: size('Profiles'),
    cohorts: size('Cohorts'),
    funnels: size('Funnels'),
    annotations: size('Annotations'),
    now: text('Freezes its time at this one (ISO 8601)'),
    timezone: text("The project's zone, by its IANA name"),
    'created-before-2023': { type: 'boolean', describe: 'Events have the wall clock of that zone' },
    region: { choices: ['us', 'eu', 'in'] as const, describe: 'Region whose hosts know the project' },
    auth: { choices: ['service-account', 'api-secret'] as const, describe: 'What the config identifies by' },
    'project-id': size('The project'),
    username: text('The service account that it knows'),
    secret: text('The secret of that account'),
    'api-secret': text('The secret of the project'),
    plan: { choices: ['all', 'free', 'old'] as const, describe: 'What the plan includes' },
    quotas: { type: 'boolean', default: true, describe: 'The documented limits' },
    'quota-hour-ms': size('Length of the hour of those limits'),
    'retry-after': {
      choices: ['seconds', 'date', 'none'] as const,
      describe: 'How a 429 says when to come back',
    },
    'always-total': { type: 'boolean', describe: 'Each page of profiles tells the total' },
    'max-page-size': size('Largest page_size'),
    'latency-ms': size('Waiting time before each answer'),
    faults: text('JSON file with a list of faults'),
    control: { type: 'boolean', describe: 'Obey commands on stdin, and end with it (kit/control.ts)' },
  })
  .strict()
  .version(false)
  .parseAsync();

const { port, faults, control, quotas, quotaHourMs, ...rest } = flags;
const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
const mixpanel = createMixpanel({
  ...given,
  running: rest.now === undefined,
  quotas: quotas && { ...(quotaHourMs !== undefined && { hourMs: quotaHourMs }) },
  ...(faults !== undefined && { faults: JSON.parse(readFileSync(faults, 'utf8')) as Fault[] }),
});
const server = await listen(mixpanel, { port });
const { url } = server;
const { projectId, firstDay } = mixpanel;
process.stdout.write(`${JSON.stringify({ url, projectId, firstDay, config: mixpanel.config(url) })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
if (control) {
  await obey(mixpanel, process.stdin, process.stdout);
  await server.close();
}
