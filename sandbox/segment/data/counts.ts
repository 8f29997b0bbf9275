/**
 * Counted events: how many there were of each kind in a bucket of time, computed from the kind's name alone. An hour's
 * events come minute by minute, so that what is counted so far is more each minute.
 */
import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is counted by itself: an event of one name and type at one place, as the API tells it. */
export interface Kind {
  readonly draw: number;
  /** As they are answered: a dimension can be absent, null, or an empty text. */
  readonly dimensions: Row;
}

/** Of all that happened, what the API has counted: it is a minute and a half behind. */
export const knownUntil = (now: number): number => Math.floor((now - 1.5 * MINUTE) / MINUTE) * MINUTE;

export const BUCKETS = { MINUTE, HOUR, DAY };

/** The events of an hour, up to a moment in it; none in some hours and on some days. */
function inHour(draw: number, hour: number, until: number): number {
  if (mix(draw, Math.floor(hour / DAY)) % 6 === 0 || mix(draw, hour / HOUR) % 4 === 0) return 0;
  const perMinute = 1 + (mix(draw, hour / HOUR + 1) % 7);
  return perMinute * Math.floor((Math.min(until, hour + HOUR) - hour) / MINUTE);
}

/** Events from one moment (inclusive) to another (exclusive). */
function between({ draw }: Kind, from: number, to: number): number {
  let sum = 0;
  for (let hour = Math.floor(from / HOUR) * HOUR; hour < to; hour += HOUR) {
    sum += inHour(draw, hour, to) - (hour < from ? inHour(draw, hour, from) : 0);
  }
  return sum;
}

export interface Point {
  readonly time: string;
  readonly count: number;
}

/** The buckets of a range that have events, oldest first. */
export function points(kinds: readonly Kind[], start: number, end: number, bucket: number): Point[] {
  const found: Point[] = [];
  for (let time = Math.floor(start / bucket) * bucket; time < end; time += bucket) {
    const [from, to] = [Math.max(time, start), Math.min(time + bucket, end)];
    const count = kinds.reduce((sum, kind) => sum + between(kind, from, to), 0);
    if (count > 0) found.push({ time: new Date(time).toISOString().replace('.000Z', 'Z'), count });
  }
  return found;
}

/** The kinds that are alike in these dimensions, with what they have in common. */
export function grouped(kinds: readonly Kind[], dimensions: readonly string[]): readonly [Row, Kind[]][] {
  const groups = new Map<string, [Row, Kind[]]>();
  for (const kind of kinds) {
    const common = Object.fromEntries(
      Object.entries(kind.dimensions).filter(([name]) => dimensions.includes(name)),
    );
    const group = groups.get(JSON.stringify(common)) ?? [common, []];
    group[1].push(kind);
    groups.set(JSON.stringify(common), group);
  }
  return [...groups.values()];
}

const NAMES = ['Order Completed', 'Søk 🔎', '注文\u2028完了', 'a"b\\c,d', ' '];

/** The events of a place: named ones of type track, and the others as the API may tell them. */
export function kinds(place: string, names: number, common: Row = {}): Kind[] {
  const named = Array.from({ length: names }, (_, index) => ({
    eventName: NAMES[index] ?? `Event ${index}`,
    eventType: 'track',
  }));
  const others: Row[] = [
    { eventType: 'identify' },
    { eventName: null, eventType: 'group' },
    { eventName: '', eventType: 'page' },
    { eventName: 'Nobody knows' },
    { eventName: 'New in 2031', eventType: 'teleport' },
  ];
  // Two of them at each place, others at the next.
  const first = hash(place) % others.length;
  const these = [others[first], others[(first + 2) % others.length]];
  return [...named, ...these].map((one) => ({
    draw: hash(`${place}/${JSON.stringify(one)}`),
    dimensions: { ...common, ...one },
  }));
}
