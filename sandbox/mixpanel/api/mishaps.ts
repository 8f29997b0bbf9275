/** Faults of Mixpanel's kind: what they make of an answer. */
import type { Incoming } from '../../kit/delivery.ts';
import type { Fault, FaultKind } from '../../kit/faults.ts';
import { encode } from '../../kit/json.ts';
import { forbidden, planLacks, unauthorized } from './access.ts';
import { cutOff, endedBy, split } from './chunks.ts';
import type { Family, Operation } from './operation.ts';
import { operationsAt } from './operations.ts';
import type { Quota } from './quota.ts';
import { inJson, missing, requestOf, type Reply } from './reply.ts';

/** Of the lines of an export that is cut short, so many are whole where nobody says how many. */
const SOME_LINES = 2;

type Lines = Iterable<string>;

/** What becomes of lines. */
const OF_LINES: Partial<Record<FaultKind, (lines: Lines, after: number) => Lines>> = {
  'terminated-early': (lines, after) => endedBy('terminated early', lines, after),
  'export-terminated-early': (lines, after) => endedBy('export terminated early', lines, after),
  'split-line': split,
  truncate: cutOff,
  'reset-mid-body': cutOff,
};

/** What becomes of any other text. */
const OF_TEXT: Partial<Record<FaultKind, (text: string, rowsAt: string | undefined) => string>> = {
  truncate: (text) => text.slice(0, text.length / 2),
  'no-data': withoutRows,
  'no-pagination': (text) => text.replace(/"session_id":"[^"]*",/, ''),
};

/** Throws where a fault cannot be: a test that asks for it would test nothing. */
export function expectPossible({ path, kind, afterLines }: Fault): void {
  const operations = operationsAt(path);
  if (operations.length === 0) throw new Error(`Nothing is at ${path}.`);
  const isPossible = operations.every((operation) => (kind && PLACES[kind]?.(operation)) ?? true);
  if (!isPossible) throw new Error(`${kind} cannot happen to ${path}.`);
  const isCounted = operations.every(({ family }) => family === 'export') && kind && kind in OF_LINES;
  if (afterLines !== undefined && !isCounted) throw new Error(`afterLines says nothing to ${path}.`);
}

/** Where each can be, if it cannot be everywhere. */
const PLACES: Partial<Record<FaultKind, (operation: Operation) => boolean>> = {
  'terminated-early': ({ family }) => family === 'export',
  'export-terminated-early': ({ family }) => family === 'export',
  'split-line': ({ family }) => family === 'export',
  'no-data': ({ family }) => family !== 'export',
  'no-pagination': ({ path }) => path.endsWith('/engage'),
  'repeat-cursor': () => false,
  'insert-row': () => false,
  'remove-row': () => false,
};

interface Situation {
  readonly incoming: Incoming;
  readonly operation: Operation | undefined;
  readonly quota: Quota;
  /** Makes the ordinary answer, for faults that only spoil it. */
  readonly usual: () => Reply;
}

/** The answer to a request under a fault. */
export function spoil(fault: Fault, situation: Situation): Reply {
  const reply = instead(fault, situation) ?? spoilt(fault, situation);
  const { status, headers, text, lines } = reply;
  return {
    status: fault.status ?? status,
    headers: { ...headers, ...fault.headers },
    ...('body' in fault ? { text: textOf(fault.body) } : { text, ...(lines && { lines }) }),
  };
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : encode(body));

/** What stands in for the answer. */
function instead({ kind, status }: Fault, situation: Situation): Reply | undefined {
  if (kind !== undefined) return INSTEAD[kind]?.(situation, situation.operation?.family ?? 'query');
  if (status === undefined) return undefined;
  return inJson(status, {
    request: requestOf(situation.incoming.url),
    error: `A fault was asked for: ${status}.`,
  });
}

const INSTEAD: Partial<Record<FaultKind, (situation: Situation, family: Family) => Reply>> = {
  forbidden,
  unauthorized: (_, family) => unauthorized(family),
  plan: (_, family) => planLacks(family),
  'not-found': () => missing('Nothing lives at this path.').reply,
  'rate-limit': ({ incoming, quota }) => quota.refusal(incoming.url),
  'query-timeout': ({ incoming }) =>
    inJson(400, { request: requestOf(incoming.url), error: 'Timeout Error.' }),
  'error-envelope': () => inJson(200, { error: 'Something went wrong on the way.', status: 'error' }),
  html: () => badGateway,
  echo: ({ incoming }) =>
    inJson(400, {
      request: requestOf(incoming.url),
      error: echo(incoming.header('authorization') ?? ''),
    }),
};

/** A success gone wrong. */
function spoilt({ kind, afterLines = SOME_LINES }: Fault, { operation, usual }: Situation): Reply {
  const reply = usual();
  if (reply.status !== 200 || kind === undefined) return reply;
  const { text, lines } = reply;
  const changed = lines && OF_LINES[kind];
  if (changed) return { ...reply, lines: () => changed(lines(), afterLines) };
  return { ...reply, text: OF_TEXT[kind]?.(text, operation?.rowsAt) ?? text };
}

function withoutRows(text: string, rowsAt: string | undefined): string {
  if (rowsAt === undefined) return '{}';
  const members = Object.entries(JSON.parse(text) as object);
  return encode(Object.fromEntries(members.filter(([name]) => name !== rowsAt)));
}

const badGateway: Reply = {
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  text: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
};

/** An API that is careless with what it was given, as whoever debugs it may be. */
function echo(authorization: string): string {
  const given = authorization.replace(/^Basic /i, '');
  const plain = Buffer.from(given, 'base64').toString();
  const secrets = plain.split(':').filter((part) => part !== '');
  const forms = [authorization, plain, ...secrets].flatMap((form) => [
    form,
    encodeURIComponent(form),
    Buffer.from(form).toString('base64'),
  ]);
  return `You sent ${forms.join(' also ')}`;
}
