/** Child processes, from start to end. */
import { spawn } from 'node:child_process';

export interface Outcome {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end, with `env` beside what there is. Rejects where it cannot be started, or takes longer than
 * `timeout` (ms).
 */
export function run(
  command: string,
  args: readonly string[],
  { timeout = 120_000, env = {} }: { timeout?: number; env?: Readonly<Record<string, string>> } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { stdio, signal, env: { ...process.env, ...env } });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) =>
      reject(
        new Error(`${command} ${args[0]}: ${signal.aborted ? `no end after ${timeout} ms` : error.message}`),
      ),
    );
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}
