/** A client that does nothing on its own: it asks the sandbox as it is, without a network. */
import type { Row, Sandbox } from '../../sandbox/segment/index.ts';

export const US = 'https://api.segmentapis.com';

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: { data?: Row; errors?: { type: string; field?: string; data?: Row }[] };
}

/** An answer that does not come has the status 0. */
export async function ask(
  sandbox: Sandbox,
  path: string,
  options: { host?: string; headers?: Record<string, string>; method?: string } = {},
): Promise<Reply> {
  const { host = US, method = 'GET' } = options;
  const url = new URL(host + path);
  const headers = new Headers({
    authorization: `Bearer ${sandbox.token}`,
    accept: 'application/json',
    ...options.headers,
  });
  const answer = sandbox.serve({ method, url, header: (name) => headers.get(name) });
  if (!answer) throw new Error(`unhandled: ${url.href}`);
  const { text, mishap } = answer;
  const status = mishap === 'reset' || mishap === 'hang' ? 0 : answer.status;
  return { status, headers: new Headers(answer.headers), text, body: parse(text) };
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
