/**
 * The floor of events: what one would write by hand to move the lines of a raw export and nothing else. Keep-alive, as many
 * days side by side as the connector reads, gzip, JSON.parse of each line, RECORD lines, and no faster than the reader takes
 * them. No retries, no state, no columns, no checks.
 */
import { once } from 'node:events';
import http from 'node:http';
import { createGunzip } from 'node:zlib';

export interface EventsFloorJob {
  readonly url: string;
  readonly dates: readonly string[];
  readonly concurrency: number;
}

const job = JSON.parse(process.argv[2] ?? '') as EventsFloorJob;
const agent = new http.Agent({ keepAlive: true, maxSockets: job.concurrency });
const dates = job.dates[Symbol.iterator]();
await Promise.all(
  Array.from({ length: job.concurrency }, async () => {
    for (const date of dates) await read(date);
  }),
);
agent.destroy();

async function read(date: string): Promise<void> {
  const url = `${job.url}/api/2.0/export?from_date=${date}&to_date=${date}`;
  const headers = { 'Accept-Encoding': 'gzip' };
  const [answer] = (await once(http.get(url, { agent, headers }), 'response')) as [http.IncomingMessage];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.pipe(createGunzip())) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    await write(lines);
  }
  if (rest !== '') await write([rest]);
}

async function write(lines: readonly string[]): Promise<void> {
  const emitted_at = Date.now();
  let out = '';
  for (const line of lines) {
    const data = JSON.parse(line) as object;
    out += `${JSON.stringify({ type: 'RECORD', record: { stream: 'export', data, emitted_at } })}\n`;
  }
  if (!process.stdout.write(out)) await once(process.stdout, 'drain');
}
