/** A workspace to measure against: its server, and the connector and the floor reading from it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FloorJob } from './floor.ts';
import { measure, type Measured } from './measure.ts';
import type { Ready, ServerJob } from './server.ts';

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
export const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
/** The connector's own default. */
export const CONCURRENCY = 8;

export class Lab {
  readonly #folder = mkdtempSync(join(tmpdir(), 'source-segment-bench-'));
  readonly #server;
  readonly #ready;
  readonly #tables: readonly string[];
  readonly #config: object;

  private constructor(server: ReturnType<typeof spawn>, ready: Ready, job: ServerJob, config: object) {
    this.#server = server;
    this.#ready = ready;
    this.#tables = job.tables;
    this.#config = config;
  }

  /** `config` is what the connector's config has besides token and address. */
  static async open(job: ServerJob, config: object = {}): Promise<Lab> {
    const server = spawn(process.execPath, [beside('server.js'), JSON.stringify(job)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: server.stdout })) {
      return new Lab(server, JSON.parse(line) as Ready, job, config);
    }
    throw new Error('the server of the benchmark did not start');
  }

  close(): void {
    this.#server.stdin?.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get config(): string {
    const { url, token } = this.#ready;
    return this.#file('config.json', { api_token: token, api_url: url, ...this.#config });
  }

  /** A full read of the tables. */
  connector = async (): Promise<Measured> => {
    const streams = this.#tables.map((name) => ({
      stream: { name },
      sync_mode: 'full_refresh',
      destination_sync_mode: 'overwrite',
    }));
    const catalog = this.#file('catalog.json', { streams });
    return this.#whole(await measure([MAIN, 'read', '--config', this.config, '--catalog', catalog]));
  };

  floor = async (lists: FloorJob['lists']): Promise<Measured> => {
    const { url, token } = this.#ready;
    const job: FloorJob = { url, token, concurrency: CONCURRENCY, lists };
    return this.#whole(await measure([beside('floor.js'), JSON.stringify(job)]));
  };

  /** A fast run that lost something is no good run. */
  #whole(measured: Measured): Measured {
    const [came, expected] = [measured.output.sum, this.#ready.expected];
    if (came.records !== expected.records || came.ids !== expected.ids) {
      throw new Error(`${came.records} records came, not exactly the ${expected.records} that there are`);
    }
    return measured;
  }

  #file(name: string, content: object): string {
    const path = join(this.#folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }
}
