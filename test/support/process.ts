import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseMessages, type CatalogStream, type Message } from './messages.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The built connector: `make build` comes before these tests. */
export const MAIN = root('dist/main.js');
export const BIN = root('bin/source-segment');

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Ended extends End {
  readonly messages: readonly Message[];
}

/** Runs the connector to its end, as a platform would. */
export async function run(arguments_: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const ended = await endOf(start(arguments_, env));
  return { ...ended, messages: parseMessages(ended.stdout) };
}

/** What a process of the connector leaves. */
export async function endOf(child: ReturnType<typeof start>): Promise<End> {
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, stdout, stderr };
}

/** Starts the connector: pipes, its own process, nothing inherited but the PATH. */
export function start(arguments_: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [MAIN, ...arguments_], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A folder of JSON files that goes when the tests are done. */
export class Files {
  readonly #folder = mkdtempSync(join(tmpdir(), 'source-segment-test-'));

  json(name: string, content: unknown): string {
    return this.text(name, JSON.stringify(content));
  }

  text(name: string, content: string): string {
    const path = this.path(name);
    writeFileSync(path, content);
    return path;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** A configured catalog of discovered streams, as the platform writes it. */
export const configured = (streams: readonly CatalogStream[], mode?: 'full_refresh') => ({
  streams: streams.map((stream) => ({
    stream,
    sync_mode: mode ?? (stream.default_cursor_field ? 'incremental' : 'full_refresh'),
    destination_sync_mode: 'append_dedup',
    cursor_field: stream.default_cursor_field ?? [],
    primary_key: stream.source_defined_primary_key,
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 7,
  })),
});
