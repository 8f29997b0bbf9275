/** Events of a raw export: the connector and the floor reading the same bytes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EventsFloorJob } from './events-floor.ts';
import type { EventsJob, EventsReady } from './events-server.ts';
import { MAIN } from './lab.ts';
import { interleaved, measure, type Measured } from './measure.ts';
import { Tally } from './tally.ts';

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Answers that the connector reads side by side. */
const CONCURRENCY = 4;

/** Runs of the connector and, where wanted, of the floor, over so many events in so many days. */
export async function exported(
  job: EventsJob,
  rounds: number,
  withFloor: boolean,
): Promise<[ours: Measured[], floor: Measured[]]> {
  const server = spawn(process.execPath, [beside('events-server.js'), JSON.stringify(job)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const folder = mkdtempSync(join(tmpdir(), 'source-segment-bench-'));
  const file = (name: string, content: object) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const { url, dates, config, expected } = JSON.parse(line) as EventsReady;
      const whole = (measured: Measured): Measured => {
        const { records, ids } = measured.output.sum;
        if (records === expected.records && ids === expected.ids) return measured;
        throw new Error(`${records} events came, not exactly the ${expected.records} that there are`);
      };
      const stream = {
        stream: { name: 'export' },
        sync_mode: 'incremental',
        destination_sync_mode: 'append',
      };
      const flags = [
        ...['--config', file('config.json', { ...config, start_date: dates[0] })],
        ...['--catalog', file('catalog.json', { streams: [stream] })],
      ];
      const floorJob: EventsFloorJob = { url, dates, concurrency: CONCURRENCY };
      const run = async (args: readonly string[]) =>
        whole(await measure(args, { SOURCE: 'mixpanel' }, new Tally('event')));
      const subjects = [
        () => run([MAIN, 'read', ...flags]),
        ...(withFloor ? [() => run([beside('events-floor.js'), JSON.stringify(floorJob)])] : []),
      ];
      const [ours = [], floor = []] = await interleaved(rounds, subjects);
      return [ours, floor];
    }
    throw new Error('the server of the benchmark did not start');
  } finally {
    server.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
