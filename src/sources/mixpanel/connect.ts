import type { Runtime } from '../../engine/runtime.ts';
import { RateBudget, type BudgetOptions } from '../../http/budget.ts';
import { HttpClient, type ClientOptions } from '../../http/client.ts';
import { MAX_WAIT } from '../../http/retry.ts';
import { wordsOf } from '../../http/words.ts';
import { headersOf, MixpanelApi } from './api.ts';
import { hostsOf, type MixpanelConfig, type Region } from './config.ts';
import { Forecast, LONGEST_WAIT, QUOTAS, waitIn } from './quota.ts';
import { isTimeout } from './refusals.ts';
import { WallClock } from './zone.ts';

/** What differs where a person waits for the answer. */
export interface Haste {
  readonly region?: Region;
  readonly retries?: number;
  /** Silence on the socket (ms) after which a request counts as lost. */
  readonly timeout?: number;
  /** The longest rate limit (ms) that is sat out. */
  readonly longestWait?: number;
}

/** An export of a large day begins after minutes. https://developer.mixpanel.com/reference/raw-event-export */
const IDLE_TIMEOUT = 10 * 60_000;
/** The App API has small answers, without a quota of an hour; and what is read along time waits for one of them. */
const SMALL_TIMEOUT = 60_000;

const passes = (status: number, body: unknown) => isTimeout({ status, message: wordsOf(body) });

/** The API as a config reaches it. */
export function connect(config: MixpanelConfig, runtime: Runtime, haste: Haste = {}): MixpanelApi {
  const { clock, log, signal } = runtime;
  const { region, retries, timeout = IDLE_TIMEOUT, longestWait = LONGEST_WAIT } = haste;
  const hosts = hostsOf(config, region);
  const client = (
    baseUrl: string,
    name: string,
    quota: Pick<BudgetOptions, 'concurrency' | 'limits'>,
    more: Partial<ClientOptions> = {},
  ): HttpClient => {
    const budget = new RateBudget({
      ...quota,
      clock,
      signal,
      longestWait: more.longestWait ?? longestWait,
      onPause: (until) => {
        log('INFO', `The ${name} quota is used up; waiting until ${new Date(until).toISOString()}.`);
        runtime.onPause?.(until);
      },
      onResume: () => runtime.onResume?.(),
    });
    return new HttpClient({
      baseUrl,
      headers: headersOf(config),
      budget,
      clock,
      concurrency: quota.concurrency,
      signal,
      longestWait,
      timeout,
      waitIn,
      onAnswer: (line) => log('DEBUG', line),
      ...(retries !== undefined && { retries }),
      ...more,
    });
  };
  const { concurrency } = QUOTAS.query;
  const small = {
    passes,
    timeout: Math.min(timeout, SMALL_TIMEOUT),
    longestWait: Math.min(longestWait, MAX_WAIT),
  };
  return new MixpanelApi({
    config,
    clients: {
      query: client(hosts.query, 'query', QUOTAS.query, { passes }),
      app: client(hosts.query, 'App API', { concurrency }, small),
      // Who reads asks for less at a time instead.
      data: client(hosts.data, 'export', QUOTAS.export, retries === undefined ? {} : { passes }),
    },
    wall: new WallClock(config.project_timezone ?? 'UTC'),
    forecast: new Forecast((sentence) => log('INFO', sentence)),
    log,
    clock,
    signal,
  });
}
