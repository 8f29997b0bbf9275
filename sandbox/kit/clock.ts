/** The sandbox's own time: frozen at its creation, moved only on purpose, so that two reads see the same world. */
export class Clock {
  #now: number;

  constructor(start: string | undefined) {
    this.#now = start === undefined ? Date.now() : Date.parse(start);
    if (Number.isNaN(this.#now)) throw new RangeError(`now: ${start} is no ISO 8601 instant`);
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError('time only moves forward');
    this.#now += ms;
  }
}
