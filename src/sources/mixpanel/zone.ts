import { Temporal } from 'temporal-polyfill';

const SLOT = 15 * 60 * 1000;
const MOST_SLOTS = 20_000;

export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    // Offsets are taken too, and know no summer.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** A clock on a wall of this zone. What it shows is given as ms since the epoch, read as if it were UTC. */
export class WallClock {
  readonly #zone: string;
  /**
   * How far the wall is ahead of UTC (ms), by the slot that it shows: a hundred thousand events fall into few. NaN where that
   * changes within the slot, as it did at 00:01 in St John's.
   */
  readonly #ahead = new Map<number, number>();

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** What the wall shows at a moment (ms since the epoch). */
  at(moment: number): number {
    const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(
      Math.floor(moment),
    ).toZonedDateTimeISO(this.#zone);
    return moment + offsetNanoseconds / 1e6;
  }

  /**
   * The moment at which the wall shows this. Of an hour that comes twice it is the first, and one that is left out is
   * counted on from before: what Temporal calls compatible.
   */
  moment(shown: number): number {
    const slot = Math.floor(shown / SLOT);
    let ahead = this.#ahead.get(slot);
    if (ahead === undefined) {
      if (this.#ahead.size >= MOST_SLOTS) this.#ahead.clear();
      ahead = this.#aheadOf(slot * SLOT);
      if (ahead !== this.#aheadOf((slot + 1) * SLOT - 1)) ahead = NaN;
      this.#ahead.set(slot, ahead);
    }
    return shown - (Number.isNaN(ahead) ? this.#aheadOf(shown) : ahead);
  }

  #aheadOf(shown: number): number {
    const wall = Temporal.PlainDateTime.from(new Date(shown).toISOString().slice(0, -1));
    const { epochMilliseconds } = wall.toZonedDateTime(this.#zone, { disambiguation: 'compatible' });
    return shown - epochMilliseconds;
  }
}
