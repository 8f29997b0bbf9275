import pLimit, { type LimitFunction } from 'p-limit';
import { asConnectorError, ConnectorError, systemError, transientError } from './errors.ts';
import { nowhere, type LinesOutput, type Output } from './output.ts';
import type { ParentList } from './parents.ts';
import { plan, type Partition, type Plan, type PlanInput } from './plan.ts';
import { notYet } from './progress.ts';
import { EVERY_ROW, ListRepeats, MOST_PASSES, SeriesRepeats, Twins, type Repeats } from './repeats.ts';
import { keyOf, shaper } from './shape.ts';
import type { Verdict } from './source.ts';
import type { Lines, MayLack, Parent, ReadContext, Row, Stream } from './stream.ts';

/** Parents that are refused, while none is read, until the whole table counts as closed. */
const ENOUGH_REFUSED = 20;

export interface RunInput<Api> extends PlanInput<Api> {
  readonly output: Output;
  /** Partitions that are read at once: of all streams together, or of one with a limit of its own. */
  readonly limit: LimitFunction;
  /** Of these, how many may be of this stream: one less than all where others wait too. */
  readonly places: number;
  readonly signal: AbortSignal;
}

/** Why a partition was not read. */
interface Failure<Api> {
  readonly error: unknown;
  readonly context: ReadContext<Api>;
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
  readonly #failures: Failure<Api>[] = [];

  constructor(input: RunInput<Api>) {
    this.#input = input;
    this.#list = input.parents.of(input.stream);
    this.#shape = shaper(input.stream, input.session.includeSecrets);
  }

  /** Whether it is a stream of the sync, and not only a list that others need. */
  get isAsked(): boolean {
    return this.#input.output !== nowhere;
  }

  /** Reads the stream to its end; true where every partition was. Throws only where the run as a whole is over. */
  async run(): Promise<boolean> {
    const { output, signal } = this.#input;
    try {
      await output.status('STARTED');
      this.#started = true;
      this.#plan = await plan(this.#input);
      this.#input.session.planned?.(this.#input.stream, this.#plan.partitions.length);
      await output.status('RUNNING');
      await this.#readAll(this.#plan);
      if (this.#plan.failure) throw this.#plan.failure;
      this.#list?.complete();
      // Ended first: nothing comes between the final state and its COMPLETE.
      this.#ended = true;
      await output.state(this.#plan.progress.body());
      await output.status('COMPLETE');
      return true;
    } catch (error) {
      this.#ended = true;
      const failure = asConnectorError(error);
      this.#list?.fail(failure, !this.#stopped);
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
    // A windowed stream has its plan at once; without it there is no state of its kind to tell.
    if (!this.#plan && this.#input.stream.windows) return;
    const progress = this.#plan?.progress ?? notYet;
    // What the final state will say is not said before the end: records could come between the two.
    if (this.#isRunning && !progress.isFinal?.()) await this.#input.output.heartbeat(progress.body());
  }

  get #isRunning(): boolean {
    return this.#started && !this.#ended;
  }

  async #readAll(plan: Plan<Api>): Promise<void> {
    const { limit, places, signal } = this.#input;
    // Only so many of its own stand in the common queue, so that a long stream does not keep the short ones waiting.
    const own = pLimit(places);
    await Promise.all(
      plan.partitions.map((partition, index) =>
        own(limit, async () => {
          if (this.#stopped) return;
          try {
            await this.#readPartition(plan, partition, index);
          } catch (error) {
            this.#failures.push({ error, context: partition.context });
            this.#stopped = true;
          }
        }),
      ),
    );
    signal.throwIfAborted();
    if (this.#failures.length > 0) throw this.#summary(this.#failures, plan.partitions.length);
  }

  async #readPartition(plan: Plan<Api>, partition: Partition<Api>, index: number): Promise<void> {
    const { stream, parents, output, signal, log } = this.#input;
    const { context, seam } = partition;
    try {
      await this.#readPages(partition);
    } catch (error) {
      signal.throwIfAborted();
      const verdict = await this.#explain(error, context);
      if ('failure' in verdict) {
        this.#failures.push({ error: verdict.failure, context });
        this.#stopped ||= this.#endsStream(verdict);
        return;
      }
      log('INFO', 'vanished' in verdict ? verdict.vanished : verdict.empty);
      if ('vanished' in verdict && stream.parent) parents.of(stream.parent.stream)?.forget(context.parent);
    }
    if (this.#stopped) return;
    const late = seam?.seams.close(seam.index) ?? [];
    if (late.length > 0) await output.records(late);
    this.#finished += 1;
    if (plan.progress.finish(index)) await output.state(plan.progress.body());
  }

  /**
   * A list that may have changed while it was paged can have let rows slip through, so it is read again: until it did
   * not change, or brought all again that it had brought.
   */
  async #readPages(partition: Partition<Api>): Promise<void> {
    const { stream, log, output } = this.#input;
    const { lines } = output;
    if (stream.readLines && lines)
      return this.#passOn(
        stream.readLines(partition.context, () => lines.frame()),
        lines,
      );
    const repeats = repeatsOf(stream);
    for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
      const mayLack = await this.#readOnce(partition, repeats);
      if (!mayLack || repeats.endPass(mayLack)) return;
      log('DEBUG', `${stream.name}: read once more, as the list may have changed meanwhile.`);
    }
    throw transientError(
      `${stream.name}: the list changed each of the ${MOST_PASSES} times that it was read, so rows may be missing; run it again.`,
    );
  }

  /** Rows that nobody looks into on their way. */
  async #passOn(pieces: AsyncIterable<Lines>, lines: LinesOutput): Promise<void> {
    for await (const some of pieces) {
      this.#input.signal.throwIfAborted();
      if (this.#stopped) return;
      if (some.count > 0) await lines.write(some);
    }
  }

  async #readOnce({ context, seam }: Partition<Api>, repeats: Repeats): Promise<MayLack> {
    const { stream, output, signal } = this.#input;
    const pages = stream.read(context);
    for (;;) {
      const page = await pages.next();
      if (page.done) return page.value;
      signal.throwIfAborted();
      if (this.#stopped) return;
      const rows = this.#fresh(repeats, this.#shape(page.value, context), page.value);
      this.#list?.collect(rows);
      const due = seam ? seam.seams.admit(seam.index, rows) : rows;
      if (due.length > 0) await output.records(due);
      const { progress } = this.#plan as Plan<Api>;
      if (progress.wrote?.()) await output.state(progress.body());
    }
  }

  #fresh(repeats: Repeats, page: readonly Row[], sent: readonly Row[]): readonly Row[] {
    try {
      return repeats.fresh(page, sent);
    } catch (error) {
      if (!(error instanceof Twins)) throw error;
      const { name, primaryKey } = this.#input.stream;
      throw systemError(
        `${name}: the API sent two different rows with the same ${primaryKey.join(', ')}; please report it, as one of them would be lost.`,
      );
    }
  }

  async #explain(error: unknown, { parent }: ReadContext<Api>): Promise<Verdict> {
    if (error instanceof ConnectorError) return { failure: error };
    return this.#input.session.explain(error, this.#input.stream, parent);
  }

  /**
   * Whether the rest is not worth asking for. A refusal for one parent (a role that lacks that source, say) says
   * nothing of the others, so those are still read, until so many are refused and none is read that the table counts
   * as closed. Anything else would fail again, or cannot move the state.
   */
  #endsStream({ ofParent = false }: { ofParent?: boolean }): boolean {
    if (!ofParent) return true;
    this.#refused += 1;
    return this.#finished === 0 && this.#refused >= ENOUGH_REFUSED;
  }

  #summary(failures: readonly Failure<Api>[], partitions: number): unknown {
    const [first] = failures;
    const { parent, windows } = this.#input.stream;
    if (!first || !(first.error instanceof ConnectorError) || !parent || partitions < 2) return first?.error;
    const { failureType, message, internal } = first.error;
    const untried = partitions - this.#finished - failures.length;
    const rest = untried > 0 ? `, and ${untried} were not tried` : '';
    const which = placeOf(parent, first.context);
    const parts = windows ? 'parts' : parent.stream.name;
    const whole = `${failures.length} of ${partitions} ${parts} could not be read for it (first ${which})${rest}: ${message}`;
    return new ConnectorError(failureType, whole, internal);
  }
}

function repeatsOf(stream: Stream<never>): Repeats {
  if (stream.primaryKey.length === 0) return EVERY_ROW;
  const key = keyOf(stream);
  return stream.windows || stream.isSnapshot ? new SeriesRepeats(key) : new ListRepeats(key);
}

/** Which part of a table this is, as people find it at the vendor's. */
function placeOf<Api>({ path, keep }: Parent<Api>, { parent, window }: ReadContext<Api>): string {
  const name = () => {
    try {
      return path(parent);
    } catch {
      return keep.map((field) => String(parent[field])).join(' '); // no path can name it
    }
  };
  return window.start === '' ? name() : `${name()} from ${window.start} to ${window.end}`;
}
