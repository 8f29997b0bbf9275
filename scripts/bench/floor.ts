/**
 * The floor: what one would write by hand to move these pages and nothing else. Keep-alive, as many lists side by side
 * as the connector reads, gzip, JSON.parse, RECORD lines, and no faster than the reader takes them. No retries, no
 * state, no masking, no checks.
 */
import { once } from 'node:events';
import http from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export interface FloorJob {
  readonly url: string;
  readonly token: string;
  readonly concurrency: number;
  readonly lists: readonly List[];
}

interface List {
  readonly stream: string;
  readonly path: string;
  /** Where the rows are in `data`. */
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
}

interface Page {
  readonly data: Readonly<Record<string, unknown>> & {
    readonly pagination: { readonly next?: string | null };
  };
}

const unpack = promisify(gunzip);
const job = JSON.parse(process.argv[2] ?? '') as FloorJob;
const agent = new http.Agent({ keepAlive: true, maxSockets: job.concurrency });
const headers = {
  Authorization: `Bearer ${job.token}`,
  Accept: 'application/vnd.segment.v1+json',
  'Accept-Encoding': 'gzip',
};

const lists = job.lists[Symbol.iterator]();
await Promise.all(
  Array.from({ length: job.concurrency }, async () => {
    for (const list of lists) await read(list);
  }),
);
agent.destroy();

async function read({ stream, path, key, query }: List): Promise<void> {
  let cursor: string | null | undefined;
  do {
    const search = new URLSearchParams({ ...query, 'pagination.count': '200' });
    if (cursor) search.set('pagination.cursor', cursor);
    const { data } = JSON.parse(await get(`${job.url}${path}?${search.toString()}`)) as Page;
    await write(stream, data[key] as readonly object[]);
    cursor = data.pagination.next;
  } while (cursor);
}

async function get(url: string): Promise<string> {
  const [answer] = (await once(http.get(url, { agent, headers }), 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}: ${url}`);
  const body = Buffer.concat(chunks);
  return (answer.headers['content-encoding'] === 'gzip' ? await unpack(body) : body).toString();
}

async function write(stream: string, rows: readonly object[]): Promise<void> {
  const emitted_at = Date.now();
  let lines = '';
  for (const data of rows)
    lines += `${JSON.stringify({ type: 'RECORD', record: { stream, data, emitted_at } })}\n`;
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
}
