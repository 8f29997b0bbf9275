/** Times as Moesif writes them: one instant in several forms, of which some have no zone and mean UTC. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;
const ZONE = { ms: 3.5 * HOUR, text: '+03:30' };

/** An instant (ms since the epoch) in one of six forms. */
export function inForm(instant: number, form: number): string | number {
  const text = new Date(instant).toISOString();
  // Made for each of millions: cut, not searched for.
  const withoutZone = text.slice(0, -1);
  switch (form % 6) {
    case 0:
      return `${withoutZone}0000Z`;
    case 1:
      return withoutZone;
    case 2:
      return text;
    case 3:
      return `${new Date(instant + ZONE.ms).toISOString().slice(0, -1)}${ZONE.text}`;
    case 4:
      return instant % 1000 === 0 ? `${text.slice(0, 19)}Z` : `${withoutZone}123`;
    default:
      return instant;
  }
}

/** The instant (ms since the epoch) of what is written in one of them; undefined for anything else. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  const [, second, fraction = '', zone = 'Z'] = FORM.exec(typeof value === 'string' ? value : '') ?? [];
  if (second === undefined) return undefined;
  const instant = Date.parse(`${second}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** The same in ISO 8601, UTC, with milliseconds and what it tells beyond them; undefined where it is no time. */
export function inUtc(value: unknown): string | undefined {
  const instant = instantOf(value);
  if (instant === undefined) return undefined;
  const [, , fraction = ''] = (typeof value === 'string' && FORM.exec(value)) || [];
  return new Date(instant).toISOString().replace('Z', `${fraction.slice(3).replace(/0+$/, '')}Z`);
}

export const dayOf = (instant: number): number => Math.floor(instant / DAY);

/** Of a day by its number: YYYY-MM-DD. */
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** When something that happens every so many hours last did after `since`; undefined where it has not since. */
export function lastSince(since: number, now: number, hours: number): number | undefined {
  const last = Math.floor(now / (hours * HOUR)) * hours * HOUR;
  return last > since ? last : undefined;
}
