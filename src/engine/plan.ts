import { ConnectorError, configError } from './errors.ts';
import type { ParentLists, Parents } from './parents.ts';
import { cursorOf, fullProgress, snapshotProgress, windowProgress, type Progress } from './progress.ts';
import { Seams } from './seams.ts';
import type { Log } from './runtime.ts';
import type { Session } from './source.ts';
import { keyOf, momentOf } from './shape.ts';
import type { ReadContext, Row, Stream } from './stream.ts';
import { DAY, SECOND, iso, startOf, widened, windowsBetween, type Window } from './windows.ts';

/** Difference of the clocks (ms) that is lived with. */
const FARTHEST_APART = 30 * DAY;

const NO_PARENT: Row = {};
const NO_WINDOW: Window = { start: '', end: '' };

/** A piece of a stream that is read in one go. */
export interface Partition<Api> {
  readonly context: ReadContext<Api>;
  /** Present for a window: where it stands among its neighbours, whose rows it can bring too. */
  readonly seam?: { readonly seams: Seams; readonly index: number };
}

/** The partitions of one stream in order, and what follows their end. */
export interface Plan<Api> {
  readonly partitions: readonly Partition<Api>[];
  readonly progress: Progress;
  /** Set where there are others, below parents that could not be listed. */
  readonly failure?: ConnectorError;
}

export interface PlanInput<Api> {
  readonly stream: Stream<Api>;
  readonly incremental: boolean;
  readonly state: Record<string, unknown> | undefined;
  readonly session: Session<Api>;
  readonly parents: ParentLists<Api>;
  readonly columns: ReadonlySet<string> | undefined;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * One partition; one a parent row; one a time window; or one a parent row in each window. A stream without a cursor is
 * read in full also where the catalog says `incremental`: PyAirbyte says so of every stream.
 */
export async function plan<Api>(input: PlanInput<Api>): Promise<Plan<Api>> {
  const { stream, now } = input;
  if (stream.windows) return planWindows(input);
  const { rows, failure } = await parentsOf(input);
  if (failure && rows.length === 0) throw failure;
  const shared = await sharedBy(input);
  if (stream.isSnapshot && !stream.parent) {
    const { progress, resume } = snapshotProgress(input.state, now);
    const context = { ...shared, parent: NO_PARENT, window: NO_WINDOW, resume };
    return { partitions: [{ context }], progress };
  }
  const partitions = rows.map((parent) => ({ context: { ...shared, parent, window: NO_WINDOW } }));
  return { partitions, progress: fullProgress(partitions.length, now), failure };
}

/** The parents of the stream; one that says nothing where it has none. */
async function parentsOf<Api>(input: PlanInput<Api>): Promise<Parents> {
  const { parent } = input.stream;
  return parent ? needed(input, parent.stream) : { rows: [NO_PARENT] };
}

/** What a list brought, and why it matters to this stream that there is more of it. */
async function needed<Api>({ stream, parents }: PlanInput<Api>, list: Stream<Api>): Promise<Parents> {
  const { rows, failure } = (await parents.of(list)?.read()) ?? { rows: [] };
  if (!failure) return { rows };
  const how = rows.length > 0 ? ' in full' : '';
  const why = `${stream.name} needs the list of ${list.name}, which could not be read${how}: ${failure.message}`;
  return { rows, failure: new ConnectorError(failure.failureType, why, failure.internal) };
}

/** What the contexts of all partitions have in common. */
async function sharedBy<Api>(input: PlanInput<Api>) {
  const { session, columns } = input;
  return { api: session.api, rowsOf: await joined(input), ...(columns && { columns }) };
}

/** The lists that the stream joins. One that is not whole is an error to whoever asks for it, and to nobody else. */
async function joined<Api>(input: PlanInput<Api>): Promise<ReadContext<Api>['rowsOf']> {
  const lists = new Map<Stream<Api>, Parents>();
  const streams = (input.stream.joins ?? []).map(({ stream }) => stream);
  // Ahead of all: to read the roles of users can find one deleted, who must not be in the list of users then either.
  await Promise.all(streams.flatMap((stream) => input.parents.of(stream)?.over ?? []));
  for (const stream of streams) lists.set(stream, await needed(input, stream));
  return (list) => {
    const { rows = [], failure } = lists.get(list) ?? {};
    if (failure) throw failure;
    return rows;
  };
}

async function planWindows<Api>(input: PlanInput<Api>): Promise<Plan<Api>> {
  const { stream, session, log } = input;
  const { windows, cursor: field } = stream;
  if (!windows || field === undefined) throw new Error(`${stream.name}: windows need a cursor`);
  const windowPlan = { ...windows, ...session.windows?.(stream) };
  const cursor = input.incremental ? cursorOf(stream, input.state) : undefined;
  const { startedAt, until } = await moments(input);
  const at = { startDate: session.startDate, lookback: session.lookback, now: startedAt };
  const { from, wanted } = startOf(windowPlan, { ...at, cursor });
  if (wanted !== undefined)
    log(...retentionNote(stream.name, windowPlan.retentionDays ?? 0, from, wanted, cursor));
  if (cursor !== undefined && cursor > startedAt + DAY) {
    // The look-back goes before it.
    const what =
      from < startedAt
        ? `only what is of ${iso(from)} or later is read`
        : `nothing is read until ${iso(from)}`;
    log('WARN', `${stream.name}: its state is in the future (${iso(cursor)}), so ${what}.`);
  }
  const all = windowsBetween(windowPlan, from, startedAt);
  const { rows: parents, failure } = await parentsOf(input);
  // A state that goes on without some parents would lose theirs, and without moving all is read again anyway.
  if (failure) throw failure;
  const shared = await sharedBy(input);
  // What has no key cannot be told from what another window brought; and a single window has no neighbours.
  const hasSeams = stream.primaryKey.length > 0 && windowPlan.unit !== 'span';
  const seamsOf = () => new Seams(all, windowPlan.seam, momentOf(stream, field), keyOf(stream));
  const seams = parents.map(() => (hasSeams ? seamsOf() : undefined));
  // Window by window, so that the state can move as soon as all parents are through with one.
  const partitions = all.flatMap((window, index) => {
    const asked = widened(windowPlan, window, startedAt);
    return parents.map((parent, which) => {
      const own = seams[which];
      return {
        context: { ...shared, parent, window: asked },
        ...(own && { seam: { seams: own, index } }),
      };
    });
  });
  const settled = until - (windowPlan.lag ?? 0);
  const progress = windowProgress(field, all, { from, cursor, until: settled, each: parents.length });
  return { partitions, progress };
}

/**
 * The moment that this read calls now (what happens later is the next one's), and how far its state may go: both by the
 * vendor's clock, and the first also by ours within what a date in whole seconds leaves open. Throws config_error where
 * the two are so far apart that one of them is nonsense.
 */
async function moments<Api>({ stream, session, now }: PlanInput<Api>) {
  const theirs = await session.now(stream);
  const ours = now();
  if (Math.abs(theirs - ours) <= FARTHEST_APART)
    return { startedAt: Math.min(Math.max(ours, theirs), theirs + SECOND), until: theirs };
  // Days alone, as the API's can be told in a zone of its own.
  const day = (moment: number) => iso(moment).split('T')[0];
  throw configError(
    `${stream.name}: this machine's clock says ${day(ours)} and the API's ${day(theirs)}, so what to read is unclear; ` +
      'set the clock, or look for a proxy that changes the Date of answers.',
  );
}

/** Says where the API cannot give what was asked for: on a first read a fact, behind a cursor a gap. */
function retentionNote(
  name: string,
  days: number,
  from: number,
  wanted: number,
  cursor: number | undefined,
): Parameters<Log> {
  if (cursor === undefined || cursor >= from) {
    return [
      'INFO',
      `${name}: the API keeps ${days} days, so it is read from ${iso(from)} instead of ${iso(wanted)}.`,
    ];
  }
  return [
    'WARN',
    `${name}: the last sync ended at ${iso(cursor)}, but the API keeps only ${days} days: ` +
      `what happened before ${iso(from)} is no longer to be had.`,
  ];
}
