import type { Clock } from '../../src/http/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that only moves on purpose. */
export class FakeClock implements Clock {
  /** What `sleep` was asked for (ms), in order. */
  readonly slept: number[] = [];
  chance = 0.5;
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start = Date.UTC(2026, 0, 15, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      const end = (how: () => void) => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        how();
      };
      const abort = () => end(() => reject(signal?.reason as Error));
      const sleeper: Sleeper = { at: this.#now + ms, wake: () => end(resolve) };
      if (signal?.aborted) return reject(signal.reason as Error);
      signal?.addEventListener('abort', abort);
      this.#sleepers.add(sleeper);
    });
  }

  /** Moves on, and wakes whoever's time has come, one after the other. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next; (next = this.#next(end)); await settle()) {
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = end;
    await settle();
  }

  #next(end: number): Sleeper | undefined {
    return [...this.#sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Time that leaps: every wait is over at once, and was as long as asked for. */
export class LeapingClock implements Clock {
  readonly slept: number[] = [];
  chance = 0.5;
  #now: number;

  constructor(start = Date.UTC(2026, 0, 15, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    const end = this.#now + ms;
    await settle();
    this.#now = Math.max(this.#now, end);
  }
}
