import type { MixpanelConfig } from './config.ts';
import { WallClock } from './zone.ts';

/** Epochs above this are in milliseconds: in seconds it would be the year 5138. */
const SECONDS_END = 1e11;

/** The moment of an event's `time` as an ISO 8601 instant in UTC; null where it has none. */
export type EventTime = (time: unknown) => string | null;

/**
 * Projects made before 2023 send what a clock in the project's zone showed, as if it were UTC; later ones send true epochs.
 * Seconds or milliseconds, or a text (seen by others). https://developer.mixpanel.com/reference/raw-event-export
 */
export function eventTime({ event_time_semantics, project_timezone = 'UTC' }: MixpanelConfig): EventTime {
  const wall = event_time_semantics === 'project_timezone' ? new WallClock(project_timezone) : undefined;
  return (time) => {
    const shown = epoch(time);
    if (Number.isNaN(shown)) return null;
    try {
      return new Date(wall ? wall.moment(shown) : shown).toISOString();
    } catch {
      return null; // beyond what a date can be
    }
  };
}

/** Milliseconds; NaN where it is no time. */
function epoch(time: unknown): number {
  if (typeof time === 'number') return Math.abs(time) < SECONDS_END ? time * 1000 : time;
  if (typeof time !== 'string') return NaN;
  if (/^\s*-?\d+(\.\d+)?\s*$/.test(time)) return epoch(Number(time));
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(time);
  return Date.parse(hasZone ? time : `${time.replace(' ', 'T')}Z`);
}
