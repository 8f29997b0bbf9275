/** Faults of Moesif's kind: what they make of an answer. */
import type { Incoming } from '../../kit/delivery.ts';
import type { Fault, FaultKind } from '../../kit/faults.ts';
import { encode } from '../../kit/json.ts';
import type { Row } from '../contract.ts';
import { forbidden, lacks, notActive, unauthorized } from './access.ts';
import { nothingHere } from './answer.ts';
import type { Operation } from './operation.ts';
import { isSearch, operationsAt } from './operations.ts';
import type { Quota } from './quota.ts';
import { refusal, reply, textOf, type Reply } from './reply.ts';
import { broughtBy } from './sent.ts';

/** Throws where a fault cannot be: a test that asks for it would test nothing. */
export function expectPossible({ path, kind, afterLines }: Fault): void {
  const operations = operationsAt(path);
  if (operations.length === 0) throw new Error(`Nothing is at ${path}.`);
  const isPossible = operations.every((operation) => (kind && PLACES[kind]?.(operation)) ?? true);
  if (!isPossible) throw new Error(`${kind} cannot happen to ${path}.`);
  if (afterLines !== undefined) throw new Error(`afterLines says nothing to ${path}.`);
}

const nowhere = () => false;

/** Where each can be, if it cannot be everywhere. */
const PLACES: Partial<Record<FaultKind, (operation: Operation) => boolean>> = {
  'timed-out': isSearch,
  'no-data': isSearch,
  'no-pagination': isSearch,
  'repeat-cursor': isSearch,
  'query-timeout': nowhere,
  'terminated-early': nowhere,
  'export-terminated-early': nowhere,
  'split-line': nowhere,
  'insert-row': nowhere,
  'remove-row': nowhere,
};

interface Situation {
  readonly incoming: Incoming;
  readonly operation: Operation | undefined;
  readonly quota: Quota;
  /** Makes the ordinary answer to a request, for faults that only spoil it. */
  readonly usual: (incoming: Incoming) => Reply;
}

/** The answer to a request under a fault. */
export function spoil(fault: Fault, situation: Situation): Reply {
  const { status, headers, body } = instead(fault, situation) ?? spoilt(fault, situation);
  return {
    status: fault.status ?? status,
    headers: { ...headers, ...fault.headers },
    body: 'body' in fault ? fault.body : fault.kind === 'truncate' ? half(textOf(body)) : body,
  };
}

/** What stands in for the answer. */
function instead({ kind, status }: Fault, situation: Situation): Reply | undefined {
  if (kind !== undefined) return INSTEAD[kind]?.(situation);
  return status === undefined ? undefined : refusal(status, 'fault', `A fault was asked for: ${status}.`);
}

const INSTEAD: Partial<Record<FaultKind, (situation: Situation) => Reply>> = {
  forbidden,
  unauthorized,
  'no-scope': ({ operation }) => lacks(operation?.scope ?? 'read:users'),
  plan: notActive,
  'not-found': nothingHere,
  'rate-limit': ({ quota }) => quota.refusal(),
  'error-envelope': () => reply(200, { error: FAILED, status: 500 }),
  html: () => ({ status: 502, headers: { 'Content-Type': 'text/html' }, body: BAD_GATEWAY }),
  echo: ({ incoming }) => refusal(400, 'bad_request', echo(incoming.header('authorization') ?? '')),
};

const FAILED = { root_cause: [], type: 'search_phase_execution_exception', reason: 'all shards failed' };
const BAD_GATEWAY =
  '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';

/** A success gone wrong. */
function spoilt({ kind }: Fault, { incoming, usual }: Situation): Reply {
  const answer = usual(kind === 'repeat-cursor' ? withoutPlace(incoming) : incoming);
  const twist = kind && TWISTS[kind];
  if (!twist || answer.status >= 300) return answer;
  return { ...answer, body: twist(answer.body as Searched) };
}

interface Searched extends Row {
  readonly hits: { readonly total: unknown; readonly hits: readonly Row[] };
}

const TWISTS: Partial<Record<FaultKind, (body: Searched) => Row>> = {
  'timed-out': ({ hits: { total, hits }, ...body }) => ({
    ...body,
    timed_out: true,
    hits: { total, hits: half(hits) },
  }),
  'no-data': ({ hits: { total }, ...body }) => ({ ...body, hits: { total } }),
  'no-pagination': ({ hits: { total, hits }, ...body }) => ({
    ...body,
    hits: { total, hits: hits.map((hit) => ({ ...hit, sort: undefined })) },
  }),
};

const half = <T extends { readonly length: number; slice(from: number, to: number): T }>(whole: T): T =>
  whole.slice(0, Math.floor(whole.length / 2));

/** As if a page had not been asked to go on anywhere: it is the first one again. */
function withoutPlace(incoming: Incoming): Incoming {
  const { json } = broughtBy(incoming);
  if (!json) return incoming;
  return { ...incoming, body: Buffer.from(encode({ ...json, search_after: undefined })) };
}

/** An API that is careless with what it was given, as whoever debugs it may be. */
function echo(authorization: string): string {
  const token = authorization.replace('Bearer ', '');
  const forms = [authorization, token, `${token}:`].flatMap((form) => [
    form,
    encodeURIComponent(form),
    Buffer.from(form).toString('base64'),
  ]);
  return `You sent ${forms.join(' also ')}`;
}
