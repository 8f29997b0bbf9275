import type { Clock } from './clock.ts';
import { HttpError } from './errors.ts';
import { MAX_WAIT, rateLimitPause } from './retry.ts';

/** The server's time is not ours: its clock runs a little otherwise, and requests need their time to get there (ms). */
const SLACK = 1000;
/** From here on (ms since the epoch) a year has five digits, or no date has it at all. */
const BEYOND_DATES = Date.UTC(10_000, 0);
/** A pause that is longer than the one before by this much (ms) is told. */
const NEWS = 900;
/** A wait for a limit that is kept to (ms) that is told: beyond what a limit by the minute takes. */
const NOTICEABLE = 120_000;

/** So many requests, at least one, may start within any `per` ms. */
interface Limit {
  readonly requests: number;
  readonly per: number;
}

export interface BudgetOptions {
  readonly clock: Clock;
  /** Requests under way at once, at most. */
  readonly concurrency: number;
  /** What the server allows, where that is known: a start needs room in each of them. */
  readonly limits?: readonly Limit[];
  /** How long (ms) a rate limit is sat out while nothing gets through. */
  readonly longestWait?: number;
  /** Ends every wait. */
  readonly signal?: AbortSignal;
  /** The server made us pause until then (ms since the epoch). */
  readonly onPause?: (until: number) => void;
  readonly onResume?: () => void;
}

/**
 * The rate budget of one API: how many requests may be under way at once, and until when none may start.
 *
 * It learns from the answers. A 429 stops everything until the server's own time, once; an answer that says that
 * nothing remains does the same before a 429 is needed. Where nothing gets through for too long, it gives up.
 */
export class RateBudget {
  readonly #options: BudgetOptions;
  readonly #longestWait: number;
  readonly #waiting: (() => void)[] = [];
  /** When the last requests started, oldest first; no more of them than the widest limit counts. */
  readonly #starts: number[] = [];
  readonly #kept: number;
  #underWay = 0;
  /** Requests that wait and were not refused yet. */
  #fresh = 0;
  /** What the server's last answer left us until `#reset`. Those under way may not be counted in it yet. */
  #remaining = Infinity;
  #reset = 0;
  #pausedUntil = 0;
  /** The first 429 since something got through. */
  #blockedSince: number | undefined;
  #pause: Promise<void> | undefined;
  /** How long a limit that is kept to was last said to hold. */
  #keptUntil = 0;
  /** After a pause the first answer shows whether it was long enough; until then nobody else asks. */
  #isCautious = false;
  /** Somebody was refused, perhaps by this limit; until something gets through nobody asks beside another. */
  #isInDoubt = false;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#longestWait = options.longestWait ?? MAX_WAIT;
    this.#kept = Math.max(0, ...(options.limits ?? []).map(({ requests }) => requests));
  }

  /**
   * Runs a request as soon as the budget has room for it. One that was refused before lets the others try first after a
   * pause: should only its own endpoint refuse, it must not keep them all from getting through.
   */
  async run<T>(path: string, send: () => Promise<T>, wasRefused = false): Promise<T> {
    if (!wasRefused) this.#fresh += 1;
    try {
      await this.#takePlace(path, wasRefused);
    } catch (error) {
      // Whoever waits for this one to go first would wait for ever.
      this.#wakeAll();
      throw error;
    } finally {
      if (!wasRefused) this.#fresh -= 1;
    }
    try {
      return await send();
    } finally {
      this.#underWay -= 1;
      this.#isCautious = false;
      this.#wakeAll();
    }
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** An answer other than 429 came: the limit lets us through. */
  passed(): void {
    this.#blockedSince = undefined;
    this.#isInDoubt = false;
  }

  /** A 429 that may be of another limit. */
  doubt(): void {
    this.#isInDoubt = true;
  }

  /**
   * What an answer said of the budget: requests that remain, and the ms until there are more. Where that is longer than
   * we wait, it is no guide: it may be nonsense, and a real 429 will say so where it is not.
   */
  learn(remaining: number, resetIn: number): void {
    if (resetIn > this.#longestWait) return;
    const now = this.#options.clock.now();
    const reset = now + resetIn;
    // Answers can overtake each other: within a period the lowest figure is the true one. A second of slack,
    // because the server's date has whole seconds.
    const samePeriod = now < this.#reset && Math.abs(reset - this.#reset) <= 1500;
    this.#remaining = samePeriod ? Math.min(this.#remaining, remaining) : remaining;
    this.#reset = reset;
    if (this.#remaining <= 0) this.#pauseUntil(reset);
  }

  /** A 429: nothing starts for so many ms, if the server named them. Throws where that is longer than we wait. */
  pause(path: string, named: number | undefined): void {
    const { clock } = this.#options;
    const now = clock.now();
    this.#blockedSince ??= now;
    // Those that were under way together are refused together: without a time from the server one pause is enough.
    if (named !== undefined || this.#pausedUntil <= now)
      this.#pauseUntil(now + rateLimitPause(named, now - this.#blockedSince, clock.random()));
    this.#refuseLongWait(path);
  }

  /** Waits for room and takes it in the same turn: whoever looks next already finds it taken. */
  async #takePlace(path: string, wasRefused: boolean): Promise<void> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const now = this.#options.clock.now();
      if (this.#pausedUntil > now) {
        this.#refuseLongWait(path);
        this.#pause ??= this.#sitOut().finally(() => (this.#pause = undefined));
        await this.#pause;
        continue;
      }
      const known = this.#reset > now ? Math.max(1, this.#remaining) : Infinity;
      const isCareful = this.#isCautious || this.#isInDoubt;
      const allowed = isCareful ? 1 : known;
      const isLast = isCareful && wasRefused && this.#fresh > 0;
      if (!isLast && this.#underWay < Math.min(this.#options.concurrency, allowed)) {
        const early = this.#earlyBy(now);
        if (early === 0) {
          this.#start(now);
          return;
        }
        await this.#keepTo(early);
        continue;
      }
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** How long (ms) until each limit has room for one more. */
  #earlyBy(now: number): number {
    const { limits = [] } = this.#options;
    const waits = limits.map(
      ({ requests, per }) => (this.#starts.at(-requests) ?? -Infinity) + per + Math.min(SLACK, per / 2) - now,
    );
    return Math.max(0, ...waits);
  }

  #start(now: number): void {
    this.#underWay += 1;
    if (this.#kept === 0) return;
    this.#starts.push(now);
    if (this.#starts.length > this.#kept) this.#starts.shift();
  }

  /** Waits for a limit that is kept to. A wait that people notice is told, once for all who wait. */
  async #keepTo(early: number): Promise<void> {
    const { clock, signal, onPause, onResume } = this.#options;
    const until = clock.now() + early;
    const isTold = early > NOTICEABLE && until > this.#keptUntil + NEWS;
    if (isTold) {
      this.#keptUntil = until;
      onPause?.(until);
    }
    await clock.sleep(early, signal);
    if (isTold) onResume?.();
  }

  #refuseLongWait(path: string): void {
    if (!this.#isTooLong) return;
    const end = this.#pausedUntil;
    const wait = end < BEYOND_DATES ? `until ${new Date(end).toISOString()}` : 'beyond the year 9999';
    const since = new Date(this.#blockedSince ?? this.#options.clock.now()).toISOString();
    throw new HttpError('rate-limited', path, `refused since ${since}, asked to wait ${wait}`, 429);
  }

  get #isTooLong(): boolean {
    const since = this.#blockedSince ?? this.#options.clock.now();
    return this.#pausedUntil - since > this.#longestWait;
  }

  #pauseUntil(until: number): void {
    const { clock, onPause } = this.#options;
    // Answers to requests that were under way together tell the same pause a few ms apart: that is no news.
    const isNews = until > Math.max(this.#pausedUntil, clock.now()) + NEWS;
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
    if (isNews && !this.#isTooLong) onPause?.(until);
  }

  async #sitOut(): Promise<void> {
    const { clock, signal, onResume } = this.#options;
    for (;;) {
      if (this.#isTooLong) return; // prolonged beyond our patience: those who wait are refused
      const left = this.#pausedUntil - clock.now();
      if (left <= 0) break;
      await clock.sleep(left, signal);
    }
    this.#remaining = Infinity;
    this.#isCautious = true;
    onResume?.();
  }
}
