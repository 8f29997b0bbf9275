import { configError } from './errors.ts';
import { Checkpoint } from './checkpoint.ts';
import type { Resume, Row, Stream } from './stream.ts';
import { instant, iso, type Window } from './windows.ts';

/** Ends a full read in its state; a state that has it is no place to go on from. */
const ENDED = 'completedAt';

/** What a stream's STATE says, and when it says something new. */
export interface Progress {
  /** Marks a partition as finished; true where the state moved, but for the final one. */
  finish(index: number): boolean;
  /** True where a page that was just written moved the state. */
  wrote?(): boolean;
  /** The state that is true now. */
  body(): object;
  /** Whether the state moves no more, so that it is the final one already. */
  isFinal?(): boolean;
}

/** The cursor of an incoming state (ms), or undefined where there is none. Throws config_error for a foreign one. */
export function cursorOf(
  stream: Stream<never>,
  body: Record<string, unknown> | undefined,
): number | undefined {
  if (stream.cursor === undefined || body === undefined || Object.keys(body).length === 0) return undefined;
  const cursor = instant(body[stream.cursor]);
  if (!Number.isNaN(cursor)) return cursor;
  throw configError(
    `The state of ${stream.name} is not one that this connector wrote (it has no "${stream.cursor}" with a time); ` +
      'reset the stream, or start without its state.',
    JSON.stringify(body),
  );
}

/**
 * Progress through time windows, each of so many partitions in a row: the cursor stands at the end of the last window
 * before the earliest unfinished one, and never goes back behind the cursor that the read started with.
 */
export function windowProgress(
  cursorField: string,
  windows: readonly Window[],
  at: {
    readonly from: number;
    readonly cursor: number | undefined;
    /** The moment up to which the vendor has told everything: no state goes beyond it. */
    readonly until: number;
    /** Partitions of one window: none where there is no parent, of which nothing is known then. */
    readonly each: number;
  },
): Progress {
  const checkpoint = new Checkpoint(windows.length * at.each);
  const done = () => (at.each === 0 ? 0 : Math.floor(checkpoint.reached / at.each));
  const start = at.cursor ?? at.from;
  const reached = () => {
    const last = windows[done() - 1];
    // A month's window ends in the future as long as the month lasts.
    return Math.max(last ? Math.min(Date.parse(last.end), at.until) : start, start);
  };
  return {
    // Two equal states with records between them are against the protocol. Windows of the look-back lie before the
    // cursor and move nothing; and what the final state will say is not said before the end.
    finish: (index) => {
      const before = reached();
      checkpoint.finish(index);
      const now = reached();
      return now > before && now < at.until && done() < windows.length;
    },
    body: () => ({ [cursorField]: iso(reached()) }),
    isFinal: () => reached() >= at.until,
  };
}

/** Progress of a stream that still waits for its parents. */
export const notYet: Progress = { finish: () => false, body: () => ({ partitionsDone: 0 }) };

/** Progress of a full read, which starts over each time: the state only tells how far it is. */
export function fullProgress(partitions: number, now: () => number): Progress {
  let done = 0;
  return {
    finish: () => {
      done += 1;
      return false;
    },
    body: () => (done === partitions ? { [ENDED]: iso(now()) } : { partitionsDone: done }),
  };
}

/** Progress of a read that goes on where an earlier one ended, as long as the vendor keeps what it was reading. */
export function snapshotProgress(
  state: Row | undefined,
  now: () => number,
): { progress: Progress; resume: Resume } {
  const from = state && !(ENDED in state) && Object.keys(state).length > 0 ? state : undefined;
  let [at, next, ended]: [Row | undefined, Row | undefined, boolean] = [from, undefined, false];
  return {
    resume: { ...(from && { from }), reached: (position) => (next = position) },
    progress: {
      wrote: () => {
        if (next === undefined) return false;
        [at, next] = [next, undefined];
        return true;
      },
      finish: () => {
        ended = true;
        return false;
      },
      body: () => (ended ? { [ENDED]: iso(now()) } : (at ?? notYet.body())),
    },
  };
}
