/** The application behind the API, at the sandbox's own time, with what has come and without what has gone. */
import type { Clock } from '../kit/clock.ts';
import { hash } from '../kit/random.ts';
import { Collection } from './collection.ts';
import type { Document, MoesifOptions } from './contract.ts';
import { changes, companyAt } from './data/companies.ts';
import { userAt, type Times } from './data/users.ts';
import { instantOf, DAY, dayOf, HOUR } from './times.ts';
import { Timeline } from './timeline.ts';

export class World {
  readonly clock: Clock;
  readonly users: Collection;
  readonly companies: Collection;
  readonly events: Timeline;
  /** Its number, counted from the epoch. */
  readonly firstDay: number;
  #times: Times;
  /** As they are made in this hour. */
  readonly #companies = new Map<number, Document>();

  constructor(options: MoesifOptions, clock: Clock, appId: string) {
    const { seed = 1, users = 45, companies = 15, days = 14, eventsPerDay = 60, lateDays = 1 } = options;
    this.clock = clock;
    const began = Math.floor(clock.now() / HOUR) * HOUR;
    const salt = hash(`${seed}`);
    this.#times = { salt, appId, began, now: clock.now(), still: options.still ?? false };
    this.companies = new Collection({
      count: () => companies,
      now: () => clock.now(),
      at: (index) => this.#companyAt(index),
    });
    const companyOf = (user: number) => this.#companyOf(user, companies);
    this.users = new Collection({
      count: () => (users === 0 ? 0 : users + Math.floor((clock.now() - began) / DAY)),
      now: () => clock.now(),
      at: (index) => userAt(index, { ...this.times, first: users, companyOf }),
    });
    const last = dayOf(clock.now());
    this.firstDay = last - days + 1;
    this.events = new Timeline(
      { first: this.firstDay, last, today: () => dayOf(clock.now()) },
      { salt, appId, perDay: eventsPerDay, late: lateDays * DAY },
    );
  }

  /** What documents are made by, now. */
  get times(): Times {
    const now = this.clock.now();
    // Whatever is made is another one only in another hour.
    if (Math.floor(now / HOUR) !== Math.floor(this.#times.now / HOUR)) this.#companies.clear();
    if (now !== this.#times.now) this.#times = { ...this.#times, now };
    return this.#times;
  }

  /** An event that is sent now, and can be found from now on. */
  happen(event: Document): void {
    const { time } = (event._source['request'] ?? {}) as { time?: unknown };
    if (instantOf(time) === undefined) throw new RangeError('an event has a request.time');
    this.events.add({ arrives: this.clock.now(), ...event });
  }

  #companyAt(index: number): Document {
    const { times } = this;
    const made = this.#companies.get(index) ?? companyAt(index, times);
    this.#companies.set(index, made);
    return made;
  }

  /** As they are made: none that somebody changed. */
  #companyOf(user: number, companies: number): Document | undefined {
    if (companies === 0) return undefined;
    const index = user % companies;
    return this.#companyAt(this.#times.still && changes(index) ? index - 1 : index);
  }
}
