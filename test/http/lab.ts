import type { IncomingMessage, ServerResponse } from 'node:http';
import { RateBudget, type BudgetOptions } from '../../src/http/budget.ts';
import { HttpClient, type ClientOptions } from '../../src/http/client.ts';
import { HttpError } from '../../src/http/errors.ts';
import { LeapingClock } from './clock.ts';
import { serve, type Served } from './server.ts';

export const TOKEN = 'sgp_S3cr3t/T0ken+With=Signs';

export interface Lab {
  readonly server: Served;
  readonly client: HttpClient;
  readonly clock: LeapingClock;
  readonly pauses: number[];
  readonly log: string[];
}

type Step = (response: ServerResponse, request: IncomingMessage) => unknown;

/** A client of a server that answers as told, one step a request; the last step repeats. */
export async function lab(
  steps: Step | readonly Step[],
  options: { client?: Partial<ClientOptions>; budget?: Partial<BudgetOptions> } = {},
): Promise<Lab> {
  const script: readonly Step[] = typeof steps === 'function' ? [steps] : steps;
  const server = await serve((request, response, count) => {
    script[Math.min(count, script.length - 1)]?.(response, request);
  });
  return { server, ...connect(server.url, options) };
}

export function connect(
  baseUrl: string,
  options: { client?: Partial<ClientOptions>; budget?: Partial<BudgetOptions> } = {},
) {
  const clock = new LeapingClock();
  const pauses: number[] = [];
  const log: string[] = [];
  const budget = new RateBudget({
    clock,
    concurrency: 4,
    onPause: (until) => pauses.push(until - clock.now()),
    ...(options.client?.signal && { signal: options.client.signal }),
    ...options.budget,
  });
  const client = new HttpClient({
    baseUrl,
    headers: { Authorization: `Bearer ${TOKEN}` },
    budget,
    clock,
    concurrency: 4,
    onAnswer: (line) => log.push(line),
    ...options.client,
  });
  return { client, clock, pauses, log };
}

export const get = (client: HttpClient, path = '/things') => client.get({ path, accept: 'application/json' });

/** What a request failed with. */
export async function failure(asked: Promise<unknown>): Promise<HttpError> {
  const error = await asked.then(
    (body) => new Error(`no failure: ${JSON.stringify(body)}`),
    (e: unknown) => e,
  );
  if (error instanceof HttpError) return error;
  throw error instanceof Error ? error : new Error(String(error));
}
