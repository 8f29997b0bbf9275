/** The days and the epoch of a project, at the sandbox's own time. */
import type { Clock } from '../kit/clock.ts';
import type { MixpanelOptions } from './contract.ts';
import { dayOf, Zone } from './zone.ts';

export class Calendar {
  readonly clock: Clock;
  readonly #zone: Zone;
  /** Events have the wall clock of the project's zone in place of an instant. */
  readonly #isByWall: boolean;
  readonly firstDay: number;
  /** The one that was today when it began; events go on after it. */
  readonly lastDay: number;

  constructor({ timezone = 'UTC', createdBefore2023 = false, days = 14 }: MixpanelOptions, clock: Clock) {
    this.clock = clock;
    this.#zone = new Zone(timezone);
    this.#isByWall = createdBefore2023;
    this.lastDay = this.today;
    this.firstDay = this.lastDay - days + 1;
  }

  /** The day that the export has now. */
  get today(): number {
    return dayOf(this.timeOf(this.clock.now()));
  }

  /** The day that the project's reports have now. */
  get reportDay(): number {
    return dayOf(this.#zone.wall(this.clock.now()));
  }

  /** Days of reports: those of events, as far as the project's zone has come. */
  get reportDays(): number[] {
    return this.daysTo(this.reportDay);
  }

  /** From the first one on. */
  daysTo(day: number): number[] {
    return Array.from({ length: Math.max(0, day - this.firstDay + 1) }, (_, index) => this.firstDay + index);
  }

  /** An instant in the project's own epoch. */
  readonly timeOf = (instant: number): number => (this.#isByWall ? this.#zone.wall(instant) : instant);

  /** And back. */
  readonly instantOf = (time: number): number => (this.#isByWall ? this.#zone.instant(time) : time);
}
