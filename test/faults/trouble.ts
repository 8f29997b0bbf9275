/** A small workspace that is read while something goes wrong. A test file that imports this has no network. */
import { expect } from '@jest/globals';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { rowMask } from '../../src/engine/secrets.ts';
import { TestClock } from '../support/clock.ts';
import { story, timesOf, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { lastStates, type ReadingOptions, type ReadResult } from '../support/reading.ts';
import { tells } from '../support/secrets.ts';
import { isOf, readAs, type Table } from '../support/vendors/vendor.ts';
import type { Simulated } from '../../sandbox/kit/contract.ts';
import { dishonesty } from './honesty.ts';
import type { Subject } from './subjects/subject.ts';
import { goesOn } from './tables.ts';
import { rowsBefore, Warehouse } from './warehouse.ts';

/** A read, and what it was made in. */
export interface Run extends ReadResult {
  readonly subject: Subject;
  readonly sandbox: Simulated;
  readonly clock: TestClock;
  readonly names: readonly string[];
}

type Tables = readonly Table[];

/** Reads under faults: honest, and without a secret, whatever they are. */
export async function readUnder(
  subject: Subject,
  faults: readonly Fault[],
  options: ReadingOptions & { readonly config?: object } = {},
): Promise<Run> {
  const { vendor, world, now } = subject;
  const sandbox = vendor.create(world);
  network.answerBy(sandbox);
  for (const fault of faults) sandbox.fault(fault);
  const clock = new TestClock(now);
  const names = options.streams ?? vendor.tables.map(({ name }) => name);
  const config = { ...subject.config, ...vendor.onceOnly, ...options.config };
  const result = await readAs(vendor, { sandbox, clock, timeout: 100, ...options, config });
  expect(dishonesty(result.messages, names)).toEqual([]);
  expect(result.text).not.toContain('s3cr3t');
  for (const secret of vendor.secrets(sandbox)) expect(tells(result.text, secret)).toBe(false);
  return { ...result, subject, sandbox, clock, names };
}

/** The tables whose read, where nothing goes wrong, sends at least so many requests, each paged where that is asked. */
export async function busy(
  subject: Subject,
  tables: Tables,
  requests: number,
  paged = false,
): Promise<Tables> {
  const run = usual.get(subject) ?? readUnder(subject, []);
  usual.set(subject, run);
  const { sandbox } = await run;
  return tables.filter((table) => {
    const sent = sandbox.requests.filter((request) => isOf(subject.vendor.place(table), request));
    return sent.length >= requests && (sent.some(subject.isPaged) || !paged);
  });
}
const usual = new Map<Subject, Promise<Run>>();

/** The tables of whose requests none met a fault. */
export const untroubled = ({ sandbox, subject }: Run, tables: Tables): string[] =>
  tables
    .filter(
      (table) =>
        !sandbox.requests.some((request) => request.fault && isOf(subject.vendor.place(table), request)),
    )
    .map(({ name }) => name);

const truthOf = ({ sandbox }: Run, name: string) => sandbox.workspace.tables[name]?.() ?? [];

/** What is wrong with the records: rows that nobody has or that come twice, and those that are missing, where all are due. */
function wrongs(run: Run, isDue: () => boolean): string[] {
  const { keys } = run.sandbox.workspace;
  const warehouse = new Warehouse(keys);
  return run.names.flatMap((name) => {
    const { records } = story(run.messages, name);
    warehouse.upsert(name, records);
    const twice = tooMany(records, truthOf(run, name), keys[name] ?? []);
    return [
      ...warehouse.differences(name, truthOf(run, name), { isDue }),
      ...(twice > 0 ? [`${name}: ${twice} rows come twice`] : []),
    ];
  });
}

/** How many rows come more often than there are such: a table without a key can have equal ones. */
function tooMany(records: readonly Row[], truth: Iterable<Row>, key: readonly string[]): number {
  const there = key.length === 0 ? timesOf(truth, key) : undefined;
  const come = [...timesOf(records, key)];
  return come.reduce((sum, [text, times]) => sum + Math.max(0, times - (there?.get(text) ?? 1)), 0);
}

export const expectWhole = (run: Run) => expect(wrongs(run, () => true)).toEqual([]);

/**
 * What was read is true, and the states claim no more: a platform that kept nothing beyond them has everything once it
 * went on from them and all is well again.
 */
export async function expectResumable(run: Run): Promise<void> {
  const { sandbox, messages, subject } = run;
  const { vendor } = subject;
  expect(wrongs(run, () => false)).toEqual([]);
  const tables = vendor.tables.filter((table) => goesOn(table) && run.names.includes(table.name));
  const names = tables.map(({ name }) => name);
  sandbox.clearFaults();
  const again = await readAs(vendor, {
    sandbox,
    streams: names,
    state: lastStates(messages),
    config: { ...subject.config, ...vendor.onceOnly, ...vendor.byValue, page_size: 200 },
  });
  expect(again.complete).toBe(true);
  const warehouse = new Warehouse(sandbox.workspace.keys);
  for (const { name, windows, secrets } of tables) {
    // What the first read wrote with its secrets masked, and the second one does not read again, stays so.
    const masked = rowMask(windows && secrets);
    const truth = [...truthOf(run, name)].map(masked);
    warehouse.upsert(name, rowsBefore(messages, name, story(messages, name).states.length).map(masked));
    warehouse.upsert(name, story(again.messages, name).records.map(masked));
    expect(warehouse.differences(name, truth, { byValue: true })).toEqual([]);
  }
}

/** Of each table: how it ended, and who must act. */
export const verdicts = ({ messages }: ReadResult, tables: Tables) =>
  tables.map(({ name }) => {
    const { statuses, errors } = story(messages, name);
    return [name, statuses.at(-1), errors[0]?.failure_type];
  });
export const all = (
  tables: Tables,
  status: string,
  failure: (table: Table) => string | undefined = () => undefined,
) => tables.map((table) => [table.name, status, failure(table)]);
