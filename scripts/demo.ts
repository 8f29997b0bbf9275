/**
 * `make demo` and its siblings: the built connector against a simulated API, over HTTP, as a platform would run it:
 * check, discover, a full read, and a second read some hours later that goes on from the first one's state and brings
 * what came late too. `node build/scripts/demo.js [SOURCE]`.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import { listen } from '../sandbox/kit/listen.ts';
import { configured, lastStates, type Message } from './kit/messages.ts';
import { tableFinder } from './kit/registry.ts';
import { sourceNamed } from './kit/sources.ts';
import { Tallies } from './kit/tally.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** Less than the look-back of a day: what appears meanwhile is late to the connector, whose clock is the real one. */
const LATER = 20 * 60 * 60 * 1000;

const source = sourceNamed(process.argv[2] ?? 'segment');
const tableOf = tableFinder(source);
// It starts some hours ago, so that they can pass between the two reads.
const sandbox = source.demo.simulate(new Date(Date.now() - LATER).toISOString());
const server = await listen(sandbox);
const folder = await mkdtemp(join(tmpdir(), `source-${source.name}-demo-`));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
try {
  process.exitCode = (await demo()) ? 0 : 1;
} finally {
  await server.close();
}

async function demo(): Promise<boolean> {
  console.log(`A simulated ${source.title} ${source.demo.name} answers at ${server.url}.\n`);
  const config = await file('config.json', sandbox.config(server.url));
  const [status] = (await run(['check', '--config', config])).flatMap((told) => told.connectionStatus ?? []);
  console.log(`check      ${status?.status ?? 'no answer'}${status?.message ? `: ${status.message}` : ''}`);
  const streams = (await run(['discover', '--config', config])).flatMap(
    (told) => told.catalog?.streams ?? [],
  );
  console.log(`discover   ${streams.length} tables\n`);

  const catalog = await file('catalog.json', configured(streams, 'incremental'));
  const names = streams.map(({ name }) => name);
  const command = ['read', '--config', config, '--catalog', catalog];
  const first = await read('First read', command, names);
  sandbox.advance(LATER);
  const state = await file('state.json', first.states);
  const second = await read('20 hours later, from its state', [...command, '--state', state], names);
  return first.complete && second.complete;
}

async function read(title: string, command: readonly string[], names: readonly string[]) {
  const tallies = new Tallies(names);
  const asked = sandbox.requests.length;
  const began = Date.now();
  const bar = new SingleBar({
    format: '{bar} {value} of {total} tables, {records} records',
    clearOnComplete: true,
  });
  process.once('exit', () => bar.stop());
  if (process.stdout.isTTY) bar.start(names.length, 0, { records: 0 });
  const messages = await run(command, (message) => {
    tallies.take(message);
    if (message.type !== 'RECORD' && process.stdout.isTTY)
      bar.update(tallies.ended, { records: tallies.records });
  });
  bar.stop();
  const requests = sandbox.requests.slice(asked);
  for (const asked of requests) tallies.asked(tableOf(asked));
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const told = messages.flatMap(({ log }) =>
    log && source.demo.tells?.test(log.message) ? log.message : [],
  );
  for (const line of told) console.log(`log        ${line}`);
  console.log(
    `${title}: ${tallies.records} records, ${requests.length} requests, ${seconds} s\n${tallies.toString()}\n`,
  );
  return { states: lastStates(messages), complete: tallies.complete };
}

/** Runs the connector; `onMessage` has its messages as they come, the result all but the records. */
async function run(command: readonly string[], onMessage?: (message: Message) => void): Promise<Message[]> {
  const child = spawn(process.execPath, [MAIN, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SOURCE: source.name },
  });
  const messages: Message[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as Message;
    onMessage?.(message);
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
