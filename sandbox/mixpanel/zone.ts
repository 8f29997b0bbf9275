/** Wall clocks: what they show at an instant, and when they show something. Both in milliseconds since the epoch. */
export const DAY = 86_400_000;
/** No clock is set at any other time than one of these. */
const STEP = 15 * 60_000;

export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** Throws a RangeError for a name that is no zone's. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The wall clock at an instant, read as if it were UTC. */
  wall(instant: number): number {
    return instant + this.#offset(instant);
  }

  /** When the wall clock shows this: the first time where twice, and as if it had not been set forward where never. */
  instant(wall: number): number {
    const before = this.#offset(wall - DAY);
    const after = this.#offset(wall + DAY);
    if (before === after) return wall - before;
    const fits = [wall - before, wall - after].filter((instant) => this.wall(instant) === wall);
    return fits.length > 0 ? Math.min(...fits) : wall - before;
  }

  #offset(instant: number): number {
    const step = Math.floor(instant / STEP);
    const known = this.#offsets.get(step);
    if (known !== undefined) return known;
    if (this.#offsets.size > 10_000) this.#offsets.clear();
    const offset = this.#shown(step * STEP) - step * STEP;
    this.#offsets.set(step, offset);
    return offset;
  }

  #shown(instant: number): number {
    const parts = this.#format
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)] as const);
    const { year = 0, month = 1, day = 1, hour, minute, second } = Object.fromEntries(parts);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }
}

/** The number of the day, counted from 1970-01-01, on a wall clock that was read as if it were UTC. */
export const dayOf = (wall: number): number => Math.floor(wall / DAY);

/** YYYY-MM-DD */
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
