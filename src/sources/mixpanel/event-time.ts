import type { MixpanelConfig } from './config.ts';
import { WallClock } from './zone.ts';

/** No moment so far (ms) is in any date, whatever zone it is of. https://tc39.es/ecma262/#sec-time-values-and-time-range */
const BEYOND_DATES = 8.63e15;
/** Epochs above this are in milliseconds: in seconds it would be the year 5138. */
const SECONDS_END = 1e11;

/** The moment of an event's `time` as an ISO 8601 instant in UTC; null where it has none. */
export type EventTime = (time: unknown) => string | null;

/**
 * Projects made before 2023 send what a clock in the project's zone showed, as if it were UTC; later ones send true epochs.
 * Seconds or milliseconds, or a text (seen by others): one with an offset is a moment in any project, and one that ends in Z is
 * taken for what the epoch would be (*unverified*). https://developer.mixpanel.com/reference/raw-event-export
 */
export function eventTime({ event_time_semantics, project_timezone = 'UTC' }: MixpanelConfig): EventTime {
  const wall = event_time_semantics === 'project_timezone' ? new WallClock(project_timezone) : undefined;
  const iso = writer();
  return (time) => {
    const shown = epoch(time);
    if (!(Math.abs(shown) < BEYOND_DATES)) return null;
    return iso(wall && !hasOffset(time) ? wall.moment(shown) : shown);
  };
}

const MINUTE = 60_000;
const MOST_MINUTES = 10_000;

/** Instants as texts. Most are of a minute that was written before: that takes a third of what a Date does. */
function writer(): (moment: number) => string {
  const minutes = new Map<number, string>();
  return (moment) => {
    const minute = Math.floor(moment / MINUTE);
    let begin = minutes.get(minute);
    if (begin === undefined) {
      if (minutes.size >= MOST_MINUTES) minutes.clear();
      begin = new Date(minute * MINUTE).toISOString().slice(0, -7);
      minutes.set(minute, begin);
    }
    const rest = Math.floor(moment - minute * MINUTE);
    return `${begin}${String(100_000 + rest).slice(1, 3)}.${String(100_000 + rest).slice(3)}Z`;
  };
}

const hasOffset = (time: unknown): boolean => typeof time === 'string' && /\d\s*[+-]\d\d:?\d\d$/.test(time);

/** Milliseconds; NaN where it is no time. */
function epoch(time: unknown): number {
  if (typeof time === 'number') return Math.abs(time) < SECONDS_END ? time * 1000 : time;
  if (typeof time !== 'string') return NaN;
  if (/^\s*-?\d+(\.\d+)?\s*$/.test(time)) return epoch(Number(time));
  return Date.parse(hasOffset(time) || /Z$/i.test(time) ? time : `${time.replace(' ', 'T')}Z`);
}
