import { configError, systemError, type ConnectorError } from '../engine/errors.ts';
import type { Limits, Receiver } from '../engine/forwarding.ts';
import type { Runtime } from '../engine/runtime.ts';
import { isOfTheWay, troubleOnTheWay } from '../engine/trouble.ts';
import { RateBudget } from '../http/budget.ts';
import { HttpClient } from '../http/client.ts';
import { HttpError, MalformedAnswer } from '../http/errors.ts';
import { addressOf, type Target } from './target.ts';

const PATH = '/v1/batch';
const [BEFORE, AFTER] = ['{"batch":[', ']}'];

/**
 * What the Tracking API takes in: 32 kB a message, 500 kB and 2,500 messages a batch. Whether a kB is 1024 bytes is not
 * said (*unverified*), so it is 1000 here. https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export const LIMITS: Limits = {
  messageBytes: 32_000,
  batchBytes: 500_000 - BEFORE.length - AFTER.length,
  messages: 2500,
};

interface Options {
  /** Who sends, as the Tracking API is told: `source-segment`. */
  readonly userAgent: string;
  /** Silence on the socket (ms) after which a request counts as lost. */
  readonly timeout?: number;
  readonly retries?: number;
}

/** Segment's HTTP Tracking API. It tells messages that come twice by their `messageId`, and answers 200 to nearly everything. */
export function openTracking(target: Target, runtime: Runtime, options: Options): Receiver {
  const { userAgent, timeout, retries } = options;
  const { clock, log, signal, onPause, onResume } = runtime;
  const budget = new RateBudget({
    clock,
    concurrency: 1,
    signal,
    onPause: (until) => {
      log(
        'INFO',
        `The Tracking API's rate limit is used up; waiting until ${new Date(until).toISOString()}.`,
      );
      onPause?.(until);
    },
    onResume: () => onResume?.(),
  });
  const client = new HttpClient({
    baseUrl: addressOf(target),
    // The password is empty, and the colon before it is not left out.
    headers: { Authorization: `Basic ${btoa(`${target.write_key}:`)}`, 'User-Agent': userAgent },
    budget,
    clock,
    concurrency: 1,
    signal,
    reset: 'seconds',
    onAnswer: (line) => log('DEBUG', line),
    ...(timeout !== undefined && { timeout }),
    ...(retries !== undefined && { retries }),
  });
  return {
    send: async (messages) => {
      const body = `${BEFORE}${messages.join(',')}${AFTER}`;
      try {
        await client.post({ path: PATH, accept: 'application/json', body, check: expectSuccess });
      } catch (error) {
        throw error instanceof HttpError ? explain(error, messages.length) : error;
      }
    },
  };
}

/** Anything else that says 200 is not the Tracking API: a login page of the network, say. */
function expectSuccess(body: unknown): void {
  if ((body as { success?: unknown } | null)?.success !== true)
    throw new MalformedAnswer('a 200 without its "success"');
}

/** What a refused batch means for the person. */
function explain(error: HttpError, messages: number): ConnectorError {
  const { status = 0, message } = error;
  if (isOfTheWay(error))
    return troubleOnTheWay(error, { subject: 'the Tracking API', vendor: 'Segment', method: 'POST' });
  const detail = `POST ${PATH}: HTTP ${status}: ${message}`;
  if (status === 401 || status === 403) {
    return configError(
      `Segment's Tracking API does not accept the write key (HTTP ${status}); check "write_key" and "region" in the file of --to.`,
      detail,
    );
  }
  if (status === 404 || status === 405) {
    return configError(
      `There is no Tracking API at this address (HTTP ${status}); check "api_url" in the file of --to.`,
      detail,
    );
  }
  return systemError(
    `Segment's Tracking API refused a batch of ${messages} messages (HTTP ${status}); please report it, the API may have changed.`,
    detail,
  );
}
