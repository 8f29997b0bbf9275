/**
 * 100,000 audit events forwarded over HTTP by the built connector, counted at the other end; prints time and memory.
 *
 *     make build && node build/scripts/forward.js 100000
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, listen } from '../sandbox/segment/index.ts';
import { createTracking } from '../sandbox/tracking/index.ts';
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
  const due = [...(sandbox.workspace.tables['audit_events']?.() ?? [])].length;
  const { kept, duplicates, dropped, requests } = tracking;
  // What happened after the run began is the next one's.
  const isWhole = kept.size >= events && kept.size <= due && duplicates.length + dropped.length === 0;
  const largest = Math.max(...requests.map(({ bytes }) => bytes));
  console.log(
    `${kept.size.toLocaleString('en')} of ${due.toLocaleString('en')} events there, ${duplicates.length} twice, ${dropped.length} dropped; ` +
      `${requests.length} batches of ${largest.toLocaleString('en')} bytes at most\n` +
      `${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, ${peak.toFixed(0)} MiB at the peak`,
  );
  if (!isWhole) process.exitCode = 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
