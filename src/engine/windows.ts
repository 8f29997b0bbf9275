/**
 * Time windows: pure date arithmetic in UTC, on epoch milliseconds. No clock, no state, no I/O.
 */
const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** ISO 8601 instants in UTC, with milliseconds; `start` inclusive, `end` exclusive. */
export interface Window {
  readonly start: string;
  readonly end: string;
}

export interface WindowPlan {
  readonly unit: 'day' | 'month';
  /** How far the request reaches over each border (milliseconds), where the API's own borders are unclear. */
  readonly overlap: number;
  /** How long the API keeps its rows (days); asking for more is pointless and may be refused. */
  readonly retentionDays?: number;
}

/** One window a UTC day. `overlap` 1 s: whether the API's borders are inclusive is not documented. */
export const daily = (options: { retentionDays?: number } = {}): WindowPlan => ({
  unit: 'day',
  overlap: SECOND,
  ...options,
});

/** One window a UTC calendar month, for APIs that take a month and nothing finer. */
export const monthly = (): WindowPlan => ({ unit: 'month', overlap: 0 });

export const iso = (time: number): string => new Date(time).toISOString();

/** Milliseconds since the epoch, or NaN where the text is no instant. A text without zone is taken as UTC. */
export function instant(text: unknown): number {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d/.test(text)) return NaN;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || text.length === 10;
  return Date.parse(zoned ? text : `${text}Z`);
}

/** The first moment of the unit that holds `time`. */
export function floor(time: number, unit: WindowPlan['unit']): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), unit === 'month' ? 1 : date.getUTCDate());
}

function next(time: number, unit: WindowPlan['unit']): number {
  const date = new Date(time);
  return unit === 'month'
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
    : Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
}
