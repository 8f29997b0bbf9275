/**
 * What the suites of this folder share with Airbyte's connector-acceptance-test: its config file, and each source as a
 * process, with a sandbox in the place of the vendor. docs/acceptance.md lists which test stands for which.
 */
import { readFileSync } from 'node:fs';
import { expect, jest } from '@jest/globals';
import { parse } from 'yaml';
import { listen } from '../../sandbox/kit/listen.ts';
import type { SourceKit } from '../../scripts/kit/sources.ts';
import type { Simulated } from '../../sandbox/kit/contract.ts';
import type { CatalogStream, Message, Row } from '../support/messages.ts';
import { Files, run, type Ended } from '../support/process.ts';

// Each read is a process of its own, and CI may be slow.
jest.setTimeout(60_000);

export const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
export const json = <T>(path: string) => JSON.parse(file(path)) as T;

type IgnoredFields = Readonly<Record<string, readonly { readonly name: string }[]>>;

interface Entries {
  readonly spec: { readonly spec_path: string };
  readonly connection: { readonly status: 'succeed' | 'failed' };
  readonly discovery: object;
  readonly basic_read: {
    readonly empty_streams?: readonly { readonly name: string }[];
    readonly expect_records: { readonly path: string; readonly exact_order: boolean };
    readonly fail_on_extra_columns: boolean;
  };
  readonly full_refresh: {
    readonly configured_catalog_path: string;
    readonly ignored_fields?: IgnoredFields;
  };
  readonly incremental: {
    readonly configured_catalog_path: string;
    readonly future_state: { readonly future_state_path: string };
  };
  readonly connector_attributes: {
    readonly streams_without_primary_key?: readonly { readonly name: string }[];
  };
}

type Entry<Name extends keyof Entries> = Entries[Name] & { readonly config_path: string };

/** The tests of a suite, as the source's acceptance-test-config.yml has them. */
export function entriesOf<Name extends keyof Entries>(
  { folder }: SourceKit,
  suite: Name,
): readonly Entry<Name>[] {
  const { acceptance_tests: suites } = parse(file(`${folder}acceptance-test-config.yml`)) as {
    acceptance_tests: { [Each in keyof Entries]: { tests: readonly Entry<Each>[] } };
  };
  return suites[suite].tests;
}

export interface ConfiguredStream {
  readonly stream: CatalogStream;
  readonly sync_mode: string;
  readonly cursor_field?: readonly string[];
}

/** A sandbox that listens, and the built connector beside it. */
export class Workspace {
  readonly #source: SourceKit;
  readonly #sandbox: Simulated;
  readonly #listening: ReturnType<typeof listen>;
  readonly #files = new Files();
  #written = 0;

  constructor(source: SourceKit) {
    this.#source = source;
    this.#sandbox = source.simulate();
    this.#listening = listen(this.#sandbox);
  }

  async close(): Promise<void> {
    await (await this.#listening).close();
    this.#files.remove();
  }

  /** A config of the source, aimed at the sandbox; `secrets/config.json` is one that it lets in. */
  async config(path: string): Promise<Row> {
    const { url } = await this.#listening;
    const own = { ...this.#sandbox.config(url), ...this.#source.hasty };
    return path.startsWith('secrets/') ? own : { ...this.json<Row>(path), api_url: url };
  }

  /** A file of the source. */
  json<T>(path: string): T {
    return json<T>(`${this.#source.folder}${path}`);
  }

  async run(command: string, path: string, inputs: Readonly<Record<string, unknown>> = {}): Promise<Ended> {
    const flags = Object.entries({ config: await this.config(path), ...inputs });
    const written = flags.flatMap(([flag, content]) => [
      `--${flag}`,
      this.#files.json(`${flag}-${(this.#written += 1)}.json`, content),
    ]);
    const ended = await run([command, ...written], { SOURCE: this.#source.name });
    expect(ended.stderr).toBe('');
    return ended;
  }

  async discover(path: string): Promise<CatalogStream[]> {
    const { messages } = await this.run('discover', path);
    return messages.flatMap(({ catalog }) => catalog?.streams ?? []);
  }

  /** A configured catalog of the source; the streams in it are those of `discover`, as in Airbyte's suite. */
  async catalog(path: string, catalogPath: string): Promise<ConfiguredStream[]> {
    const found = new Map((await this.discover(path)).map((stream) => [stream.name, stream]));
    const { streams } = this.json<{ streams: ConfiguredStream[] }>(catalogPath);
    return streams.map((one) => ({ ...one, stream: found.get(one.stream.name) ?? one.stream }));
  }

  /** A read that must succeed. */
  async read(path: string, streams: readonly ConfiguredStream[], state?: unknown): Promise<Message[]> {
    const inputs = { catalog: { streams }, ...(state === undefined ? {} : { state }) };
    const { code, messages } = await this.run('read', path, inputs);
    expect(code).toBe(0);
    return [...messages];
  }
}

export const recordsOf = (messages: readonly Message[]) => messages.flatMap(({ record }) => record ?? []);
export const statesOf = (messages: readonly Message[]) => messages.flatMap(({ state }) => state ?? []);
