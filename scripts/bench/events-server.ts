/**
 * A raw export for the benchmark, in a process of its own: some thousand lines of the sandbox, packed once, and sent as often as
 * a day is to have them. Packed pieces in a row are a packed body, so a day of any length costs the server nothing. Ends
 * with its stdin.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { createMixpanel } from '../../sandbox/mixpanel/index.ts';
import { Tally, type Sum } from './tally.ts';

const DAY = 24 * 60 * 60 * 1000;

export interface EventsJob {
  readonly days: number;
  readonly eventsPerDay: number;
}

/** What it says once it listens. */
export interface EventsReady {
  readonly url: string;
  /** First day, and as many others as were asked for, today the last one. */
  readonly dates: readonly string[];
  readonly config: object;
  readonly expected: Sum;
}

const { days, eventsPerDay } = JSON.parse(process.argv[2] ?? '') as EventsJob;
const sandbox = createMixpanel({ days: 2, eventsPerDay: 10_000, quotas: false });
const dates = Array.from({ length: days }, (_, back) =>
  new Date(Date.now() - (days - 1 - back) * DAY).toISOString().slice(0, 10),
);
const lines = await sample();
const piece = gzipSync(`${lines.join('\n')}\n`);
const times = Math.round(eventsPerDay / lines.length);

const server = createServer((request, response) => {
  request.resume();
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname !== '/api/2.0/export') {
    // Whatever else a sync asks for, the time above all.
    response.end(JSON.stringify({ status: 'ok', results: [] }));
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
  // A reader that goes away is no failure.
  void pipeline(Readable.from(Array<Buffer>(times).fill(piece)), response).catch(() => undefined);
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ready: EventsReady = { url, dates, config: sandbox.config(url), expected: expected() };
  console.log(JSON.stringify(ready));
});
process.stdin.once('end', () => process.exit()).resume();

/** The events of a full day of the sandbox; those whose rows do not begin with their name, by which they are counted, are left out. */
async function sample(): Promise<string[]> {
  const { credentials } = sandbox.config('') as { credentials: Record<string, string> };
  const { username = '', secret = '', project_id = '' } = credentials;
  const day = sandbox.firstDay;
  const query = new URLSearchParams({
    project_id,
    from_date: day,
    to_date: day,
    time_in_ms: 'true',
  });
  const answer = sandbox.serve({
    method: 'GET',
    url: new URL(`http://127.0.0.1/api/2.0/export?${query.toString()}`),
    header: (name) => (name === 'authorization' ? `Basic ${btoa(`${username}:${secret}`)}` : null),
  });
  const chunks = answer?.chunks?.() ?? [Buffer.from(answer?.text ?? '')];
  const all = Buffer.concat([...chunks])
    .toString()
    .split('\n');
  return all.filter((line) => line.startsWith('{"event":"') && !/"\d+":/.test(line));
}

function expected(): Sum {
  const tally = new Tally('event');
  const names = lines.map((line) => Buffer.from(nameIn(line)));
  for (let count = times * days; count > 0; count -= 1) for (const name of names) tally.add(name);
  return tally.sum;
}

/** The name of an event as it is written, up to its first quote. */
function nameIn(line: string): string {
  const { event } = JSON.parse(line) as { event: string };
  return JSON.stringify(event).slice(1).split('"')[0] ?? '';
}
