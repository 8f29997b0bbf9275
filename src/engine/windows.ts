/**
 * Time windows: pure date arithmetic in UTC, on epoch milliseconds. No clock, no state, no I/O.
 */
export const SECOND = 1000;
/** A request comes a little later than its plan, and what is kept is counted from then. */
const RETENTION_MARGIN = 60 * SECOND;
export const DAY = 24 * 60 * 60 * SECOND;

/** ISO 8601 instants in UTC, with milliseconds; `start` inclusive, `end` exclusive. */
export interface Window {
  readonly start: string;
  readonly end: string;
}

type Unit = 'day' | 'month';

export interface WindowPlan {
  /** `span`: all windows are one. */
  readonly unit: Unit | 'span';
  /** Days of one window, where the unit is one; 1 where left out. */
  readonly days?: number;
  /** Its rows are sums over whole units: none may be asked for in part, or the sum of a part would stand for it. */
  readonly whole?: boolean;
  /** How far a request reaches over its window's borders (ms), where the API's own borders are unclear. */
  readonly overlap: number;
  /** Rows this close to a border (ms) can be brought by the neighbour too, so their keys are remembered. */
  readonly seam: number;
  /** How long the API keeps its rows (days); asking for older ones is pointless and may be refused. */
  readonly retentionDays?: number;
  /** How long after a moment (ms) more may still be found of it: the state stays so far behind, so that it is read again. */
  readonly lag?: number;
}

/**
 * One window a UTC day, asked with a second to spare on both sides: whether the API's borders are inclusive is
 * not documented. The seam is wider, because an API that cuts times to whole seconds brings what is up to two away.
 */
export const daily = (options: { retentionDays?: number; lag?: number } = {}): WindowPlan => ({
  unit: 'day',
  overlap: SECOND,
  seam: 2 * SECOND,
  ...options,
});

/** One window a UTC calendar month, for APIs that take a month and nothing finer. Any row may come twice. */
export const monthly = (): WindowPlan => ({ unit: 'month', whole: true, overlap: 0, seam: Infinity });

/** Windows of so many whole UTC days, for sums by the day or the hour whose borders are documented. */
export const wholeDays = (
  days: number,
  options: { retentionDays?: number; lag?: number } = {},
): WindowPlan => ({
  unit: 'day',
  whole: true,
  days,
  overlap: 0,
  seam: 0,
  ...options,
});

/**
 * One window for all that changed since the cursor, up to now: of a table whose rows are found by a time that moves with each
 * change, so that no window of the past keeps its rows. Without a cursor it begins at the epoch, whatever the start date: that
 * is the whole table. A row may have no such time, and comes with every window then; the state moves at the end alone.
 */
export const movingSpan = (options: { lag?: number } = {}): WindowPlan => ({
  unit: 'span',
  overlap: 0,
  seam: 0,
  ...options,
});

/** Whether a moving span is of the whole table. */
export const isWholeTable = ({ start }: Window): boolean => start === iso(0);

export const iso = (time: number): string => new Date(time).toISOString();

/** How nearly every instant is written, of a day that each month has: as text these sort as they do in time. */
const COMMON = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;

/**
 * Whether a value is an instant of this span (ms; neither border is), where that can be told by its text; so it says no to
 * some of the second at each border too. Done for each row, it takes a fifth of what `instant` does.
 */
export function within(start: number, end: number): (value: unknown) => boolean {
  if (!Number.isFinite(start - end)) return () => false;
  // To the second, so that a text without a fraction, or with a longer one, is on the right side.
  const [from, to] = [iso(start + SECOND).slice(0, 19), iso(end - SECOND).slice(0, 19)];
  return (value) => typeof value === 'string' && value > from && value < to && COMMON.test(value);
}

/** Milliseconds since the epoch, or NaN where the value is no instant. A text without a zone is taken as UTC. */
export function instant(value: unknown): number {
  if (typeof value !== 'string') return NaN;
  if (COMMON.test(value)) return Date.parse(value);
  if (!/^\d{4}-\d\d-\d\d/.test(value)) return NaN;
  // The 30th of February is no day; Date.parse takes it for the 2nd of March.
  const day = Number(value.slice(8, 10));
  if (day > 28 && new Date(value.slice(0, 10)).getUTCDate() !== day) return NaN;
  const zoned = value.length === 10 || /(Z|[+-]\d\d:?\d\d)$/i.test(value);
  return Date.parse(zoned ? value : `${value}Z`);
}

/** The first moment of the day or month that holds `time`, or of a later one. */
export function floor(time: number, unit: Unit, later = 0): number {
  const date = new Date(time);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return unit === 'month' ? Date.UTC(year, month + later, 1) : Date.UTC(year, month, day + later);
}

export interface Span {
  /** Where the first window starts. */
  readonly from: number;
  /** Set where the API no longer keeps what was asked for: the moment from which it was asked. */
  readonly wanted?: number;
}

/**
 * Where a read starts. Without a cursor: at the start date, which a moving span does not know. With one: a look-back before
 * it, but not before the start date, which in turn never makes it jump over what lies after the cursor.
 *
 * A month is taken whole. Where the first moment that is wanted is also the month's first, the month before it is read
 * too, because a row of the seam may come with the earlier month only.
 */
export function startOf(
  plan: WindowPlan,
  at: { startDate: number; cursor?: number; lookback: number; now: number },
): Span {
  const { startDate, cursor, lookback, now } = at;
  const { unit } = plan;
  if (unit === 'span') return { from: cursor === undefined ? 0 : Math.max(0, cursor - lookback) };
  const wanted = cursor === undefined ? startDate : Math.max(Math.min(startDate, cursor), cursor - lookback);
  // What is whole begins with its unit; where a neighbour can bring its first row, with the unit of the moment before.
  const from = plan.whole ? floor(plan.seam > 0 ? wanted - 1 : wanted, unit) : wanted;
  const kept = keptFrom(plan, now);
  if (from >= kept) return { from };
  return { from: plan.whole ? floor(kept - 1, unit, 1) : kept, wanted: from };
}

/** The oldest moment that the API can be asked for. */
function keptFrom({ retentionDays }: WindowPlan, now: number): number {
  return retentionDays === undefined ? -Infinity : now - retentionDays * DAY + RETENTION_MARGIN;
}

/** Windows in a row, without gap or overlap, that cover [from, to); none where there is nothing to cover. */
export function windowsBetween(plan: WindowPlan, from: number, to: number): Window[] {
  const { unit } = plan;
  if (unit === 'span') return from < to ? [{ start: iso(from), end: iso(to) }] : [];
  const windows: Window[] = [];
  for (let start = from; start < to;) {
    const border = floor(start, unit, plan.days ?? 1);
    // What is whole belongs together even where its end is still to come; the rest ends where the run began.
    const end = plan.whole ? Math.min(border, floor(to - 1, unit, 1)) : Math.min(border, to);
    windows.push({ start: iso(start), end: iso(end) });
    start = end;
  }
  return windows;
}

/** The window as the API is asked for it: wider by the overlap, never past `now` nor before what the API keeps. */
export function widened(plan: WindowPlan, window: Window, now: number): Window {
  if (plan.overlap === 0) return window;
  const kept = keptFrom(plan, now);
  return {
    start: iso(Math.max(Date.parse(window.start) - plan.overlap, kept)),
    end: iso(Math.min(Date.parse(window.end) + plan.overlap, now)),
  };
}
