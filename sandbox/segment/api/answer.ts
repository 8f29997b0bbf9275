/** From a request to a reply: token, rate, path, version, parameters, in the order in which an API refuses them. */
import type { Incoming } from '../../kit/delivery.ts';
import { encode } from '../../kit/json.ts';
import { matches } from '../../kit/faults.ts';
import { FAMILIES } from '../families/index.ts';
import type { World } from '../world.ts';
import { invalid, notAcceptable, notFound, Refusal, unauthorized } from './errors.ts';
import type { Reply } from './mishaps.ts';
import type { Asked, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { page } from './page.ts';
import { pagingNames, readQuery } from './parameters.ts';
import { RateLimited, type RateLimiter } from './rateLimit.ts';

export interface Api {
  world: World;
  limiter: RateLimiter;
  /** Of the endpoints that are counted by themselves. */
  own: ReadonlyMap<Operation, RateLimiter>;
  token: string;
  maxPageSize?: number | undefined;
}

/** `known` tells whether the host that was asked knows the token at all. */
export function answer(api: Api, incoming: Incoming, known: boolean): Reply {
  const { method, url, header } = incoming;
  try {
    if (!known || header('authorization') !== `Bearer ${api.token}`) throw unauthorized();
    const operation = method === 'GET' ? operationAt(url.pathname) : undefined;
    const shared = api.limiter.consume();
    const headers = (operation && api.own.get(operation)?.consume()) ?? shared;
    return { status: 200, headers, body: { data: data(api, operation, incoming) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      status: error.status,
      headers: error instanceof RateLimited ? error.headers : {},
      body: error.body,
    };
  }
}

function data(api: Api, operation: Operation | undefined, { url, header }: Incoming): unknown {
  if (!operation) throw notFound();
  checkVersion(operation, header('accept') ?? '');
  const asked = readAsked(api.world, operation, url);
  const missing = operation.required?.find((name) => !asked.query[name]);
  if (missing) throw invalid(missing, 'is required');
  return 'list' in operation ? page(operation, asked, url.pathname, api.maxPageSize) : operation.get(asked);
}

/** A limiter for each endpoint that is counted by itself, in the time that `make` gives it. */
export const ownLimiters = (
  make: (requestsPerMinute: number) => RateLimiter,
): ReadonlyMap<Operation, RateLimiter> =>
  new Map(
    ALL.flatMap((operation) =>
      operation.requestsPerMinute === undefined ? [] : [[operation, make(operation.requestsPerMinute)]],
    ),
  );

export type Move = 'insert' | 'remove';

/** Somebody else's hand in the list that a request is about: a row comes, or the first one goes. */
export function disturb(world: World, url: URL, how: Move): void {
  expectMovable(url.pathname, how);
  const operation = operationAt(url.pathname);
  try {
    if (operation) operation[how]?.(readAsked(world, operation, url));
  } catch (error) {
    // Of a parent that has gone, say: the answer will be the refusal.
    if (!(error instanceof Refusal)) throw error;
  }
}

/** Whether rows can come to a list, or go from it, by the path of its requests. */
export const canMove = (path: string, how: Move): boolean => operationAt(path)?.[how] !== undefined;

/** Throws where they cannot: a test that asks for it would test nothing. */
export function expectMovable(path: string, how: Move): void {
  if (!canMove(path, how))
    throw new Error(how === 'insert' ? `No row can come to ${path}.` : `No row can go from ${path}.`);
}

const ALL = [...OPERATIONS, ...FAMILIES.flatMap(({ operations }) => operations)];

const operationAt = (path: string) => ALL.find((candidate) => matches(candidate.path, path));

function readAsked(world: World, operation: Operation, url: URL): Asked {
  const paged = 'list' in operation ? pagingNames(operation.paging ?? 'pagination.') : [];
  const query = readQuery(url.searchParams, [...(operation.parameters ?? []), ...paged]);
  const path = placesOf(operation, url.pathname);
  return { world, id: Object.values(path)[0] ?? '', path, query };
}

function checkVersion(operation: Operation, accept: string): void {
  const versions = operation.versions.map((version) => `application/vnd.segment.${version}+json`);
  const wanted = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  if (!wanted.some((type) => type === 'application/json' || versions.includes(type ?? ''))) {
    throw notAcceptable(accept, versions);
  }
}

/** What stands in a path where its template has `{…}`, decoded. */
function placesOf(operation: Operation, path: string): Record<string, string> {
  const given = path.split('/');
  const places = operation.path.split('/').map((part, position) => [part, given[position] ?? ''] as const);
  return Object.fromEntries(
    places
      .filter(([part]) => part.startsWith('{'))
      .map(([part, text]) => [part.slice(1, -1), decodeURIComponent(text)]),
  );
}

/** The text that goes out. */
export const textOf = (body: unknown): string => (typeof body === 'string' ? body : encode(body));
