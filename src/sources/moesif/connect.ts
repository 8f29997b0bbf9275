import type { Runtime } from '../../engine/runtime.ts';
import { SECOND } from '../../engine/windows.ts';
import { RateBudget } from '../../http/budget.ts';
import { HttpClient } from '../../http/client.ts';
import { MoesifApi } from './api.ts';
import { baseUrl, type MoesifConfig } from './config.ts';
import { wordsIn } from './words.ts';

/** What differs where a person waits for the answer. */
export interface Haste {
  readonly retries?: number;
  /** Silence on the socket (ms) after which a request counts as lost. */
  readonly timeout?: number;
  /** The longest rate limit (ms) that is sat out. */
  readonly longestWait?: number;
}

const MINUTE = 60 * SECOND;
export const CONCURRENCY = 4;
/**
 * An app may make 500 queries in a minute of the calendar, whoever makes them; a fifth is left to the people who look at it
 * meanwhile. https://www.moesif.com/docs/api#rate-limits
 */
const LIMITS = [{ requests: 400, per: MINUTE }];
/** All who were refused come back at the same moment, so some come a little later (ms). */
const SPREAD = 2 * SECOND;

/** A search is answered with 200, of events, and by the older paths, with 201. */
const SUCCESSES = [200, 201];

/** How long (ms) until the minute of the calendar ends. Pure. */
export const untilNextMinute = (now: number): number => MINUTE - (now % MINUTE);

/** The API as a config reaches it. */
export function connect(config: MoesifConfig, runtime: Runtime, haste: Haste = {}): MoesifApi {
  const { clock, log, signal } = runtime;
  const { longestWait } = haste;
  const budget = new RateBudget({
    clock,
    concurrency: CONCURRENCY,
    limits: LIMITS,
    signal,
    ...(longestWait !== undefined && { longestWait }),
    onPause: (until) => {
      log('INFO', `Moesif's rate limit is used up; waiting until ${new Date(until).toISOString()}.`);
      runtime.onPause?.(until);
    },
    onResume: () => runtime.onResume?.(),
  });
  const client: HttpClient = new HttpClient({
    baseUrl: baseUrl(config),
    headers: { Authorization: `Bearer ${config.management_api_key}`, 'User-Agent': 'source-moesif' },
    budget,
    clock,
    concurrency: CONCURRENCY,
    signal,
    successes: SUCCESSES,
    wordsIn,
    // A 429 has no waiting time. By the clock of Moesif, as far as it is known.
    waitIn: (_, now) => untilNextMinute(now + (client.ahead ?? 0)) + Math.round(clock.random() * SPREAD),
    onAnswer: (line) => log('DEBUG', line),
    ...haste,
  });
  return new MoesifApi({ config, client, log, clock });
}
