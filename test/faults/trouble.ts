/** A small workspace that is read while something goes wrong. A test file that imports this has no network. */
import { expect } from '@jest/globals';
import { matches } from '../../sandbox/kit/faults.ts';
import { createSandbox, type Fault, type Sandbox } from '../../sandbox/segment/index.ts';
import { TestClock } from '../support/clock.ts';
import { lastStates, read, type ReadOptions, type ReadResult } from '../support/in-process.ts';
import { story } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { tells } from '../support/secrets.ts';
import { dishonesty } from './honesty.ts';
import { NAMES, pathOf, TABLES } from './tables.ts';
import { rowsBefore, Warehouse } from './warehouse.ts';

export const NOW = '2026-11-03T10:30:15.250Z';
/** Small, and yet more than one request for nearly every table. */
const WORLD = {
  now: NOW,
  // What a limit costs is not the matter here.
  endpointLimits: false,
  // With what encodings change.
  token: 'sgp_7Kq/2+Zt=v9RmW4~xYb&hU',
  sources: 4,
  destinationsPerSource: 1,
  warehouses: 4,
  users: 4,
  groups: 4,
  auditEvents: 12,
  auditDays: 3,
  usageMonths: 1,
  catalogDestinations: 4,
};
const CONFIG = {
  start_date: '2026-10-30',
  page_size: 3,
  lookback_window_days: 0,
  endpoint_limits: false,
  max_concurrent_requests: 24,
};

/** A read, and what it was made in. */
export interface Run extends ReadResult {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  readonly names: readonly string[];
}

/** Reads under faults: honest, and without a secret, whatever they are. */
export async function readUnder(faults: readonly Fault[], options: Partial<ReadOptions> = {}): Promise<Run> {
  const sandbox = createSandbox(WORLD);
  network.answerBy(sandbox);
  for (const fault of faults) sandbox.fault(fault);
  const clock = new TestClock(NOW);
  const names = options.streams ?? NAMES;
  const config = { ...CONFIG, ...options.config };
  const result = await read({ sandbox, clock, timeout: 100, ...options, config });
  expect(dishonesty(result.messages, names)).toEqual([]);
  expect(result.text).not.toContain('s3cr3t');
  expect(tells(result.text, sandbox.token)).toBe(false);
  return { ...result, sandbox, clock, names };
}

/** The tables whose read, where nothing goes wrong, sends at least so many requests, each paged where that is asked. */
export async function busy(tables: typeof TABLES, requests: number, paged = false): Promise<typeof TABLES> {
  const { sandbox } = await (usual ??= readUnder([]));
  return tables.filter((table) => {
    const sent = sandbox.requests.filter(({ path }) => matches(pathOf(table), path));
    const isPaged = sent.some(({ query }) => Object.keys(query).some((name) => /count$/.test(name)));
    return sent.length >= requests && (isPaged || !paged);
  });
}
let usual: Promise<Run> | undefined;

/** The tables of whose requests none met a fault. */
export const untroubled = ({ sandbox }: Run, tables: typeof TABLES): string[] =>
  tables
    .filter((table) => !sandbox.requests.some(({ fault, path }) => fault && matches(pathOf(table), path)))
    .map(({ name }) => name);

const truthOf = ({ sandbox }: Run, name: string) => sandbox.workspace.tables[name]?.();

/** What is wrong with the records: rows that nobody has or that come twice, and those that are missing, where all are due. */
function wrongs(run: Run, isDue: () => boolean): string[] {
  const warehouse = new Warehouse(run.sandbox.workspace.keys);
  return run.names.flatMap((name) => {
    const { records } = story(run.messages, name);
    warehouse.upsert(name, records);
    const twice = records.length - warehouse.rows(name).size;
    return [
      ...warehouse.differences(name, truthOf(run, name), { isDue }),
      ...(twice > 0 ? [`${name}: ${twice} rows come twice`] : []),
    ];
  });
}

export const expectWhole = (run: Run) => expect(wrongs(run, () => true)).toEqual([]);

/**
 * What was read is true, and the states claim no more: a platform that kept nothing beyond them has everything once it
 * went on from them and all is well again.
 */
export async function expectResumable(run: Run): Promise<void> {
  const { sandbox, messages } = run;
  expect(wrongs(run, () => false)).toEqual([]);
  // The others begin anew each time.
  const series = TABLES.filter(({ name, windows }) => windows && run.names.includes(name));
  const names = series.map(({ name }) => name);
  sandbox.clearFaults();
  const again = await read({
    sandbox,
    streams: names,
    state: lastStates(messages),
    config: { ...CONFIG, page_size: 200, include_secrets: true },
  });
  expect(again.complete).toBe(true);
  const warehouse = new Warehouse(sandbox.workspace.keys);
  for (const name of names) {
    warehouse.upsert(name, rowsBefore(messages, name, story(messages, name).states.length));
    warehouse.upsert(name, story(again.messages, name).records);
    expect(warehouse.differences(name, truthOf(run, name), { byValue: true })).toEqual([]);
  }
}

/** Of each table: how it ended, and who must act. */
export const verdicts = ({ messages }: ReadResult, tables: typeof TABLES) =>
  tables.map(({ name }) => {
    const { statuses, errors } = story(messages, name);
    return [name, statuses.at(-1), errors[0]?.failure_type];
  });
export const all = (tables: typeof TABLES, status: string, failure?: string) =>
  tables.map(({ name }) => [name, status, failure]);
