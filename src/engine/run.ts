import type { LimitFunction } from 'p-limit';
import { asConnectorError, ConnectorError } from './errors.ts';
import type { Output } from './output.ts';
import type { ParentList } from './parents.ts';
import { plan, type Plan, type PlanInput } from './plan.ts';
import { notYet } from './progress.ts';
import { shaper } from './shape.ts';

/** Parents that are refused, and none read, until the whole table counts as closed. */
const ENOUGH_REFUSED = 3;

export interface RunInput<Api> extends PlanInput<Api> {
  readonly output: Output;
  /** Partitions of all streams share this one limit. */
  readonly limit: LimitFunction;
  readonly signal: AbortSignal;
}

/** One stream of one sync, from STARTED to its verdict. */
export class StreamRun<Api> {
  readonly #input: RunInput<Api>;
  readonly #list: ParentList | undefined;
  readonly #shape;
  #plan: Plan<Api> | undefined;
  #ended = false;
  #started = false;
  /** Set when the rest of the partitions is not worth asking for. */
  #stopped = false;
  #finished = 0;
  #refused = 0;

  constructor(input: RunInput<Api>) {
    this.#input = input;
    this.#list = input.parents.of(input.stream);
    this.#shape = shaper(input.stream, input.session.includeSecrets);
  }

  /** Reads the stream to its end; true where every partition was. Throws only where the run as a whole is over. */
  async run(): Promise<boolean> {
    const { output, signal } = this.#input;
    try {
      await output.status('STARTED');
      this.#started = true;
      this.#plan = await plan(this.#input);
      await output.status('RUNNING');
      await this.#readAll(this.#plan);
      this.#list?.complete();
      if (!this.#plan.seams || this.#plan.partitions.length === 0)
        await output.state(this.#plan.progress.body());
      this.#ended = true;
      await output.status('COMPLETE');
      return true;
    } catch (error) {
      this.#ended = true;
      const failure = asConnectorError(error);
      this.#list?.fail(failure);
      if (signal.aborted && !(signal.reason instanceof ConnectorError)) throw error;
      await output.status('INCOMPLETE');
      await output.failure(failure);
      return false;
    }
  }

  /** While it runs: the vendor lets nothing through until then. */
  async rateLimited(until: number): Promise<void> {
    if (!this.#isRunning) return;
    await this.#input.output.status('RUNNING', until);
    await this.heartbeat();
  }

  async resumed(): Promise<void> {
    if (this.#isRunning) await this.#input.output.status('RUNNING');
  }

  async heartbeat(): Promise<void> {
    if (this.#isRunning) await this.#input.output.heartbeat((this.#plan?.progress ?? notYet).body());
  }

  get #isRunning(): boolean {
    return this.#started && !this.#ended;
  }

  async #readAll(plan: Plan<Api>): Promise<void> {
    const failures: unknown[] = [];
    const { limit } = this.#input;
    await Promise.all(
      plan.partitions.map((_, index) =>
        limit(async () => {
          if (this.#stopped) return;
          try {
            await this.#readPartition(plan, index);
          } catch (error) {
            failures.push(error);
            this.#stopped ||= this.#endsStream(error);
          }
        }),
      ),
    );
    if (failures.length > 0) throw this.#summary(failures);
  }

  async #readPartition(plan: Plan<Api>, index: number): Promise<void> {
    const { stream, output, signal, log } = this.#input;
    const context = plan.partitions[index];
    if (!context) return;
    try {
      for await (const page of stream.read(context)) {
        signal.throwIfAborted();
        if (this.#stopped) return;
        const rows = this.#shape(page, context);
        this.#list?.collect(rows);
        const due = plan.seams ? plan.seams.admit(index, rows) : rows;
        if (due.length > 0) await output.records(due);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConnectorError) throw error;
      const verdict = await this.#input.session.explain(error, stream, context.parent);
      if ('failure' in verdict) throw verdict.failure;
      log('INFO', verdict.vanished);
    }
    const late = plan.seams?.close(index) ?? [];
    if (late.length > 0) await output.records(late);
    this.#finished += 1;
    if (plan.progress.finish(index)) await output.state(plan.progress.body());
  }

  /**
   * Whether the rest is not worth asking for. What one parent's rows need (a role for that source, say) says nothing
   * of the others', so those are still read, unless the first few are all refused: then the table is closed. Anything
   * else would fail again, or cannot move the state.
   */
  #endsStream(error: unknown): boolean {
    const isAboutOneParent = error instanceof ConnectorError && error.failureType === 'config_error';
    if (!isAboutOneParent || this.#input.stream.parent === undefined) return true;
    this.#refused += 1;
    return this.#finished === 0 && this.#refused >= ENOUGH_REFUSED;
  }

  #summary(failures: readonly unknown[]): unknown {
    const [first] = failures;
    const partitions = this.#plan?.partitions.length ?? 0;
    if (!(first instanceof ConnectorError) || this.#stopped || failures.length === partitions) return first;
    const parent = this.#input.stream.parent?.stream.name ?? 'partitions';
    const message = `${failures.length} of ${partitions} ${parent} could not be read for it. ${first.message}`;
    return new ConnectorError(first.failureType, message, first.internal);
  }
}
