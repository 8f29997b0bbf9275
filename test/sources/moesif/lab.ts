import { readFileSync } from 'node:fs';
import { createMoesif, type Moesif, type MoesifOptions } from '../../../sandbox/moesif/index.ts';
import { secretsOf, type Spec } from '../../../src/engine/config.ts';
import type { Runtime } from '../../../src/engine/runtime.ts';
import { check } from '../../../src/sources/moesif/check.ts';
import type { MoesifConfig } from '../../../src/sources/moesif/config.ts';
import { moesifWith } from '../../../src/sources/moesif/source.ts';
import { TestClock } from '../../support/clock.ts';
import { keyText, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { readFrom, type ReadingOptions } from '../../support/reading.ts';
import { comparable } from '../../support/truth.ts';

const URL = 'https://127.0.0.1';
const SPEC = JSON.parse(readFileSync('connectors/moesif/spec.json', 'utf8')) as Spec;
export const NOW = '2026-11-27T10:30:15.250Z';
export const DAY = 86_400_000;

/** A simulated app that answers from now on. */
export function app(options: MoesifOptions = {}): Moesif {
  const sandbox = createMoesif({ now: NOW, ...options });
  network.answerBy(sandbox);
  return sandbox;
}

const configOf = (sandbox: Moesif, more: Partial<MoesifConfig> = {}): MoesifConfig => ({
  ...(sandbox.config(URL) as MoesifConfig),
  ...more,
});

interface ReadOptions extends ReadingOptions {
  readonly config?: Partial<MoesifConfig>;
  /** Silence (ms, in real time) after which a request counts as lost. */
  readonly timeout?: number;
}

/** A read of one table, by value where `config` says nothing else; what it logs is there, too. */
export async function read(sandbox: Moesif, name: string, options: ReadOptions = {}) {
  const { config: more, timeout, ...reading } = options;
  const config = configOf(sandbox, { include_secrets: true, ...more });
  const source = moesifWith(timeout === undefined ? {} : { timeout });
  const secrets = secretsOf(SPEC.connectionSpecification, config);
  const result = await readFrom({ sandbox, source, config, secrets }, { ...reading, streams: [name] });
  const logged = result.messages.flatMap(({ log }) => (log && log.level !== 'DEBUG' ? [log.message] : []));
  const { records, states, errors, statuses } = story(result.messages, name);
  return { ...result, records, states, errors, statuses, logged };
}

/** The rows of a table by key, as they can be compared. */
export const byKey = (sandbox: Moesif, name: string, rows: Iterable<Row>): Map<string, Row> =>
  new Map([...rows].map((row) => [keyText(row, sandbox.workspace.keys[name] ?? []), comparable(row)]));

export const truthOf = (sandbox: Moesif, name: string): Map<string, Row> =>
  byKey(sandbox, name, sandbox.workspace.tables[name]?.() ?? []);

/** Checks the connection; with the sentence that it ends in, if any, and what it logs. */
export async function checkOf(sandbox: Moesif, more: Partial<MoesifConfig> = {}) {
  const clock = new TestClock(sandbox.workspace.now());
  sandbox.goBy(() => clock.now());
  const logged: string[] = [];
  const runtime: Runtime = {
    clock,
    log: (level, message) => void (level !== 'DEBUG' && logged.push(`${level} ${message}`)),
    signal: new AbortController().signal,
  };
  const [outcome] = await Promise.allSettled([check(configOf(sandbox, more), runtime)]);
  const failure = outcome.status === 'rejected' ? (outcome.reason as Error).message : undefined;
  return { failure, logged };
}
