/** A platform, its warehouse, and a connector of any vendor that is tried again and again. */
import { expect } from '@jest/globals';
import { random } from '../../sandbox/kit/random.ts';
import { transientError } from '../../src/engine/errors.ts';
import { TestClock } from '../support/clock.ts';
import { asRecord, story, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import type { ReadResult } from '../support/reading.ts';
import { tells } from '../support/secrets.ts';
import { readAs, type Vendor } from '../support/vendors/vendor.ts';
import type { LoggedRequest, Simulated } from '../../sandbox/kit/contract.ts';
import { dishonesty } from './honesty.ts';
import { closes, endsAll, moves, type Attempt, type Script } from './script.ts';
import { goesOn, isAbout } from './tables.ts';
import { rowsBefore, Warehouse, type Terms } from './warehouse.ts';

/** What a trial has to know of a vendor. */
export interface Stage {
  readonly vendor: Vendor;
  /** `onMove` is called after each row that a fault made come or go. */
  open(world: object, onMove: () => void): Simulated;
  /** When a row happened (ms); minus infinity where it did not. */
  timeOf(row: Row): number;
  /** Whether a table that met this fault, one that closes, cannot be COMPLETE. */
  isClosed(name: string, met: LoggedRequest, all: readonly LoggedRequest[], sandbox: Simulated): boolean;
  /**
   * Whether a day of the vendor's ends between these moments (ms). Its time stands still during an attempt, so that it refuses the
   * day that has begun for a reader that waited.
   */
  readonly endsDay?: (from: number, until: number) => boolean;
}

/** So many faults that pass are sat out by one request alone … */
const BORNE = 5;
/** … and so often may a list change under its reader. */
const MOVES = 3;

type Rows = ReadonlyMap<string, Row>;

/** A state that was emitted and kept, and what the platform has of a table then that is read anew, or on from it. */
interface Kept {
  readonly state: object;
  readonly rows: readonly Row[];
}

export class Trial {
  readonly #stage: Stage;
  readonly #script: Script;
  readonly #sandbox: Simulated;
  readonly #warehouse: Warehouse;
  /** Of each table. */
  readonly #kept = new Map<string, Kept[]>();
  /** Every row that the API has had. */
  readonly #ever = new Map<string, Map<string, Row>>();

  constructor(stage: Stage, of: Script) {
    this.#stage = stage;
    this.#script = of;
    const onMove = () => of.tables.forEach((name) => this.#truth(name));
    this.#sandbox = stage.open(of.world, onMove);
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
    const resumed = new Map(tables.map((name) => [name, this.#resumption(name, attempt)]));
    const result = await readAs(this.#stage.vendor, {
      sandbox: this.#sandbox,
      streams: tables,
      state: [...resumed.values()].flatMap((kept) => (kept ? [kept.state] : [])),
      config,
      clock,
      signal: stop.signal,
      timeout: 60,
    });
    network.forgetListeners();
    const requests = this.#sandbox.requests.slice(asked);
    const waited = clock.now() - began - attempt.skew;
    const isLate = this.#stage.endsDay?.(began, began + waited) ?? false;
    expect(dishonesty(result.messages, tables)).toEqual([]);
    this.#expectNoSecrets(result);
    for (const name of tables) {
      this.#expectHonest(name, { result, requests, isCut: stop.signal.aborted || isLate });
      this.#load(name, result, attempt.dice, resumed.get(name)?.rows ?? []);
      this.#expectComplete(name, result, { before: before.get(name) ?? new Map(), attempt, began });
    }
    return waited;
  }

  /** The truth of now, by key; also remembered for good. */
  #truth(name: string): Rows {
    const rows = this.#sandbox.workspace.tables[name]?.() ?? [];
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

  #resumption(name: string, { dice }: Attempt): Kept | undefined {
    const kept = this.#kept.get(name) ?? [];
    return kept.length > 0 ? kept[dice % (kept.length + 1)] : undefined;
  }

  #expectNoSecrets({ text }: ReadResult): void {
    const { vendor } = this.#stage;
    for (const secret of vendor.secrets(this.#sandbox)) expect(tells(text, secret)).toBe(false);
    if (!this.#script.isByValue) expect(text.includes('s3cr3t')).toBe(false);
  }

  /** COMPLETE only where nothing that stays stood in the way, INCOMPLETE only where something did. */
  #expectHonest(
    name: string,
    run: { result: ReadResult; requests: readonly LoggedRequest[]; isCut: boolean },
  ): void {
    const asked = run.requests.filter((request) => isAbout(this.#stage.vendor, name, request));
    const met = asked.flatMap(({ fault }) => fault ?? []);
    const faults = met.filter((fault) => !moves(fault));
    const { statuses, errors } = story(run.result.messages, name);
    const verdict = { name, verdict: statuses.at(-1), why: errors[0]?.message, faults };
    const isClosed = asked.some(
      (request) =>
        request.fault &&
        closes(request.fault) &&
        this.#stage.isClosed(name, request, run.requests, this.#sandbox),
    );
    if (isClosed) expect(verdict).toEqual({ ...verdict, verdict: 'INCOMPLETE' });
    // A rate limit is the token's: one that does not end ends all.
    const limits = run.requests.filter(({ status }) => status === 429).length;
    if (run.isCut || limits > BORNE || run.requests.some(({ fault }) => fault && endsAll(fault))) return;
    if (faults.length <= BORNE && met.length - faults.length <= MOVES && !faults.some(closes))
      expect(verdict).toEqual({ ...verdict, verdict: 'COMPLETE' });
  }

  /** The warehouse takes what the platform of this attempt kept. */
  #load(name: string, { messages }: ReadResult, dice: number, before: readonly Row[]): void {
    const { states, statuses, records } = story(messages, name);
    const isWhole = statuses.at(-1) === 'COMPLETE';
    const seen = isWhole ? states.length : dice % (states.length + 1);
    if (this.#isSeries(name)) this.#warehouse.upsert(name, rowsBefore(messages, name, seen));
    else if (isWhole) this.#warehouse.replace(name, [...before, ...records]);
    if (!this.#goesOn(name)) return;
    const kept = this.#kept.get(name) ?? [];
    states.slice(0, seen).forEach(({ stream }, index) => {
      // What is read anew each time is the platform's once it is whole; until then it keeps what it can go on with.
      const isOver = isWhole && index === states.length - 1;
      const rows =
        this.#isSeries(name) || isOver ? [] : [...before, ...rowsBefore(messages, name, index + 1)];
      kept.push({ state: { type: 'STREAM', stream }, rows });
    });
    this.#kept.set(name, kept);
  }

  #tableOf = (name: string) => this.#stage.vendor.tables.find((table) => table.name === name);
  #isSeries = (name: string) => this.#tableOf(name)?.cursor !== undefined;
  #goesOn(name: string): boolean {
    const table = this.#tableOf(name);
    return table !== undefined && goesOn(table);
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
      isDue: (row) => after.has(this.#warehouse.keyOf(name, row)) && this.#stage.timeOf(row) < known,
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
      isDue: (row) => this.#stage.timeOf(row) < now,
      isKnown: (key) => this.#isSeries(name) && this.#ever.get(name)?.has(key) === true,
      byValue: this.#script.isByValue,
    };
    expect(this.#warehouse.differences(name, this.#truth(name).values(), terms)).toEqual([]);
  }
}
