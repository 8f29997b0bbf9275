/** An image, the simulated API that it is to read, and the files that it is handed. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, type Listening } from '../../sandbox/kit/listen.ts';
import { Image, type RunOptions } from '../kit/container.ts';
import { messagesOf, type CatalogStream, type Message } from '../kit/messages.ts';
import type { Outcome } from '../kit/run.ts';
import type { SourceKit } from '../kit/sources.ts';
import type { Simulated } from '../../sandbox/kit/contract.ts';

const ROOT = new URL('../../../', import.meta.url);

export const file = (path: string) => readFile(new URL(path, ROOT), 'utf8');
export const json = async <T>(path: string) => JSON.parse(await file(path)) as T;

export class Tested {
  readonly source: SourceKit;
  readonly sandbox: Simulated;
  readonly image: Image;
  readonly #server: Listening;
  readonly #folder: string;

  private constructor(source: SourceKit, sandbox: Simulated, server: Listening, folder: string) {
    this.source = source;
    this.sandbox = sandbox;
    this.image = new Image(`source-${source.name}:dev`, folder);
    this.#server = server;
    this.#folder = folder;
  }

  /** With config.json for all that the API has, invalid_config.json for nothing, and abnormal_state.json. */
  static async open(source: SourceKit): Promise<Tested> {
    const sandbox = source.simulate();
    const server = await listen(sandbox);
    const folder = await mkdtemp(join(tmpdir(), `source-${source.name}-image-`));
    await chmod(folder, 0o755); // the container's user is another one
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        rmSync(folder, { recursive: true, force: true });
        process.exit(1);
      });
    }
    const tested = new Tested(source, sandbox, server, folder);
    const config = { ...sandbox.config(server.url), ...source.everything(sandbox.workspace.now()) };
    await tested.put('config.json', config);
    const invalid = await tested.json<object>('integration_tests/invalid_config.json');
    await tested.put('invalid_config.json', { ...invalid, api_url: server.url });
    await tested.put('abnormal_state.json', await tested.json('integration_tests/abnormal_state.json'));
    return tested;
  }

  async close(): Promise<void> {
    await this.image.dispose();
    await this.#server.close();
    await rm(this.#folder, { recursive: true });
  }

  /** A file of this source. */
  json<T>(path: string): Promise<T> {
    return json<T>(`${this.source.folder}${path}`);
  }

  async put(path: string, content: unknown): Promise<void> {
    await writeFile(join(this.#folder, path), JSON.stringify(content));
    await chmod(join(this.#folder, path), 0o644);
  }

  /** A command of the connector, with files of /config. */
  command(
    verb: string,
    files: Readonly<Record<string, string>> = {},
    options: RunOptions = { network: 'host' },
  ): Promise<Outcome> {
    const flags = Object.entries({ config: 'config.json', ...files });
    const args = flags.flatMap(([flag, path]) => [`--${flag}`, `/config/${path}`]);
    return this.image.run([verb, ...args], options);
  }

  shell(script: string, options: RunOptions = {}): Promise<Outcome> {
    return this.image.run(['-c', script], { ...options, entrypoint: 'sh' });
  }

  /** The messages of a run that ended well: exit 0, nothing but messages, no secret among them, and a silent stderr. */
  succeeded({ code, stdout, stderr }: Outcome): Message[] {
    const messages = messagesOf(stdout);
    const errors = messages.flatMap(({ trace }) => trace?.error?.message ?? []);
    assert.deepEqual({ code, stderr, errors }, { code: 0, stderr: '', errors: [] });
    for (const secret of this.sandbox.secrets)
      assert.ok(!stdout.includes(secret), 'a secret is in the output');
    return messages;
  }

  statuses(outcome: Outcome): string[] {
    return this.succeeded(outcome).flatMap(({ connectionStatus }) => connectionStatus?.status ?? []);
  }

  /** What the image has to offer. */
  async discover(): Promise<readonly CatalogStream[]> {
    const messages = this.succeeded(await this.command('discover'));
    const [catalog, ...others] = messages.flatMap((message) => message.catalog ?? []);
    assert.deepEqual(others, []);
    return catalog?.streams ?? [];
  }
}

export function lines(text: string): string[] {
  return text.trim().split('\n');
}
