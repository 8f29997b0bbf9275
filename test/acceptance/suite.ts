/**
 * What the suites of this folder share with Airbyte's connector-acceptance-test: its config file, and the connector as
 * a process, with a sandbox in the place of the workspace. docs/acceptance.md lists which test stands for which.
 */
import { readFileSync } from 'node:fs';
import { expect, jest } from '@jest/globals';
import { parse } from 'yaml';
import { createSandbox, listen, type Sandbox } from '../../sandbox/segment/index.ts';
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
  readonly connector_attributes: object;
}

type Entry<Name extends keyof Entries> = Entries[Name] & { readonly config_path: string };

/** The tests of a suite, as acceptance-test-config.yml has them. */
export function entriesOf<Name extends keyof Entries>(suite: Name): readonly Entry<Name>[] {
  const { acceptance_tests: suites } = parse(file('acceptance-test-config.yml')) as {
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
  readonly sandbox: Sandbox = createSandbox({ endpointLimits: false });
  readonly #listening = listen(this.sandbox);
  readonly #files = new Files();
  #written = 0;

  async close(): Promise<void> {
    await (await this.#listening).close();
    this.#files.remove();
  }

  /** A config of the repository, aimed at the sandbox; `secrets/config.json` is one that its token fits. */
  async config(path: string): Promise<Row> {
    const { url } = await this.#listening;
    const own = this.sandbox.config(url) as Row;
    return path.startsWith('secrets/') ? own : { ...json<Row>(path), api_url: url };
  }

  async run(command: string, path: string, inputs: Readonly<Record<string, unknown>> = {}): Promise<Ended> {
    const flags = Object.entries({ config: await this.config(path), ...inputs });
    const written = flags.flatMap(([flag, content]) => [
      `--${flag}`,
      this.#files.json(`${flag}-${(this.#written += 1)}.json`, content),
    ]);
    const ended = await run([command, ...written]);
    expect(ended.stderr).toBe('');
    return ended;
  }

  async discover(path: string): Promise<CatalogStream[]> {
    const { messages } = await this.run('discover', path);
    return messages.flatMap(({ catalog }) => catalog?.streams ?? []);
  }

  /** A configured catalog of the repository; the streams in it are those of `discover`, as in Airbyte's suite. */
  async catalog(path: string, catalogPath: string): Promise<ConfiguredStream[]> {
    const found = new Map((await this.discover(path)).map((stream) => [stream.name, stream]));
    const { streams } = json<{ streams: ConfiguredStream[] }>(catalogPath);
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
