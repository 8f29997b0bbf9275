import type { Answer, Incoming, Serve } from '../../sandbox/kit/delivery.ts';
import type { Clock } from '../../src/http/clock.ts';

/** Turns of the event loop without news after which everyone is taken to be waiting for time to pass. */
const QUIET = 12;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that moves on when everyone waits for it, to the moment that comes first: requests and pauses side by side. */
export class SharedClock implements Clock {
  #now: number;
  #random: () => number;
  #sleepers: Sleeper[] = [];
  #news = 0;
  #isTicking = false;
  /** The pauses of the connector, from and until (ms since the epoch). */
  readonly pauses: (readonly [from: number, until: number])[] = [];

  constructor(now: number, random: () => number = () => 0.5) {
    this.#now = now;
    this.#random = random;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const from = this.#now;
    await this.travel(ms);
    this.pauses.push([from, from + ms]);
    signal?.throwIfAborted();
  }

  /** What is under way for so long. */
  travel(ms: number): Promise<void> {
    this.#news += 1;
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
      if (!this.#isTicking) void this.#tick();
    });
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    while (this.#sleepers.length > 0) {
      for (let quiet = 0, seen = this.#news; quiet < QUIET; quiet += 1) {
        await new Promise((turn) => setImmediate(turn));
        if (seen !== this.#news) [quiet, seen] = [0, this.#news];
      }
      this.#now = Math.max(this.#now, Math.min(...this.#sleepers.map(({ at }) => at)));
      const due = this.#sleepers.filter(({ at }) => at <= this.#now);
      this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
      this.#news += 1;
      for (const { wake } of due) wake();
    }
    this.#isTicking = false;
  }
}

/** A request as one sees it who stands between the connector and the sandbox. */
export interface Passage {
  readonly path: string;
  readonly sent: number;
  /** When the sandbox had it. */
  readonly served: number;
  readonly arrived: number;
  readonly status: number;
  /** `X-RateLimit-Remaining`, where the answer has it. */
  readonly remaining: number | undefined;
}

export interface Road {
  serve(asked: Incoming): Promise<Answer>;
  readonly passages: readonly Passage[];
  /** Requests that were under way at once, at most. */
  most(): number;
}

/** The sandbox at the end of a road that takes time both ways (ms, drawn anew for each), and may change answers. */
export function road(
  sandbox: { readonly serve: Serve },
  clock: SharedClock,
  way: () => number,
  change: (answer: Answer) => Answer = (answer) => answer,
): Road {
  const passages: Passage[] = [];
  let underWay = 0;
  let most = 0;
  const serve = async (asked: Incoming): Promise<Answer> => {
    most = Math.max(most, (underWay += 1));
    const sent = clock.now();
    await clock.travel(way());
    const served = clock.now();
    const answer = sandbox.serve(asked);
    if (!answer) throw new Error(`nobody answers ${asked.url.href}`);
    const changed = change(answer);
    await clock.travel(way());
    underWay -= 1;
    const { status, headers } = changed;
    const left = new Headers(headers).get('X-RateLimit-Remaining');
    const { pathname: path } = asked.url;
    passages.push({
      path,
      sent,
      served,
      arrived: clock.now(),
      status,
      remaining: left ? Number(left) : undefined,
    });
    return changed;
  };
  return { serve, passages, most: () => most };
}
