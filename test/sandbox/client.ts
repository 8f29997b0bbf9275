/** A client that does nothing on its own: it asks the handlers as they are, without a network. */
import { getResponse } from 'msw';
import type { Row, Sandbox } from '../../sandbox/segment/index.ts';

export const US = 'https://api.segmentapis.com';

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: { data?: Row; errors?: { type: string; field?: string; data?: Row }[] };
}

export async function ask(
  sandbox: Sandbox,
  path: string,
  options: { host?: string; headers?: Record<string, string>; method?: string; signal?: AbortSignal } = {},
): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${sandbox.token}`,
    accept: 'application/json',
    ...options.headers,
  };
  const request = new Request((options.host ?? US) + path, {
    method: options.method ?? 'GET',
    headers,
    signal: options.signal ?? null,
  });
  const response = await getResponse(sandbox.handlers, request);
  if (!response) throw new Error(`unhandled: ${request.url}`);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): Reply['body'] {
  try {
    return JSON.parse(text) as Reply['body'];
  } catch {
    return {};
  }
}

export interface Pagination {
  current: string;
  next?: string | null;
  previous?: string | null;
  totalEntries?: number;
}

export const paginationOf = (reply: Reply): Pagination => reply.body.data?.['pagination'] as Pagination;

export const rowsOf = (reply: Reply): Row[] =>
  Object.values(reply.body.data ?? {}).find((value): value is Row[] => Array.isArray(value)) ?? [];

/** The path with further parameters. */
export function and(path: string, query: Record<string, string | number>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  return `${path}${path.includes('?') ? '&' : '?'}${search.toString()}`;
}

/** Every row of a list, page by page. */
export async function list(sandbox: Sandbox, path: string, count = 1000): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null | undefined;
  do {
    const paging = { 'pagination.count': count, ...(cursor ? { 'pagination.cursor': cursor } : {}) };
    const reply = await ask(sandbox, and(path, paging));
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
    rows.push(...rowsOf(reply));
    cursor = paginationOf(reply).next;
  } while (cursor);
  return rows;
}
