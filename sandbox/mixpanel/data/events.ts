/**
 * Events, each made from its day and its place in it alone: a day with millions of them needs no memory. Most of the
 * text of a line is that of a variant, which many events share.
 */
import { encode, fixed } from '../../kit/json.ts';
import { mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { DAY } from '../zone.ts';
import { BIG, clashingNames, mixed, nested, strangeNames, strangeValues } from './strange.ts';

export interface Event {
  readonly event: string;
  /** Milliseconds in the project's own epoch. */
  readonly time: number;
  /** The properties, but for `time`. */
  readonly own: Row;
  readonly shared: Row;
}

const NAMES = ['App Open', 'Signed up', 'Purchase', 'Viewed E-commerce Page', '$mp_web_page_view'];
/** Are JSON arrays in a query when somebody asks for them. */
const STRANGE_NAMES = ['a, b', 'c"d', 'Æble 😀', 'event', ''];
export const EVENT_NAMES: readonly string[] = [...NAMES, ...STRANGE_NAMES];

const VARIANTS: readonly Row[] = [
  { $browser: 'Chrome', $browser_version: 131, $os: 'Mac OS X', mp_country_code: 'DK', $city: 'København' },
  { ...strangeNames('event'), event: 124, Event: 'Big', Time: 'tea', $time: 12, time_epoch: 'early' },
  { ...clashingNames, $event: 'not the event', distinct_ids: ['a'], mp_property_event: 'taken' },
  { ...strangeValues, $mp_api_timestamp_ms: 1681298886843, $import: true },
  { ...nested, noninteraction: true },
  {},
  ...mixed.map((amount) => ({ amount, $os: amount, 'Marketing A/B Test': 'Control' })),
].map(fixed);

/** Names of properties of events, `time` and `distinct_id` not among them. */
export const EVENT_PROPERTIES: readonly string[] = [
  ...new Set([...VARIANTS.flatMap(Object.keys), '$insert_id', 'mp_processing_time_ms', '$duration_s']),
];

/** Places on a wall clock where clocks are set, in many zones. */
const HOURS_OF_CHANGE = [0.5, 1.5, 2.5, 3.5].map((hours) => hours * 3_600_000);

export interface Maker {
  /** The seed, hashed: it is used too often to be hashed each time. */
  readonly salt: number;
  /** When something happened, of a time in the project's own epoch. */
  readonly instant: (time: number) => number;
}

/** The event at a place of a day. Times are in no order; some come twice, some a second time with other properties. */
export function eventAt(maker: Maker, day: number, index: number): Event {
  const turn = index % 50;
  if (turn === 17) return eventAt(maker, day, index - 1);
  if (turn === 19) return { ...eventAt(maker, day, index - 1), shared: variantAt(day, index) };
  const chance = mix(mix(maker.salt, day), index);
  const time = day * DAY + (HOURS_OF_CHANGE[turn - 11] ?? chance % DAY);
  const name = turn < EVENT_NAMES.length ? turn : chance % NAMES.length;
  // Member by member: millions are made in a day.
  const own: Row = {};
  const id = idOf(turn, chance);
  if (id !== undefined) own['distinct_id'] = id;
  if (turn !== 21) own['$insert_id'] = `${chance.toString(36)}-${day}-${index}`;
  own['mp_processing_time_ms'] = maker.instant(time) + (chance % 5000);
  if (turn === 22) own['big'] = BIG + BigInt(chance);
  return { event: EVENT_NAMES[name] ?? '', time, own, shared: variantAt(day, index) };
}

const variantAt = (day: number, index: number): Row => VARIANTS[(day + index) % VARIANTS.length] ?? {};

function idOf(turn: number, chance: number): string | undefined {
  if (turn === 3) return undefined;
  if (turn === 4) return '';
  if (turn === 5) return '12345678901234567890';
  return `user-${chance % 1000}`;
}

/** A line of an export, its line feed included. */
export function lineOf({ event, time, own, shared }: Event, inMs: boolean): string {
  const first = encode({ time: inMs ? time : Math.floor(time / 1000), ...own });
  const second = encode(shared);
  const joint = second === '{}' ? '' : ',';
  const properties = `"properties":${first.slice(0, -1)}${joint}${second.slice(1)}`;
  const name = `"event":${JSON.stringify(event)}`;
  // Members have no order.
  return time % 16 === 0 ? `{${properties},${name}}\n` : `{${name},${properties}}\n`;
}
