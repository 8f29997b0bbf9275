/** What may be asked in an hour, in a second, and at once: in the time that clients really wait in. */
import type { MixpanelOptions } from '../contract.ts';
import { inJson, Refusal, requestOf, type Reply } from './reply.ts';

const HOUR = 3_600_000;

type Counted = 'query' | 'export';

export interface Times {
  /** The time that clients wait in (ms since the epoch). */
  readonly now: () => number;
  /** The time that answers tell. */
  readonly date: () => number;
}

interface Limit {
  readonly most: number;
  readonly ms: number;
}

export class Quota {
  readonly #isOff: boolean;
  readonly #hourly: Limit;
  /** For the Query API: as long as a query takes. */
  readonly #atOnce: Limit;
  readonly #family: Counted;
  readonly #retryAfter: MixpanelOptions['retryAfter'];
  readonly #times: Times;
  readonly #projectId: number;
  /** When they were asked, the oldest first; what was refused does not count. */
  #asked: number[] = [];

  constructor(family: Counted, options: MixpanelOptions, projectId: number, times: Times) {
    const quotas = options.quotas || {};
    this.#isOff = options.quotas === false;
    this.#family = family;
    this.#hourly = { most: quotas[family]?.perHour ?? 60, ms: quotas.hourMs ?? HOUR };
    this.#atOnce =
      family === 'query'
        ? { most: quotas.query?.concurrent ?? 5, ms: options.latencyMs ?? 0 }
        : { most: quotas.export?.perSecond ?? 3, ms: 1000 };
    this.#retryAfter = options.retryAfter;
    this.#times = times;
    this.#projectId = projectId;
  }

  /** Counts a request, or throws the 429. */
  take(url: URL): void {
    if (this.#isOff) return;
    const now = this.#times.now();
    // A client whose time is behind is another one.
    const last = this.#asked.at(-1);
    if (last !== undefined && now < last) this.#asked = [];
    if (this.#waitMs(now) > 0) throw new Refusal(this.refusal(url));
    this.#asked.push(now);
  }

  refusal(url: URL): Reply {
    const now = this.#times.now();
    const running = this.#within(this.#atOnce, now).length;
    const inHour = this.#within(this.#hourly, now).length + 1;
    const most = [`${running}/${this.#atOnce.most}`, `${inHour}/${this.#hourly.most}`];
    const words =
      this.#family === 'query'
        ? `Query rate limit exceeded for project_id: ${this.#projectId}. ${most[0]} queries running concurrently and ${most[1]} queries running in the last hour.`
        : `Export rate limit exceeded for project_id: ${this.#projectId}. ${most[0]} exports in the last second and ${most[1]} exports in the last hour.`;
    return inJson(429, { request: requestOf(url), error: words }, this.#hint(Math.max(this.#waitMs(now), 1)));
  }

  /** Until there is room; 0 where there is. */
  #waitMs(now: number): number {
    const waits = [this.#hourly, this.#atOnce].map((limit) => {
      const counted = this.#within(limit, now);
      if (counted.length < limit.most) return 0;
      return (counted.at(-limit.most) ?? now) + limit.ms - now;
    });
    return Math.max(...waits);
  }

  #within({ ms }: Limit, now: number): number[] {
    const longest = Math.max(this.#hourly.ms, this.#atOnce.ms);
    while ((this.#asked[0] ?? Infinity) <= now - longest) this.#asked.shift();
    return this.#asked.filter((time) => time > now - ms);
  }

  /** Whole seconds, rounded up: whoever waits for them does not come too early. */
  #hint(waitMs: number): Record<string, string> {
    const seconds = Math.ceil(waitMs / 1000);
    switch (this.#retryAfter ?? 'seconds') {
      case 'seconds':
        return { 'Retry-After': String(seconds) };
      case 'date': {
        const time = Math.ceil(this.#times.date() / 1000) + seconds;
        return { 'Retry-After': new Date(time * 1000).toUTCString() };
      }
      case 'none':
        return {};
    }
  }
}
