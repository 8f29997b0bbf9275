/** Times as Moesif writes them: one instant in several forms, of which some have no zone and mean UTC. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;
const ZONE = { ms: 3.5 * HOUR, text: '+03:30' };

/** An instant (ms since the epoch) in one of six forms. */
export function inForm(instant: number, form: number): string | number {
  switch (form % 6) {
    case 0:
      return `${local(instant)}0000Z`;
    case 1:
      return local(instant);
    case 2:
      return `${local(instant)}Z`;
    case 3:
      return `${local(instant + ZONE.ms)}${ZONE.text}`;
    case 4:
      return instant % 1000 === 0 ? `${local(instant).slice(0, 19)}Z` : `${local(instant)}123`;
    default:
      return instant;
  }
}

const dates = new Map<number, string>();
const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const two = (number: number) => TWO[Math.floor(number)];

/** In ISO 8601 without a zone: put together, as millions are made and `Date` takes a microsecond. */
function local(instant: number): string {
  const day = dayOf(instant);
  let date = dates.get(day);
  if (date === undefined) dates.set(day, (date = dateOf(day)));
  const ms = instant - day * DAY;
  const clock = `${two(ms / HOUR)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;
  return `${date}T${clock}.${String(ms % 1000).padStart(3, '0')}`;
}

let lastAsked: { readonly value: unknown; readonly instant?: number | undefined } = { value: undefined };

/** The instant (ms since the epoch) of what is written in one of them; undefined for anything else. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  // A query, its borders and its order ask about the same time, one after the other.
  if (value !== lastAsked.value) lastAsked = { value, instant: parsed(value) };
  return lastAsked.instant;
}

function parsed(value: unknown): number | undefined {
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
