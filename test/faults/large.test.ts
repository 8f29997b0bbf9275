/** What is large: a record that no buffer holds, and more rows than any memory should. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { encode } from '../../sandbox/segment/index.ts';
import { configured, Files, run } from '../support/process.ts';
import type { Message } from '../support/messages.ts';
import { dishonesty } from './honesty.ts';
import { Connector, GARBAGE } from './pipe.ts';
import { messagesOf, Platform } from './platform.ts';
import { soak } from './soak.ts';

const SANDBOX = fileURLToPath(new URL('../../build/sandbox/cli.js', import.meta.url));
const SOME = 100_000;
const MANY = soak.minutes === 0 ? 300_000 : 1_000_000;
const WHOLE = { code: 0, signal: null, stderr: '' };
const files = new Files();
afterAll(() => files.remove());

/** Reads so many audit events from a sandbox with a processor of its own; the most memory (KiB) that it took. */
async function peakOf(events: number): Promise<number> {
  const sandbox = spawn(
    process.execPath,
    // Frozen, so that no event comes while they are read.
    [
      ...[SANDBOX, '--port=0', `--now=${new Date().toISOString()}`, '--control'],
      ...[`--audit-events=${events}`, '--audit-days=80'],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  try {
    const [line] = (await once(createInterface({ input: sandbox.stdout }), 'line')) as [string];
    const { config } = JSON.parse(line) as { config: object };
    const { messages } = await run(['discover']);
    const streams = messages.flatMap(({ catalog }) => catalog?.streams ?? []);
    const trail = configured(streams.filter(({ name }) => name === 'audit_events'));
    const connector = new Connector(files, [
      'read',
      ...['--config', files.json('config.json', { ...config, page_size: 1000 })],
      ...['--catalog', files.json('catalog.json', trail)],
    ]);
    return await peakOfTrail(connector, events);
  } finally {
    sandbox.stdin.end();
    await once(sandbox, 'close');
  }
}

/** Holds the trail to the rules while it passes by: each event once, each state exact. */
async function peakOfTrail(connector: Connector, events: number): Promise<number> {
  const seen = new Uint8Array(events);
  const statuses: string[] = [];
  let [records, since, repeated, miscounted, peak] = [0, 0, 0, 0, 0];
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
    peak = Math.max(peak, connector.peak);
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
  return peak;
}

test(`${MANY} rows: each once, in no more memory than ${SOME} take`, async () => {
  const usual = await peakOf(SOME);
  const peak = await peakOf(MANY);
  expect(peak).toBeLessThanOrEqual(usual + GARBAGE);
}, 900_000);

test('a record of 20 MB arrives byte for byte, also where the reader is slow to start', async () => {
  const one = { sources: 1, destinationsPerSource: 1, catalogDestinations: 1 };
  const platform = await Platform.open({ ...one, heavy: 20_000_000 });
  try {
    const [row] = platform.sandbox.workspace.tables['destinations']?.() ?? [];
    const metadata = encode(row?.['metadata']);
    const peaks: number[] = [];
    for (const slowly of [0, 30_000]) {
      const connector = platform.read({ streams: ['destinations'] });
      await connector.slowly(10_000, () => connector.text.length >= slowly);
      let peak = 0;
      await connector.rest(() => (peak = Math.max(peak, connector.peak)));
      peaks.push(peak);
      expect(await connector.ended).toEqual(WHOLE);
      expect(connector.text.includes(`"metadata":${metadata},`)).toBe(true);
      expect(dishonesty(messagesOf(connector.text), ['destinations'])).toEqual([]);
    }
    const [quick = 0, slow = 0] = peaks;
    expect(slow).toBeLessThanOrEqual(quick + GARBAGE);
  } finally {
    await platform.close();
  }
}, 120_000);
