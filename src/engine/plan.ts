import { ConnectorError, configError } from './errors.ts';
import type { ParentLists } from './parents.ts';
import { cursorOf, fullProgress, windowProgress, type Progress } from './progress.ts';
import { Seams } from './seams.ts';
import type { Log, Session } from './source.ts';
import { keyOf, momentOf } from './shape.ts';
import type { ReadContext, Row, Stream } from './stream.ts';
import { DAY, SECOND, iso, startOf, widened, windowsBetween, type Window } from './windows.ts';

/** Difference of the clocks (ms) that is lived with. */
const FARTHEST_APART = 30 * DAY;

const NO_PARENT: Row = {};
const NO_WINDOW: Window = { start: '', end: '' };

/** The partitions of one stream in order, and what follows their end. */
export interface Plan<Api> {
  readonly partitions: readonly ReadContext<Api>[];
  readonly progress: Progress;
  /** Present for windows: their rows can come twice. */
  readonly seams?: Seams;
}

export interface PlanInput<Api> {
  readonly stream: Stream<Api>;
  readonly incremental: boolean;
  readonly state: Record<string, unknown> | undefined;
  readonly session: Session<Api>;
  readonly parents: ParentLists<Api>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * One partition; one a parent row; or one a time window. A stream without a cursor is read in full also where the
 * catalog says `incremental`: PyAirbyte says so of every stream.
 */
export async function plan<Api>(input: PlanInput<Api>): Promise<Plan<Api>> {
  const { stream, session, now } = input;
  if (stream.windows) return planWindows(input);
  const rows = stream.parent ? await parentRows(input) : [NO_PARENT];
  const partitions = rows.map((parent) => ({ api: session.api, parent, window: NO_WINDOW }));
  return { partitions, progress: fullProgress(partitions.length, now) };
}

async function parentRows<Api>({ stream, parents }: PlanInput<Api>): Promise<readonly Row[]> {
  const parent = stream.parent?.stream;
  try {
    return (await (parent && parents.of(parent)?.rows())) ?? [];
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    throw new ConnectorError(
      error.failureType,
      `${stream.name} needs the list of ${parent?.name}, which could not be read. ${error.message}`,
      error.internal,
    );
  }
}

async function planWindows<Api>(input: PlanInput<Api>): Promise<Plan<Api>> {
  const { stream, session, log } = input;
  const { windows: windowPlan, cursor: field } = stream;
  if (!windowPlan || field === undefined) throw new Error(`${stream.name}: windows need a cursor`);
  const cursor = input.incremental ? cursorOf(stream, input.state) : undefined;
  const { startedAt, until } = await moments(input);
  const at = { startDate: session.startDate, lookback: session.lookback, now: startedAt };
  const { from, wanted } = startOf(windowPlan, { ...at, cursor });
  if (wanted !== undefined)
    log(...retentionNote(stream.name, windowPlan.retentionDays ?? 0, from, wanted, cursor));
  if (cursor !== undefined && cursor > startedAt + DAY) {
    log(
      'WARN',
      `${stream.name}: its state is in the future (${iso(cursor)}), so nothing is read until then.`,
    );
  }
  const windows = windowsBetween(windowPlan, from, startedAt);
  return {
    partitions: windows.map((window) => ({
      api: session.api,
      parent: NO_PARENT,
      window: widened(windowPlan, window, startedAt),
    })),
    progress: windowProgress(field, windows, { from, cursor, until }),
    seams: new Seams(windows, windowPlan.seam, momentOf(stream, field), keyOf(stream)),
  };
}

/**
 * The moment that this read calls now (what happens later is the next one's), and how far its state may go: both by the
 * vendor's clock, and the first also by ours within what a date in whole seconds leaves open. Throws config_error where
 * the two are so far apart that one of them is nonsense.
 */
async function moments<Api>({ stream, session, now }: PlanInput<Api>) {
  const theirs = await session.now();
  const ours = now();
  if (Math.abs(theirs - ours) <= FARTHEST_APART)
    return { startedAt: Math.min(Math.max(ours, theirs), theirs + SECOND), until: theirs };
  throw configError(
    `${stream.name}: this machine's clock says ${iso(ours)} and the API's ${iso(theirs)}, so what to read is unclear; ` +
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
