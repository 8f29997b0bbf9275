import type { Log, Runtime } from '../../engine/runtime.ts';
import { RateBudget, type BudgetOptions } from '../../http/budget.ts';
import { HttpClient, type Lane } from '../../http/client.ts';
import { SegmentApi } from './api.ts';
import { AuditTrail } from './audit/trail.ts';
import { baseUrl, reviewOf, type Region, type SegmentConfig } from './config.ts';
import { streams } from './streams/index.ts';

const MINUTE = 60_000;

/** What differs where a person waits for the answer. */
export interface Haste {
  readonly region?: Region;
  readonly pageSize?: number;
  readonly retries?: number;
  /** Silence on the socket (ms) after which a request counts as lost. */
  readonly timeout?: number;
  /** The longest rate limit (ms) that is sat out. */
  readonly longestWait?: number;
}

export const concurrencyOf = (config: SegmentConfig): number => config.max_concurrent_requests ?? 8;

/** The API as a config reaches it. */
export function connect(config: SegmentConfig, runtime: Runtime, haste: Haste = {}): SegmentApi {
  const { clock, log, signal } = runtime;
  const { region, pageSize = config.page_size ?? 200, ...patience } = haste;
  const { longestWait } = patience;
  const concurrency = concurrencyOf(config);
  const budget = new RateBudget({
    clock,
    concurrency,
    signal,
    ...(longestWait !== undefined && { longestWait }),
    onPause: (until) => {
      log('INFO', `Segment's rate limit is used up; waiting until ${new Date(until).toISOString()}.`);
      runtime.onPause?.(until);
    },
    onResume: () => runtime.onResume?.(),
  });
  const client = new HttpClient({
    baseUrl: baseUrl(config, region),
    headers: { Authorization: `Bearer ${config.api_token}`, 'User-Agent': 'source-segment' },
    budget,
    lanes: lanes(
      config,
      { clock, concurrency, signal, ...(longestWait !== undefined && { longestWait }) },
      log,
    ),
    clock,
    concurrency,
    signal,
    onAnswer: (line) => log('DEBUG', line),
    ...patience,
  });
  return new SegmentApi({
    client,
    pageSize,
    granularity: config.delivery_metrics_granularity ?? 'DAY',
    bucket: config.event_counts_granularity ?? 'DAY',
    review: reviewOf(config),
    audit: new AuditTrail(config.audit ?? {}, log),
    now: () => clock.now(),
    onFallback: (path) => log('INFO', `${path} refuses ${pageSize} rows a page; asking for 200 from now on.`),
  });
}

/** The endpoints with a limit of their own, each with a budget of its own; paced where the config does not say otherwise. */
function lanes({ endpoint_limits: isPaced = true }: SegmentConfig, options: BudgetOptions, log: Log): Lane[] {
  return streams.flatMap(({ endpoint, requestsPerMinute }) => {
    if (requestsPerMinute === undefined) return [];
    const onPause = (until: number) =>
      log('INFO', `The limit of ${endpoint} is used up; it waits until ${new Date(until).toISOString()}.`);
    const pattern = patternOf(endpoint);
    const limits = isPaced ? [{ requests: requestsPerMinute, per: MINUTE }] : [];
    const budget = new RateBudget({ ...options, onPause, limits });
    return [{ holds: (path) => pattern.test(path), budget }];
  });
}

/** `GET /sources/{id}/settings?x=` as a pattern of paths. */
function patternOf(endpoint: string): RegExp {
  const path = endpoint.replace(/^GET /, '').replace(/\?.*$/, '');
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}
