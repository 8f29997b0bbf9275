/**
 * `make demo`: the built connector against a simulated workspace, over HTTP, as a platform would run it: check,
 * discover, a full read, and a second read a day later that goes on from the first one's state.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { createSandbox, listen } from '../sandbox/segment/index.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const DAY = 24 * 60 * 60 * 1000;

interface Message {
  type: string;
  record?: { stream: string };
  state?: { stream: { stream_descriptor: { name: string } } };
  trace?: {
    emitted_at: number;
    stream_status?: { stream_descriptor: { name: string }; status: string };
    error?: { message: string };
  };
  log?: { level: string; message: string };
  connectionStatus?: { status: string; message?: string };
  catalog?: { streams: { name: string; default_cursor_field?: string[] }[] };
}

interface Tally {
  records: number;
  states: number;
  requests: number;
  started: number;
  ended: number;
  status: string;
}

// The workspace starts a day ago, so that a day can pass between the two reads.
const yesterday = new Date(Date.now() - DAY).toISOString();
const sandbox = createSandbox({
  now: yesterday,
  sources: 12,
  destinationsPerSource: 6,
  auditEvents: 20_000,
  users: 60,
});
const server = await listen(sandbox);
const folder = await mkdtemp(join(tmpdir(), 'source-segment-demo-'));
try {
  process.exitCode = (await demo()) ? 0 : 1;
} finally {
  await server.close();
  await rm(folder, { recursive: true });
}

async function demo(): Promise<boolean> {
  const config = await file('config.json', { api_token: sandbox.token, api_url: server.url });
  console.log(`A simulated Segment workspace answers at ${server.url}.\n`);
  const [status] = (await run(['check', '--config', config])).flatMap(
    (message) => message.connectionStatus ?? [],
  );
  console.log(
    `check      ${status?.status ?? 'no answer'}${status?.message === undefined ? '' : `: ${status.message}`}`,
  );
  const streams = (await run(['discover', '--config', config])).flatMap(
    ({ catalog }) => catalog?.streams ?? [],
  );
  console.log(`discover   ${streams.length} tables\n`);
  const catalog = await file('catalog.json', {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: stream.default_cursor_field ? 'incremental' : 'full_refresh',
      destination_sync_mode: 'append',
    })),
  });
  const arguments_ = ['read', '--config', config, '--catalog', catalog];
  const names = streams.map(({ name }) => name);
  const first = await read('First read', arguments_, names);
  sandbox.advance(DAY);
  const state = await file('state.json', first.states);
  const second = await read(
    'Second read, a day later, from the state of the first',
    [...arguments_, '--state', state],
    names,
  );
  return first.complete && second.complete;
}

async function read(title: string, arguments_: string[], names: string[]) {
  const tallies = new Map<string, Tally>();
  for (const name of names) {
    tallies.set(name, { records: 0, states: 0, requests: 0, started: 0, ended: 0, status: '-' });
  }
  const states = new Map<string, unknown>();
  const asked = sandbox.requests.length;
  const began = Date.now();
  const bar = new SingleBar({
    format: '{bar} {value}/{total} tables, {records} records',
    clearOnComplete: true,
    noTTYOutput: false,
  });
  if (process.stdout.isTTY) bar.start(names.length, 0, { records: 0 });
  let records = 0;
  await run(arguments_, (message) => {
    const name =
      message.record?.stream ??
      message.state?.stream.stream_descriptor.name ??
      message.trace?.stream_status?.stream_descriptor.name;
    const tally = tallies.get(name ?? '');
    if (!tally || name === undefined) return;
    if (message.record) {
      tally.records += 1;
      records += 1;
    }
    if (message.state) {
      tally.states += 1;
      states.set(name, { type: 'STREAM', stream: message.state.stream });
    }
    const { trace } = message;
    if (trace?.stream_status) {
      tally.status = trace.stream_status.status;
      if (tally.status === 'STARTED') tally.started = trace.emitted_at;
      tally.ended = trace.emitted_at;
    }
    const done = [...tallies.values()].filter(
      ({ status }) => status === 'COMPLETE' || status === 'INCOMPLETE',
    ).length;
    if (process.stdout.isTTY) bar.update(done, { records });
  });
  bar.stop();
  const requests = sandbox.requests.slice(asked);
  for (const { path } of requests) {
    const tally = tallies.get(tableOf(path));
    if (tally) tally.requests += 1;
  }
  console.log(
    `${title}: ${records} records, ${requests.length} requests, ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
  print(tallies);
  return {
    states: [...states.values()],
    complete: [...tallies.values()].every(({ status }) => status === 'COMPLETE'),
  };
}

function print(tallies: Map<string, Tally>): void {
  const table = new Table({
    head: ['stream', 'records', 'requests', 'states', 'seconds', 'status'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, { records, requests, states, started, ended, status }] of tallies) {
    table.push([name, records, requests, states, ((ended - started) / 1000).toFixed(2), status]);
  }
  console.log(`${table.toString()}\n`);
}

/** The table that a request was made for. */
function tableOf(path: string): string {
  const [first = '', second, third] = path.slice(1).split('/');
  if (first === 'catalog') return `catalog_${second}`;
  if (first === 'usage') {
    const what = second === 'mtu' ? 'mtu' : 'api_calls';
    return `usage_${what}_${third === 'sources' ? 'per_source' : 'workspace'}_daily`;
  }
  const children: Record<string, string> = {
    'connected-destinations': 'source_connected_destinations',
    'connected-warehouses': 'source_connected_warehouses',
    subscriptions: 'destination_subscriptions',
    'delivery-metrics': 'destination_delivery_metrics_summary',
  };
  return children[third ?? ''] ?? first.replace('-', '_');
}

/** Runs the connector; its messages as they come, and all but the records at the end. */
async function run(
  arguments_: string[],
  onMessage: (message: Message) => void = () => undefined,
): Promise<Message[]> {
  const child = spawn(process.execPath, [MAIN, ...arguments_], { stdio: ['ignore', 'pipe', 'inherit'] });
  const messages: Message[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as Message;
    onMessage(message);
    if (message.type !== 'RECORD') messages.push(message);
    if (message.trace?.error) console.error(message.trace.error.message);
  }
  return messages;
}

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}
