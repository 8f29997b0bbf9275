import type { Clock } from '../../src/http/clock.ts';

/** Time that only moves when somebody sleeps: waiting costs nothing and is written down. */
export class TestClock implements Clock {
  #now: number;
  readonly slept: number[] = [];

  constructor(now: string | number = '2026-11-22T10:30:15.250Z') {
    this.#now = typeof now === 'number' ? now : Date.parse(now);
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#now += ms;
    // Lets everything else that is ready go first.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }

  random(): number {
    return 0.5;
  }
}
