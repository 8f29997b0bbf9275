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
  readonly #fixed: Omit<Times, 'now'>;

  constructor(options: MoesifOptions, clock: Clock, appId: string) {
    const { seed = 1, users = 45, companies = 15, days = 14, eventsPerDay = 60, lateDays = 1 } = options;
    this.clock = clock;
    const began = Math.floor(clock.now() / HOUR) * HOUR;
    this.#fixed = { seed, appId, began, still: options.still ?? false };
    this.companies = new Collection({
      count: () => companies,
      at: (index) => companyAt(index, this.times),
    });
    this.users = new Collection({
      count: () => (users === 0 ? 0 : users + Math.floor((clock.now() - began) / DAY)),
      at: (index) =>
        userAt(index, { ...this.times, first: users, companyOf: (user) => this.#companyOf(user, companies) }),
    });
    const last = dayOf(clock.now());
    this.firstDay = last - days + 1;
    this.events = new Timeline(
      { first: this.firstDay, last, today: () => dayOf(clock.now()) },
      { salt: hash(`${seed}`), appId, perDay: eventsPerDay, late: lateDays * DAY },
    );
  }

  /** What documents are made by, now. */
  get times(): Times {
    return { ...this.#fixed, now: this.clock.now() };
  }

  /** An event that is sent now, and can be found from now on. */
  happen(event: Document): void {
    const { time } = (event._source['request'] ?? {}) as { time?: unknown };
    if (instantOf(time) === undefined) throw new RangeError('an event has a request.time');
    this.events.add({ arrives: this.clock.now(), ...event });
  }

  /** As they are made: none that somebody changed. */
  #companyOf(user: number, companies: number): Document | undefined {
    if (companies === 0) return undefined;
    const index = user % companies;
    const isApart = this.#fixed.still && changes(index);
    return companyAt(isApart ? index - 1 : index, this.times);
  }
}
