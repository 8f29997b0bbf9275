/** What is large: a record that no buffer holds, and more rows than any memory should. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { encode } from '../../sandbox/segment/index.ts';
import { configured, Files, run } from '../support/process.ts';
import type { Message } from '../support/messages.ts';
import { mixpanel } from '../support/vendors/mixpanel.ts';
import { moesif } from '../support/vendors/moesif.ts';
import { segment } from '../support/vendors/segment.ts';
import type { Vendor } from '../support/vendors/vendor.ts';
import { dishonesty } from './honesty.ts';
import { Connector } from './pipe.ts';
import { messagesOf, Platform } from './platform.ts';
import { soak } from './soak.ts';

const SANDBOX = fileURLToPath(new URL('../../build/sandbox/cli.js', import.meta.url));
/** Heap (MB) that is ample for any number of rows, and not enough for the keys alone of so many. */
const HEAP = 40;
const MANY = soak.minutes === 0 ? 200_000 : 1_000_000;
const DAY = 86_400_000;
/** So many events of Moesif's happen at once, from the first moment of a day to its last … */
const AT_ONCE = 7;
const APART = (DAY - 1) / (Math.ceil(MANY / AT_ONCE) - 1);
/** … of which those in the second of the read are the next one's. */
const DUE = Math.ceil((DAY - 1000) / APART) * AT_ONCE;
const WHOLE = { code: 0, signal: null, stderr: '' };
const files = new Files();
afterAll(() => files.remove());

interface Large {
  readonly vendor: Vendor;
  readonly stream: string;
  /** What makes a sandbox that has so many rows. */
  readonly flags: readonly string[];
  readonly config: object;
  readonly watch: (connector: Connector) => Promise<number[]>;
}

/** Reads a table from a sandbox with a processor of its own; the memory (KiB) that it held meanwhile. */
async function memoryOf({ vendor, stream, flags, config: more, watch }: Large): Promise<number[]> {
  const sandbox = spawn(
    process.execPath,
    [SANDBOX, `--source=${vendor.name}`, '--port=0', '--control', ...flags],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    const [line] = (await once(createInterface({ input: sandbox.stdout }), 'line')) as [string];
    const { config } = JSON.parse(line) as { config: object };
    const { messages } = await run(['discover'], vendor.env);
    const streams = messages.flatMap(({ catalog }) => catalog?.streams ?? []);
    const catalog = configured(streams.filter(({ name }) => name === stream));
    const arguments_ = [
      'read',
      ...['--config', files.json('config.json', { ...config, ...more })],
      ...['--catalog', files.json('catalog.json', catalog)],
    ];
    return await watch(new Connector(files, arguments_, { heap: HEAP, env: vendor.env }));
  } finally {
    sandbox.stdin.end();
    await once(sandbox, 'close');
  }
}

/** Holds the trail to the rules while it passes by: each event once, each state exact. */
async function ofTrail(connector: Connector, events: number): Promise<number[]> {
  const seen = new Uint8Array(events);
  const statuses: string[] = [];
  const memory: number[] = [];
  let [records, since, repeated, miscounted] = [0, 0, 0, 0];
  await connector.lines((line) => {
    const id = /^\{"type":"RECORD".*?"id":"events\/(\d+)"/.exec(line)?.[1];
    if (id !== undefined) {
      if (seen[Number(id)] !== 0) repeated += 1;
      seen[Number(id)] = 1;
      records += 1;
      since += 1;
      return;
    }
    const { state, trace } = JSON.parse(line) as Message;
    if (trace?.stream_status) statuses.push(trace.stream_status.status);
    if (!state) return;
    if (state.sourceStats.recordCount !== since) miscounted += 1;
    since = 0;
    const { memory: held } = connector;
    if (held !== undefined) memory.push(held);
  });
  expect(await connector.ended).toEqual(WHOLE);
  expect({ statuses, records, repeated, miscounted, since, missing: seen.indexOf(0) }).toEqual({
    statuses: ['STARTED', 'RUNNING', 'COMPLETE'],
    records: events,
    repeated: 0,
    miscounted: 0,
    since: 0,
    missing: -1,
  });
  return memory;
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/** The same of a day of events, which moves the state once, at its end. */
async function ofDay(connector: Connector, events: number): Promise<number[]> {
  const statuses: string[] = [];
  const counts: number[] = [];
  const memory: number[] = [];
  let records = 0;
  await connector.lines((line) => {
    if (line.startsWith('{"type":"RECORD"')) {
      records += 1;
      const held = records % Math.floor(events / 50) === 0 ? connector.memory : undefined;
      if (held !== undefined) memory.push(held);
      return;
    }
    const { state, trace } = JSON.parse(line) as Message;
    if (trace?.stream_status) statuses.push(trace.stream_status.status);
    // One without records tells after a silence of a minute that the read goes on: the sandbox counts millions first.
    if (state && state.sourceStats.recordCount > 0) counts.push(state.sourceStats.recordCount);
  });
  expect(await connector.ended).toEqual(WHOLE);
  expect({ statuses, records, counts }).toEqual({
    statuses: ['STARTED', 'RUNNING', 'COMPLETE'],
    records: events,
    counts: [events],
  });
  return memory;
}

const NOW = new Date().toISOString();

test.each<Large>([
  {
    vendor: segment,
    stream: 'audit_events',
    // Frozen, so that no event comes while they are read.
    flags: [`--now=${NOW}`, `--audit-events=${MANY}`, '--audit-days=80'],
    config: { page_size: 1000 },
    watch: (connector) => ofTrail(connector, MANY),
  },
  {
    vendor: mixpanel,
    stream: 'export',
    flags: [`--now=${NOW.slice(0, 10)}T23:59:59.999Z`, `--events-per-day=${MANY}`, '--days=1'],
    config: {},
    watch: (connector) => ofDay(connector, MANY),
  },
  {
    vendor: moesif,
    stream: 'events',
    flags: [`--now=${NOW.slice(0, 10)}T23:59:59.999Z`, `--events-per-day=${MANY}`, '--days=1'].concat([
      '--late-days=0',
      '--no-quotas',
    ]),
    config: { page_size: 1000, include_secrets: true },
    watch: (connector) => ofDay(connector, DUE),
  },
])(
  `${MANY} rows of $vendor.name: each once, in memory that does not grow with them`,
  async (large) => {
    const memory = await memoryOf(large);
    expect(memory.length).toBeGreaterThan(40);
    const quarter = Math.floor(memory.length / 4);
    const [early, late] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
    expect(early).toBeGreaterThan(10_000);
    expect(late / early).toBeLessThan(1.15);
  },
  900_000,
);

test('a record of 20 MB arrives byte for byte, where the reader is slow to start', async () => {
  const one = { sources: 1, destinationsPerSource: 1, catalogDestinations: 1 };
  const platform = await Platform.open({ ...one, heavy: 20_000_000 });
  try {
    const [row] = platform.sandbox.workspace.tables['destinations']?.() ?? [];
    const metadata = encode(row?.['metadata']);
    const connector = platform.read({ streams: ['destinations'], heap: 160 });
    await connector.slowly(10_000, () => connector.text.length >= 30_000);
    await connector.rest();
    expect(await connector.ended).toEqual(WHOLE);
    expect(connector.text.includes(`"metadata":${metadata},`)).toBe(true);
    expect(dishonesty(messagesOf(connector.text), ['destinations'])).toEqual([]);
  } finally {
    await platform.close();
  }
}, 120_000);
