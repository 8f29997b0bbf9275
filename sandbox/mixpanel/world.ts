/** The project behind the API, at the sandbox's own time, with what has come and without what has gone. */
import type { Clock } from '../kit/clock.ts';
import { hash } from '../kit/random.ts';
import type { Auth, Happening, MixpanelOptions, Profile, Row } from './contract.ts';
import { annotationAt, type Annotation } from './data/annotations.ts';
import { cohortAt, isMember, type Cohort } from './data/cohorts.ts';
import { eventAt, type Event } from './data/events.ts';
import { funnelAt, type Funnel } from './data/funnels.ts';
import { profileAt } from './data/profiles.ts';
import { DAY, dayOf, Zone } from './zone.ts';

/** The place of a profile that is as it was made, or one that is not. */
type Held = number | Profile;

const many = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

export class World {
  readonly seed: number;
  readonly clock: Clock;
  readonly zone: Zone;
  readonly createdBefore2023: boolean;
  readonly projectId: number;
  readonly firstDay: number;
  /** The one that was today when it began; events go on after it. */
  readonly #lastDay: number;
  readonly #eventsPerDay: number;
  readonly #began: number;
  /** Events that somebody sent, by their day. */
  readonly #sent = new Map<number, Event[]>();
  /** Replaced, not changed: whoever has begun to read it goes on with what there was. */
  #profiles: readonly Held[];
  cohorts: readonly Cohort[];
  funnels: readonly (Funnel & { readonly isListed: boolean; readonly isThere: boolean })[];
  annotations: readonly Readonly<Record<Auth, Annotation['row']>>[];

  constructor(options: MixpanelOptions, clock: Clock, projectId: number) {
    const { seed = 1, timezone = 'UTC', days = 14, eventsPerDay = 60 } = options;
    this.seed = seed;
    this.clock = clock;
    this.#began = clock.now();
    this.zone = new Zone(timezone);
    this.createdBefore2023 = options.createdBefore2023 ?? false;
    this.projectId = projectId;
    this.#lastDay = this.today;
    this.firstDay = this.#lastDay - days + 1;
    this.#eventsPerDay = eventsPerDay;
    this.#profiles = many(options.profiles ?? 45, (index) => index);
    this.cohorts = many(options.cohorts ?? 6, (index) => cohortAt(seed, index, projectId));
    this.funnels = many(options.funnels ?? 3, (index) => ({
      ...funnelAt(index),
      isListed: true,
      isThere: true,
    }));
    this.annotations = many(options.annotations ?? 6, (index) => annotationAt(index, this.today, projectId));
  }

  /** The day that the export has now. */
  get today(): number {
    return dayOf(this.timeOf(this.clock.now()));
  }

  /** The day that the project's reports have now. */
  get reportDay(): number {
    return dayOf(this.zone.wall(this.clock.now()));
  }

  /** An instant in the project's own epoch. */
  timeOf = (instant: number): number => (this.createdBefore2023 ? this.zone.wall(instant) : instant);

  /** And back. */
  instantOf = (time: number): number => (this.createdBefore2023 ? this.zone.instant(time) : time);

  /** The events of a day up to now, in the order in which they are exported: none. */
  *eventsOf(day: number): Generator<Event> {
    const now = this.clock.now();
    const isOver = (day + 2) * DAY < this.timeOf(now);
    const hasHappened = ({ time }: Event) => isOver || this.instantOf(time) <= now;
    for (const event of this.#sent.get(day) ?? []) if (hasHappened(event)) yield event;
    const maker = { salt: hash(`${this.seed}`), instant: this.instantOf };
    for (let index = 0; index < this.#made(day); index += 1) {
      const event = eventAt(maker, day, index);
      if (hasHappened(event)) yield event;
    }
  }

  /** The days that may have events, the first one first. */
  get days(): number[] {
    const made = many(Math.max(0, this.today - this.firstDay + 1), (index) => this.firstDay + index);
    return [...new Set([...made, ...this.#sent.keys()])].sort((a, b) => a - b);
  }

  /** Days of reports: those of events, as far as the project's zone has come. */
  get reportDays(): number[] {
    return many(Math.max(0, this.reportDay - this.firstDay + 1), (index) => this.firstDay + index);
  }

  happen({ event, time, distinct_id, properties = {} }: Happening): void {
    const now = this.clock.now();
    const instant = time === undefined ? now : Date.parse(time);
    if (Number.isNaN(instant)) throw new RangeError(`time: ${time} is no ISO 8601 instant`);
    if ('time' in properties || 'distinct_id' in properties)
      throw new RangeError('an event has one time and one distinct_id');
    const own: Row = {
      ...(distinct_id !== undefined && { distinct_id }),
      ...(!('mp_processing_time_ms' in properties) && { mp_processing_time_ms: now }),
    };
    const at = this.timeOf(instant);
    const sent = this.#sent.get(dayOf(at)) ?? [];
    this.#sent.set(dayOf(at), [...sent, { event, time: at, own, shared: properties }]);
  }

  /** How many events a day was made with. */
  #made(day: number): number {
    const isEmpty = Math.abs(this.#lastDay - day) % 7 === 4;
    return day < this.firstDay || isEmpty ? 0 : this.#eventsPerDay;
  }

  /** Profiles as they are now, for as long as somebody reads them; each is made when it is asked for. */
  profiles(): { readonly length: number; at(index: number): Profile } {
    const held = this.#profiles;
    return { length: held.length, at: (index) => this.#profile(held[index] ?? index) };
  }

  /** Members of a cohort: those with a profile, then, where all are wanted, those without. */
  membersOf(cohort: Cohort, all = true): Profile[] {
    if (cohort.isOrphan) return [];
    const members = this.#profiles
      .map((held) => this.#profile(held))
      .filter(({ distinct_id }) => isMember(cohort, String(distinct_id)));
    const without = all ? cohort.without : [];
    return [...members, ...without.map((distinct_id) => ({ distinct_id, properties: {} }))];
  }

  addProfile(profile: Profile): void {
    this.#profiles = [profile, ...this.#profiles];
  }

  changeProfile(distinctId: string, properties: Row): void {
    this.#replace(distinctId, (profile) => [
      { ...profile, properties: { ...profile.properties, ...properties } },
    ]);
  }

  deleteProfile(distinctId: string): void {
    this.#replace(distinctId, () => []);
  }

  #replace(distinctId: string, change: (profile: Profile) => Profile[]): void {
    this.#profiles = this.#profiles.flatMap((held): Held[] => {
      const profile = this.#profile(held);
      return String(profile.distinct_id) === distinctId ? change(profile) : [held];
    });
  }

  #profile(held: Held): Profile {
    return typeof held === 'number' ? profileAt(this.seed, held, this.#began) : held;
  }

  changeCohort(id: number, fields: Row): void {
    this.cohorts = this.cohorts.map((cohort) =>
      cohort.row.id === id ? { ...cohort, row: { ...cohort.row, ...fields, id } } : cohort,
    );
  }

  deleteFunnel(id: number, isListed: boolean): void {
    this.funnels = this.funnels.map((funnel) =>
      funnel.funnel_id === id ? { ...funnel, isListed, isThere: false } : funnel,
    );
  }

  changeAnnotation(id: number, fields: Row): void {
    this.annotations = this.annotations.map((forms) =>
      forms['api-secret'].id === id
        ? {
            'service-account': { ...forms['service-account'], ...fields, id },
            'api-secret': { ...forms['api-secret'], ...fields, id },
          }
        : forms,
    );
  }

  deleteAnnotation(id: number): void {
    this.annotations = this.annotations.filter((forms) => forms['api-secret'].id !== id);
  }
}
