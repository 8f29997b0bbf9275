/** Faults of Segment's kind: what they make of an answer. */
import type { Fault } from '../../kit/faults.ts';
import type { Incoming } from '../../kit/delivery.ts';
import type { Row } from '../contract.ts';
import type { RateLimiter } from './rateLimit.ts';
import { forbidden, notFound, planLacks, unauthorized, type Refusal } from './errors.ts';

/** What the API is about to say. A string body goes out as it stands. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

type Kind = NonNullable<Fault['kind']>;

/** Refusals that stand in for the answer. */
const REFUSALS: Partial<Record<Kind, () => Refusal>> = {
  forbidden,
  unauthorized,
  'not-found': notFound,
  plan: planLacks,
};

/** Successes gone wrong. */
const TWISTS: Partial<Record<Kind, (data: Row) => unknown>> = {
  'repeat-cursor': (data) => ({ data: mapPagination(data, (held) => ({ ...held, next: held['current'] })) }),
  'no-pagination': (data) => ({ data: mapPagination(data, () => undefined) }),
  'no-data': (data) => ({ data: Object.fromEntries(Object.entries(data).filter(isPagination)) }),
  'error-envelope': () => ({ errors: [{ type: 'internal', message: 'Something went wrong on the way.' }] }),
};

/** An answer with two lists has `sourcesPagination` and the like. */
const isPagination = ([name]: [string, unknown]): boolean => /pagination$/i.test(name);

const mapPagination = (data: Row, change: (held: Row) => Row | undefined): Row =>
  Object.fromEntries(
    Object.entries(data).map(([name, held]) => [
      name,
      isPagination([name, held]) ? change(held as Row) : held,
    ]),
  );

/** The answer to a request under a fault. `usual` makes the ordinary one, for faults that only spoil it. */
export function spoil(fault: Fault, incoming: Incoming, usual: () => Reply, limiter: RateLimiter): Reply {
  const refusal = fault.kind && REFUSALS[fault.kind]?.();
  let reply: Reply;
  if (refusal) reply = { status: refusal.status, headers: {}, body: refusal.body };
  else if (fault.kind === 'html') reply = badGateway();
  else if (fault.kind === 'rate-limit') reply = limited(limiter);
  else if (fault.kind === 'echo') reply = echo(incoming.header('authorization') ?? '');
  else if (fault.status !== undefined && fault.kind === undefined) reply = bare(fault.status);
  else reply = usual();

  const twist = fault.kind && TWISTS[fault.kind];
  if (twist && reply.status === 200) {
    const { data } = reply.body as { data: Row };
    reply = { ...reply, body: twist(data) };
  }
  return {
    status: fault.status ?? reply.status,
    headers: { ...reply.headers, ...fault.headers },
    body: 'body' in fault ? fault.body : reply.body,
  };
}

const bare = (status: number): Reply => ({
  status,
  headers: {},
  body: { errors: [{ type: 'fault', message: `A fault was asked for: ${status}.`, status }] },
});

function limited(limiter: RateLimiter): Reply {
  const { status, headers, body } = limiter.refusal();
  return { status, headers, body };
}

const badGateway = (): Reply => ({
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
});

/** An API that is careless with what it was given, as whoever debugs it may be. */
function echo(authorization: string): Reply {
  const token = authorization.replace('Bearer ', '');
  const packed = (text: string) => Buffer.from(text).toString('base64');
  const forms = [
    authorization,
    packed(token),
    packed(authorization),
    packed(`${token}:`),
    encodeURIComponent(token),
    encodeURIComponent(packed(authorization)),
  ];
  const message = `You sent ${forms.join(' also ')}`;
  return { status: 400, headers: {}, body: { errors: [{ type: 'echo', message }] } };
}
