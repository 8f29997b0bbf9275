/** A client that does nothing on its own: it asks the simulated Moesif as it is, without a network. */
import type { Moesif, Row } from '../../sandbox/moesif/index.ts';
import { parseJson } from '../../src/http/json.ts';

export interface Reply {
  /** 0 where no answer comes. */
  status: number;
  headers: Headers;
  text: string;
  /** Of the text, where it is JSON; whole numbers that are too large are texts. */
  body: unknown;
}

export interface Asking {
  host?: string;
  method?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a text as it stands. */
  body?: object | string;
  /** As the one whose token it is, when left out. */
  as?: 'nobody';
}

export interface Hit {
  _id: string;
  _source: Row;
  sort?: unknown[];
}

export interface Page {
  timed_out: boolean;
  hits: { total: unknown; hits: Hit[] };
}

export const BASE = '/v1/search/~';
export const USERS = `${BASE}/search/usermetrics/users`;
export const COMPANIES = `${BASE}/search/companymetrics/companies`;
export const EVENTS = `${BASE}/search/events`;

export function ask(moesif: Moesif, path: string, asking: Asking = {}): Reply {
  const { host = 'http://127.0.0.1', query = {}, body } = asking;
  const method = asking.method ?? (body === undefined ? 'GET' : 'POST');
  const url = new URL(host + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  const headers = new Headers({ 'content-type': 'application/json', ...asking.headers });
  if (asking.as !== 'nobody' && !headers.has('authorization'))
    headers.set('authorization', `Bearer ${moesif.secrets[0]}`);
  const sent = body === undefined ? {} : { body: Buffer.from(textOf(body)) };
  const answer = moesif.serve({ method, url, header: (name) => headers.get(name), ...sent });
  if (!answer) throw new Error(`unhandled: ${url.href}`);
  const { text, mishap } = answer;
  const status = mishap === 'reset' || mishap === 'hang' ? 0 : answer.status;
  return { status, headers: new Headers(answer.headers), text, body: parsed(text) };
}

/** What stands for a missing date, which a client gets as a text, is a number again on its way back. */
const textOf = (body: object | string): string =>
  typeof body === 'string' ? body : JSON.stringify(body).replace(/"(-?92233720368547758\d\d)"/g, '$1');

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** A page of a search that is well. */
export function search(moesif: Moesif, path: string, body: object = {}, query: Asking['query'] = {}): Page {
  const { status, text, body: page } = ask(moesif, path, { body, query });
  if (status >= 300) throw new Error(text);
  return page as Page;
}

/** All pages of it, one after the other. */
export function searchAll(
  moesif: Moesif,
  path: string,
  { body = {}, query = {} }: { body?: object; query?: Asking['query'] } = {},
): Hit[] {
  const all: Hit[] = [];
  const size = (body as { size?: number }).size ?? 7;
  for (let after: unknown; ;) {
    const goOn = after === undefined ? {} : { search_after: after };
    const { hits } = search(moesif, path, { sort: [{ _id: 'asc' }], size, ...body, ...goOn }, query).hits;
    all.push(...hits);
    after = hits.at(-1)?.sort;
    if (hits.length < size) return all;
  }
}

export const idsOf = (hits: readonly Hit[]): string[] => hits.map(({ _id }) => _id);
