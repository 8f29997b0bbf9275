/**
 * 100,000 audit events forwarded over HTTP by the built connector, each of them looked for at the other end; prints time and
 * memory, and ends with 1 where one is missing, invented or there twice: `make forward`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, listen } from '../sandbox/segment/index.ts';
import { createTracking } from '../sandbox/tracking/index.ts';
import type { Row } from '../src/engine/stream.ts';
import { auditMessage } from '../src/sources/segment/forward/message.ts';
import { MAIN } from './bench/lab.ts';
import { measure } from './bench/measure.ts';

const events = Number(process.argv[2] ?? 100_000);
const sandbox = createSandbox({ auditEvents: events, auditDays: 80, running: true });
const tracking = createTracking();
const server = await listen({ serve: (incoming) => tracking.serve(incoming) ?? sandbox.serve(incoming) });
const folder = mkdtempSync(join(tmpdir(), 'source-segment-forward-'));

function file(name: string, content: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

try {
  const config = file('config.json', { ...sandbox.config(server.url), page_size: 1000 });
  const to = file('to.json', tracking.target(server.url));
  const state = join(folder, 'state.json');
  const { seconds, cpu, peak } = await measure([
    MAIN,
    ...['forward', '--config', config, '--to', to, '--state', state],
  ]);
  const [saved] = JSON.parse(readFileSync(state, 'utf8')) as [{ stream: { stream_state: Row } }];
  const reached = String(saved.stream.stream_state['timestamp']);
  const options = { isNamedByType: false, library: { name: 'source-segment', version: '' } };
  // What happened after the run began is the next one's.
  const due = new Map(
    [...(sandbox.workspace.tables['audit_events']?.() ?? [])].map((event) => [
      auditMessage(event, { write_key: tracking.writeKey }, options)['messageId'],
      Date.parse(String(event['timestamp'])) < Date.parse(reached),
    ]),
  );
  const { kept, duplicates, dropped, requests } = tracking;
  const missing = [...due].filter(([id, isDue]) => isDue && !kept.has(String(id))).length;
  const invented = [...kept.keys()].filter((id) => !due.has(id)).length;
  const largest = Math.max(...requests.map(({ bytes }) => bytes));
  console.log(
    `${kept.size.toLocaleString('en')} events there, ${missing} missing, ${invented} invented, ${duplicates.length} twice, ${dropped.length} dropped; ` +
      `${requests.length} batches of ${largest.toLocaleString('en')} bytes at most\n` +
      `${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, ${peak.toFixed(0)} MiB at the peak`,
  );
  const wrong = missing + invented + duplicates.length + dropped.length;
  if (wrong > 0 || kept.size < events) process.exitCode = 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
