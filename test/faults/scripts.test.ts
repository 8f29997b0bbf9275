/**
 * Random scripts of faults over whole syncs. After any number of attempts, each resumed from any state that was
 * emitted, the warehouse holds the truth; each verdict on the way is honest.
 */
import { expect, test } from '@jest/globals';
import { matches } from '../../sandbox/kit/faults.ts';
import { random } from '../../sandbox/kit/random.ts';
import { createSandbox, type LoggedRequest, type Sandbox } from '../../sandbox/segment/index.ts';
import { transientError } from '../../src/engine/errors.ts';
import { TestClock } from '../support/clock.ts';
import { read, type ReadResult } from '../support/in-process.ts';
import { asRecord, story, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { segment } from '../support/vendors/segment.ts';
import { dishonesty } from './honesty.ts';
import { closes, endsAll, moves, script, type Attempt, type Script } from './script.ts';
import { holds, parameters, timeout } from './soak.ts';
import { isAbout, parentsOf, pathOf, TABLES } from './tables.ts';
import { tells } from '../support/secrets.ts';
import { rowsBefore, Warehouse, type Terms } from './warehouse.ts';

/** So many faults that pass are sat out by one request alone … */
const BORNE = 5;
/** … and so often may a list change under its reader. */
const MOVES = 3;
const START = '2025-12-01';
/** Paths of the lists that others wait for. */
const PARENTS = TABLES.flatMap((table) => parentsOf(table).map(pathOf));

type Rows = ReadonlyMap<string, Row>;

/** A platform, its warehouse, and a connector that is tried again and again. */
class Trial {
  readonly #script: Script;
  readonly #sandbox: Sandbox;
  readonly #warehouse: Warehouse;
  /** States of each table that were emitted and kept. */
  readonly #states = new Map<string, object[]>();
  /** Every row that the API has had. */
  readonly #ever = new Map<string, Map<string, Row>>();

  constructor(of: Script) {
    this.#script = of;
    const onMove = () => of.tables.forEach((name) => this.#truth(name));
    this.#sandbox = createSandbox({ ...of.world, onMove });
    this.#warehouse = new Warehouse(this.#sandbox.workspace.keys);
    network.answerBy(this.#sandbox);
  }

  async run(): Promise<void> {
    for (const attempt of this.#script.attempts) {
      const waited = await this.#try(attempt);
      this.#sandbox.advance(waited + attempt.later);
    }
    // Nothing passes after the last one: what grows meanwhile would be the next one's.
    await this.#try({ faults: [], skew: 0, stopAt: undefined, dice: 0, later: 0 });
    for (const name of this.#script.tables) this.#expectTruth(name);
  }

  /** An attempt; what it waited (ms). */
  async #try(attempt: Attempt): Promise<number> {
    const { tables, config } = this.#script;
    this.#sandbox.clearFaults();
    for (const fault of attempt.faults) this.#sandbox.fault(fault);
    const before = new Map(tables.map((name) => [name, this.#truth(name)]));
    const asked = this.#sandbox.requests.length;
    const began = this.#sandbox.workspace.now();
    const clock = new TestClock(began + attempt.skew);
    const stop = new AbortController();
    network.onRequest(() => {
      if (this.#sandbox.requests.length - asked + 1 === attempt.stopAt)
        stop.abort(transientError('The run was stopped.'));
    });
    const dice = random(attempt.dice, 'turns');
    network.takeTurns(() => 1 + dice.int(5));
    const result = await read({
      sandbox: this.#sandbox,
      streams: tables,
      state: tables.flatMap((name) => this.#resumption(name, attempt.dice)),
      config: { ...config, start_date: START },
      clock,
      signal: stop.signal,
      timeout: 60,
    });
    network.forgetListeners();
    const requests = this.#sandbox.requests.slice(asked);
    expect(dishonesty(result.messages, tables)).toEqual([]);
    this.#expectNoSecrets(result);
    for (const name of tables) {
      this.#expectHonest(name, { result, requests, stopped: stop.signal.aborted });
      this.#load(name, result, attempt.dice);
      this.#expectComplete(name, result, { before: before.get(name) ?? new Map(), attempt, began });
    }
    return clock.now() - began - attempt.skew;
  }

  /** The truth of now, by key; also remembered for good. */
  #truth(name: string): Rows {
    const rows = (this.#sandbox.workspace.tables[name]?.() ?? []) as Iterable<Row>;
    const truth = new Map<string, Row>();
    const ever = this.#ever.get(name) ?? new Map<string, Row>();
    for (const row of rows) {
      const plain = asRecord(row);
      truth.set(this.#warehouse.keyOf(name, plain), plain);
    }
    for (const [key, row] of truth) ever.set(key, row);
    this.#ever.set(name, ever);
    return truth;
  }

  #resumption(name: string, dice: number): object[] {
    const states = this.#states.get(name) ?? [];
    const one = states.length > 0 ? states[dice % (states.length + 1)] : undefined;
    return one ? [one] : [];
  }

  #expectNoSecrets({ text }: ReadResult): void {
    const { token } = this.#sandbox;
    expect(tells(text, token)).toBe(false);
    if (!this.#script.config.include_secrets) expect(text.includes('s3cr3t')).toBe(false);
  }

  /** COMPLETE only where nothing that stays stood in the way, INCOMPLETE only where something did. */
  #expectHonest(
    name: string,
    run: { result: ReadResult; requests: readonly LoggedRequest[]; stopped: boolean },
  ): void {
    const asked = run.requests.filter((request) => isAbout(segment, name, request));
    const met = asked.flatMap(({ fault }) => fault ?? []);
    const faults = met.filter((fault) => !moves(fault));
    const { statuses, errors } = story(run.result.messages, name);
    const verdict = { name, verdict: statuses.at(-1), why: errors[0]?.message, faults };
    // The workspace is also asked for to learn whether the token is accepted: one refusal of it may be another table's.
    const isClosed = name !== 'workspace' && asked.some((request) => this.#closes(request, run.requests));
    if (isClosed) expect(verdict).toMatchObject({ verdict: 'INCOMPLETE' });
    // A rate limit is the token's: one that does not end ends all.
    const limits = run.requests.filter(({ status }) => status === 429).length;
    if (run.stopped || limits > BORNE || run.requests.some(({ fault }) => fault && endsAll(fault))) return;
    if (faults.length <= BORNE && met.length - faults.length <= MOVES && !faults.some(closes))
      expect(verdict).toMatchObject({ verdict: 'COMPLETE' });
  }

  /** Whether whoever met this cannot be COMPLETE. */
  #closes(request: LoggedRequest, all: readonly LoggedRequest[]): boolean {
    const { fault, path } = request;
    if (!fault || !closes(fault)) return false;
    const parent = PARENTS.find((one) => path.startsWith(`${one}/`));
    // A 404 of a parent that has gone meanwhile says so.
    if (parent !== undefined && fault.kind === 'not-found') return this.#has(parent, path);
    // A list is read once more for each parent that answers 404: what goes wrong then is that parent's.
    const lookup = all.findIndex((one) => matches(`${path}/{id}`, one.path));
    return !PARENTS.includes(path) || lookup < 0 || all.indexOf(request) < lookup;
  }

  #has(list: string, path: string): boolean {
    const rows = [...(this.#sandbox.workspace.tables[list.slice(1)]?.() ?? [])];
    return rows.some(({ id }) => path.split('/')[2] === id);
  }

  /** The warehouse takes what the platform of this attempt kept. */
  #load(name: string, { messages }: ReadResult, dice: number): void {
    const { states, statuses, records } = story(messages, name);
    if (!isIncremental(name)) {
      if (statuses.at(-1) === 'COMPLETE') this.#warehouse.replace(name, records);
      return;
    }
    const kept = statuses.at(-1) === 'COMPLETE' ? states.length : dice % (states.length + 1);
    this.#warehouse.upsert(name, rowsBefore(messages, name, kept));
    const all = this.#states.get(name) ?? [];
    all.push(...states.slice(0, kept).map(({ stream }) => ({ type: 'STREAM', stream })));
    this.#states.set(name, all);
  }

  /** What COMPLETE promises: whatever the API had all along is in the warehouse, and nothing that it never had. */
  #expectComplete(
    name: string,
    { messages }: ReadResult,
    { before, attempt, began }: { before: Rows; attempt: Attempt; began: number },
  ): void {
    const after = this.#truth(name);
    if (story(messages, name).statuses.at(-1) !== 'COMPLETE') return;
    const known = began + Math.min(0, attempt.skew);
    const terms: Terms = {
      isDue: (row) => after.has(this.#warehouse.keyOf(name, row)) && timeOf(row) < known,
      isKnown: (key) => this.#ever.get(name)?.has(key) === true,
    };
    expect(this.#warehouse.differences(name, before.values(), terms)).toEqual([]);
  }

  /**
   * In the end: every row of the truth, as the API has it, and none beyond but what the API has forgotten since. What
   * happens at the very moment of a run is the next one's.
   */
  #expectTruth(name: string): void {
    const now = this.#sandbox.workspace.now();
    const terms: Terms = {
      isDue: (row) => timeOf(row) < now,
      isKnown: (key) => isIncremental(name) && this.#ever.get(name)?.has(key) === true,
      byValue: this.#script.config.include_secrets,
    };
    expect(this.#warehouse.differences(name, this.#truth(name).values(), terms)).toEqual([]);
  }
}

const isIncremental = (name: string) =>
  TABLES.some((table) => table.name === name && table.cursor !== undefined);

const timeOf = (row: Row | undefined) => {
  const time = Date.parse(String(row?.['timestamp']));
  return Number.isNaN(time) ? -Infinity : time;
};

test(
  'whatever goes wrong, nothing is lost and nothing invented',
  () => holds(script, (one) => new Trial(one).run(), parameters(30)),
  timeout(120_000),
);
