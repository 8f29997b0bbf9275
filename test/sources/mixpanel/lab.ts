import { readFileSync } from 'node:fs';
import { createMixpanel, type Mixpanel, type MixpanelOptions } from '../../../sandbox/mixpanel/index.ts';
import { secretsOf, type Spec } from '../../../src/engine/config.ts';
import type { Runtime } from '../../../src/engine/runtime.ts';
import type { Clock } from '../../../src/http/clock.ts';
import { check } from '../../../src/sources/mixpanel/check.ts';
import { columns } from '../../../src/sources/mixpanel/columns.ts';
import { derivedSecrets, type MixpanelConfig } from '../../../src/sources/mixpanel/config.ts';
import { mixpanelWith } from '../../../src/sources/mixpanel/source.ts';
import { TestClock } from '../../support/clock.ts';
import { asRecord, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { lastStates, readFrom, type ReadingOptions, type ReadResult } from '../../support/reading.ts';

const URL = 'https://127.0.0.1';
const SPEC = JSON.parse(readFileSync('connectors/mixpanel/spec.json', 'utf8')) as Spec;
export const NOW = '2026-11-27T10:30:15.250Z';
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A simulated project that answers from now on. */
export function project(options: MixpanelOptions = {}): Mixpanel {
  const sandbox = createMixpanel({ now: NOW, days: 20, eventsPerDay: 10, ...options });
  network.answerBy(sandbox);
  return sandbox;
}

type Settings = { readonly [Name in keyof MixpanelConfig]?: MixpanelConfig[Name] | undefined };

interface ReadOptions extends ReadingOptions {
  readonly config?: Settings;
  /** Silence (ms, in real time) after which a request counts as lost. */
  readonly timeout?: number;
}

/** What is undefined in `more` is left out, as `api_url` for the real hosts. */
export const configOf = (sandbox: Mixpanel, more: Settings = {}): MixpanelConfig =>
  JSON.parse(JSON.stringify({ ...sandbox.config(URL), ...more })) as MixpanelConfig;

/** A read of the simulated project, which keeps the secrets that the commands keep. */
export function read(sandbox: Mixpanel, options: ReadOptions = {}): Promise<ReadResult> {
  const { config: more, timeout, ...reading } = options;
  const config = configOf(sandbox, more);
  const secrets = [...secretsOf(SPEC.connectionSpecification, config), ...derivedSecrets(config)];
  const source = mixpanelWith(timeout === undefined ? {} : { timeout });
  return readFrom({ sandbox, source, config, secrets }, reading);
}

/** One table of it. */
export async function readOne(sandbox: Mixpanel, name: string, options: ReadOptions = {}) {
  const result = await read(sandbox, { ...options, streams: [name] });
  const { records, states, errors, statuses } = story(result.messages, name);
  return { ...result, records, states, errors, statuses };
}

/** The states that a table said, and each as a platform hands it back. */
export const cursorsOf = (states: readonly { stream: { stream_state: Row } }[], field: string): unknown[] =>
  states.map(({ stream }) => stream.stream_state[field]);
export const stateOf = (name: string, state: Row): unknown[] => [
  { type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: state } },
];

/** What a command needs besides its config; what it logs is written down. */
export function runtimeOf(sandbox: Mixpanel, clock: Clock = new TestClock(sandbox.workspace.now())) {
  sandbox.goBy(() => clock.now());
  const logged: string[] = [];
  const runtime: Runtime = {
    clock,
    log: (level, message) => void (level !== 'DEBUG' && logged.push(`${level} ${message}`)),
    signal: new AbortController().signal,
  };
  return { runtime, logged };
}

/** Checks the connection; with the error that it ends in, if any. */
export const checkOf = (sandbox: Mixpanel, more: Settings = {}, clock?: Clock) =>
  outcomeOf(sandbox, clock, (runtime) => check(configOf(sandbox, more), runtime));

/** Asks for columns, table by table. */
export const columnsOf = (sandbox: Mixpanel, more: Settings = {}, clock?: Clock) =>
  outcomeOf(sandbox, clock, (runtime) => columns(configOf(sandbox, more), runtime));

async function outcomeOf<T>(
  sandbox: Mixpanel,
  clock: Clock | undefined,
  act: (runtime: Runtime) => Promise<T>,
) {
  const { runtime, logged } = runtimeOf(sandbox, clock);
  const [outcome] = await Promise.allSettled([act(runtime)]);
  return outcome.status === 'fulfilled'
    ? { value: outcome.value, failure: undefined, logged }
    : { value: undefined, failure: outcome.reason as Error, logged };
}

/** The requests for a path, in order. */
export const askedFor = (sandbox: Mixpanel, path: string) =>
  sandbox.requests.filter((request) => request.path === path);

/** Rows as text, sorted, so that two tables can be compared whatever their order is, and each row as often as it comes. */
export const sorted = (rows: Iterable<Row>): string[] =>
  [...rows]
    .map((row) => JSON.stringify(Object.entries(asRecord(row)).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();

export const truthOf = (sandbox: Mixpanel, name: string): string[] =>
  sorted(sandbox.workspace.tables[name]?.() ?? []);

/** What a platform hands to the next read. */
export const lastStatesOf = ({ messages }: ReadResult): unknown[] => lastStates(messages);
