/**
 * The API of the benchmark, in a process of its own: the sandbox answers a URL once, and from then on the same bytes
 * come from memory, so that what is measured is the client. Ends with its stdin.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { compress } from '../../sandbox/kit/gzip.ts';
import { createSandbox, type SandboxOptions } from '../../sandbox/segment/index.ts';
import { Tally, type Sum } from './tally.ts';

export interface ServerJob {
  readonly workspace: SandboxOptions;
  /** Waiting time before each answer (ms). */
  readonly latency: number;
  /** The tables that are going to be read. */
  readonly tables: readonly string[];
}

/** What it says once it listens. */
export interface Ready {
  readonly url: string;
  readonly token: string;
  /** What a whole read of the tables comes to. */
  readonly expected: Sum;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const job = JSON.parse(process.argv[2] ?? '') as ServerJob;
const sandbox = createSandbox(job.workspace);
const now = sandbox.workspace.now();
const answers = new Map<string, Answer>();

const server = createServer((request, response) => {
  request.resume();
  void serve(canonical(request.url ?? '/'), request.headers, response);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const ready: Ready = { url: `http://127.0.0.1:${port}`, token: sandbox.token, expected: expected() };
  console.log(JSON.stringify(ready));
});
process.stdin.once('end', () => process.exit()).resume();

/** The last window ends when the run began. Past the sandbox's frozen time there is nothing, so it can end there. */
function canonical(path: string): string {
  const url = new URL(path, 'http://127.0.0.1');
  const end = url.searchParams.get('endTime');
  if (end !== null && Date.parse(end) > now) {
    const start = Date.parse(url.searchParams.get('startTime') ?? '');
    url.searchParams.set('endTime', new Date(Math.max(now, start)).toISOString());
  }
  return url.href;
}

async function serve(url: string, asked: IncomingHttpHeaders, response: ServerResponse): Promise<void> {
  const wait = job.latency > 0 ? delay(job.latency) : undefined;
  let answer = answers.get(url);
  if (!answer) answers.set(url, (answer = await fromSandbox(url, asked)));
  await wait;
  response.writeHead(answer.status, {
    ...answer.headers,
    'X-RateLimit-Remaining': '1000000',
    'X-RateLimit-Reset': new Date(Date.now() + 60_000).toUTCString(),
  });
  response.end(answer.body);
}

async function fromSandbox(url: string, { accept = '', authorization = '' }: IncomingHttpHeaders) {
  const asked: Record<string, string> = { accept, authorization };
  const incoming = { method: 'GET', url: new URL(url), header: (name: string) => asked[name] ?? null };
  const answer = sandbox.serve(incoming);
  if (!answer) throw new Error(`the sandbox does not answer ${url}`);
  const plain = Buffer.from(answer.text);
  const body = await compress(plain, 'gzip');
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(body.length),
    ...(body !== plain && { 'Content-Encoding': 'gzip' }),
  };
  return { status: answer.status, headers, body };
}

function expected(): Sum {
  const tally = new Tally();
  for (const table of job.tables) {
    for (const { id } of sandbox.workspace.tables[table]?.() ?? []) tally.add(Buffer.from(String(id)));
  }
  return tally.sum;
}
