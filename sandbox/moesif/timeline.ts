/** The events of an application, day by day: those that were made, and those that somebody sent. */
import type { Document } from './contract.ts';
import { eventAt, type EventMaker } from './data/events.ts';

/** Days by their number, counted from the epoch. */
interface Days {
  readonly first: number;
  /** The one that was today when it began; each seventh day before and after it, as counted from here, is empty. */
  readonly last: number;
  readonly today: () => number;
}

export class Timeline {
  readonly #days: Days;
  readonly #maker: EventMaker;
  #sent: readonly Document[] = [];
  /** The days that have events, the first one first. */
  #full: readonly number[] = [];
  #until = -Infinity;

  constructor(days: Days, maker: EventMaker) {
    this.#days = days;
    this.#maker = maker;
  }

  /** Also those that have not happened yet: `arrives` tells. */
  get length(): number {
    return this.#daysWithEvents().length * this.#maker.perDay + this.#sent.length;
  }

  /** How many somebody sent: without any of them, all are in the order of their time and id. */
  get sent(): number {
    return this.#sent.length;
  }

  at(index: number): Document | undefined {
    const { perDay } = this.#maker;
    const days = this.#daysWithEvents();
    const made = days.length * perDay;
    if (index >= made) return this.#sent[index - made];
    return eventAt(this.#maker, days[Math.floor(index / perDay)] ?? 0, index % perDay);
  }

  add(event: Document): void {
    this.#sent = [...this.#sent, event];
  }

  #daysWithEvents(): readonly number[] {
    const { first, last, today } = this.#days;
    const until = today();
    if (until !== this.#until) {
      const all = Array.from({ length: Math.max(0, until - first + 1) }, (_, index) => first + index);
      this.#full = all.filter((day) => Math.abs(last - day) % 7 !== 4);
      this.#until = until;
    }
    return this.#full;
  }
}
