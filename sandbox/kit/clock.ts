/**
 * The sandbox's own time. Frozen at its creation and moved only on purpose, so that two reads see the same world; or
 * running with the machine's clock, for a reader that would take a frozen one for wrong.
 */
export class Clock {
  /** Its time when it was created, and what it was moved since. */
  #start: number;
  /** The machine's time when it was created, where it runs. */
  readonly #since: number | undefined;

  constructor(start: string | undefined, running = false) {
    this.#start = start === undefined ? Date.now() : Date.parse(start);
    if (Number.isNaN(this.#start)) throw new RangeError(`now: ${start} is no ISO 8601 instant`);
    this.#since = running ? Date.now() : undefined;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#start + (this.#since === undefined ? 0 : Date.now() - this.#since);
  }

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError('time only moves forward');
    this.#start += ms;
  }
}
