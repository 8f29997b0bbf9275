/** The events of a project, day by day: those that were made, and those that somebody sent. */
import { hash } from '../kit/random.ts';
import type { Calendar } from './calendar.ts';
import type { Happening } from './contract.ts';
import { eventAt, type Event, type Maker } from './data/events.ts';
import { DAY, dayOf } from './zone.ts';

export class Timeline {
  readonly #calendar: Calendar;
  readonly #perDay: number;
  readonly #maker: Maker;
  /** By their day. */
  readonly #sent = new Map<number, Event[]>();

  constructor(calendar: Calendar, seed: number, perDay: number) {
    this.#calendar = calendar;
    this.#perDay = perDay;
    this.#maker = { salt: hash(`${seed}`), instant: calendar.instantOf };
  }

  /** The days that may have events, the first one first. */
  get days(): number[] {
    const made = this.#calendar.daysTo(this.#calendar.today);
    return [...new Set([...made, ...this.#sent.keys()])].sort((a, b) => a - b);
  }

  /** The events of a day up to now, in the order in which they are exported: none. */
  *of(day: number): Generator<Event> {
    const { clock, timeOf, instantOf } = this.#calendar;
    const now = clock.now();
    const isOver = (day + 2) * DAY < timeOf(now);
    const hasHappened = ({ time }: Event) => isOver || instantOf(time) <= now;
    for (const event of this.#sent.get(day) ?? []) if (hasHappened(event)) yield event;
    for (let index = 0; index < this.#made(day); index += 1) {
      const event = eventAt(this.#maker, day, index);
      if (hasHappened(event)) yield event;
    }
  }

  add({ event, time, distinct_id, properties = {} }: Happening): void {
    const now = this.#calendar.clock.now();
    const instant = time === undefined ? now : Date.parse(time);
    if (Number.isNaN(instant)) throw new RangeError(`time: ${time} is no ISO 8601 instant`);
    if ('time' in properties || 'distinct_id' in properties)
      throw new RangeError('an event has one time and one distinct_id');
    const own = {
      ...(distinct_id !== undefined && { distinct_id }),
      ...(!('mp_processing_time_ms' in properties) && { mp_processing_time_ms: now }),
    };
    const at = this.#calendar.timeOf(instant);
    const sent = this.#sent.get(dayOf(at)) ?? [];
    this.#sent.set(dayOf(at), [...sent, { event, time: at, own, shared: properties }]);
  }

  /** How many events a day was made with. */
  #made(day: number): number {
    const { firstDay, lastDay } = this.#calendar;
    const isEmpty = Math.abs(lastDay - day) % 7 === 4;
    return day < firstDay || isEmpty ? 0 : this.#perDay;
  }
}
