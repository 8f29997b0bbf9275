/** From a request to a reply: token, rate, path, version, parameters, in the order in which an API refuses them. */
import { encode } from '../../kit/json.ts';
import { matches } from '../../kit/faults.ts';
import type { World } from '../world.ts';
import { invalid, notAcceptable, notFound, Refusal, unauthorized } from './errors.ts';
import type { Reply } from './mishaps.ts';
import type { Asked, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { page } from './page.ts';
import { readQuery } from './parameters.ts';
import { RateLimited, type RateLimiter } from './rateLimit.ts';

export interface Api {
  world: World;
  limiter: RateLimiter;
  token: string;
  maxPageSize?: number | undefined;
}

/** `known` tells whether the host that was asked knows the token at all. */
export function answer(api: Api, request: Request, url: URL, known: boolean): Reply {
  try {
    if (!known || request.headers.get('authorization') !== `Bearer ${api.token}`) throw unauthorized();
    const headers = api.limiter.consume();
    return { status: 200, headers, body: { data: data(api, request, url) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      status: error.status,
      headers: error instanceof RateLimited ? error.headers : {},
      body: error.body,
    };
  }
}

function data(api: Api, request: Request, url: URL): unknown {
  const operation = request.method === 'GET' ? operationAt(url.pathname) : undefined;
  if (!operation) throw notFound();
  checkVersion(operation, request.headers.get('accept') ?? '');
  const asked = readAsked(api.world, operation, url);
  const missing = operation.required?.find((name) => !asked.query[name]);
  if (missing) throw invalid(missing, 'is required');
  return 'list' in operation ? page(operation, asked, url.pathname, api.maxPageSize) : operation.get(asked);
}

/** Somebody else's hand in the list that a request is about: a row comes, or the first one goes. */
export function disturb(world: World, url: URL, how: 'insert' | 'remove'): void {
  const operation = operationAt(url.pathname);
  if (operation && 'list' in operation) operation[how]?.(readAsked(world, operation, url));
}

const operationAt = (path: string) => OPERATIONS.find((candidate) => matches(candidate.path, path));

function readAsked(world: World, operation: Operation, url: URL): Asked {
  const paged = 'list' in operation ? ['pagination.count', 'pagination.cursor'] : [];
  const query = readQuery(url.searchParams, [...(operation.parameters ?? []), ...paged]);
  return { world, id: idOf(operation, url.pathname), query };
}

function checkVersion(operation: Operation, accept: string): void {
  const versions = operation.versions.map((version) => `application/vnd.segment.${version}+json`);
  const wanted = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  if (!wanted.some((type) => type === 'application/json' || versions.includes(type ?? ''))) {
    throw notAcceptable(accept, versions);
  }
}

function idOf(operation: Operation, path: string): string {
  const position = operation.path.split('/').indexOf('{id}');
  return position < 0 ? '' : (path.split('/')[position] ?? '');
}

/** The text that goes out. */
export const textOf = (body: unknown): string => (typeof body === 'string' ? body : encode(body));
