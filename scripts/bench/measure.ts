/** Runs a process to its end and says what it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tally } from './tally.ts';

const PRELOAD = new URL('usage.js', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'source-segment-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export interface Measured {
  /** From its start to the end of its output (s). */
  readonly seconds: number;
  /** User and system, all threads (s). */
  readonly cpu: number;
  /** The most memory that it held at once (MiB). */
  readonly peak: number;
  readonly output: Tally;
}

/** Runs `node …` with its stdout in a pipe that is read as fast as it comes. Throws where it fails. */
export async function measure(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  output = new Tally(),
): Promise<Measured> {
  const file = join(folder, 'usage.json');
  const seconds = await time(['--import', PRELOAD, ...args], { ...env, BENCH_USAGE: file }, output);
  const usage = JSON.parse(readFileSync(file, 'utf8')) as { cpu: number; peak: number };
  return { seconds, ...usage, output };
}

/** The same without the preload, which would weigh on a start-up: only the time (s). */
export async function time(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  output = new Tally(),
): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  child.stdout.on('data', (chunk: Buffer) => output.take(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`node ${args.join(' ').slice(0, 200)} ended with ${code}`);
  return (performance.now() - began) / 1000;
}

/** Runs each of them in turn, so many rounds: what disturbs the machine disturbs all alike. A list of runs for each. */
export async function interleaved<T>(
  rounds: number,
  subjects: readonly (() => Promise<T>)[],
): Promise<T[][]> {
  const runs: T[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) runs[index]?.push(await subject());
  }
  return runs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? NaN)) / 2;
}
