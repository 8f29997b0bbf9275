import { SECOND } from '../../engine/windows.ts';

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * What a project may ask: of the Query API all its tables together, of the raw export by itself.
 * https://developer.mixpanel.com/reference/rate-limits
 */
export const QUOTAS = {
  query: { concurrency: 5, limits: [{ requests: 60, per: HOUR }] },
  export: {
    concurrency: 4,
    limits: [
      { requests: 60, per: HOUR },
      { requests: 3, per: SECOND },
    ],
  },
} as const;

export type Quota = keyof typeof QUOTAS;

/** The longest that is waited for more of a quota (ms): an hour has passed by then. */
export const LONGEST_WAIT = HOUR + 5 * MINUTE;
/** Between two tries (ms) while the hour is used up: others may have used it, and when they did is not told. */
const ANOTHER_TRY = 5 * MINUTE;
const A_LITTLE = 10 * SECOND;

/**
 * The wait (ms) that the words of a 429 tell: `5/5 queries running concurrently and 61/60 queries running in the last hour`.
 * Undefined where they tell none.
 */
export function waitIn(body: unknown): number | undefined {
  const words = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  const isUsedUp = (pattern: RegExp) => {
    const [, used, allowed] = pattern.exec(words) ?? [];
    return used !== undefined && Number(used) >= Number(allowed);
  };
  // The words of an export are not documented, so they may call it otherwise.
  if (isUsedUp(/(\d+)\/(\d+) [a-z ]+ in the last hour/)) return ANOTHER_TRY;
  return isUsedUp(/(\d+)\/(\d+) queries running concurrently/) ? A_LITTLE : undefined;
}

/** What a sync will ask for at least, told as soon as it is known: what a quota makes of it is days or minutes. */
export class Forecast {
  readonly #requests: Record<Quota, Map<string, number>> = { query: new Map(), export: new Map() };
  readonly #tell: (sentence: string) => void;

  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** A table asks for so many requests of a quota, as far as is known by now. */
  expect(table: string, quota: Quota, requests: number): void {
    const tables = this.#requests[quota].set(table, requests);
    const total = [...tables.values()].reduce((sum, one) => sum + one, 0);
    const all = tables.size > 1 ? `, ${total} of all tables so far` : '';
    const asked = requests === 1 ? '1 request' : `${requests} requests`;
    this.#tell(`${table}: ${asked} of the ${quota} quota at least${all}, which takes ${lasting(total)}.`);
  }
}

/** How long so many requests take at 60 an hour, of which the first 60 go at once. */
function lasting(requests: number): string {
  const hours = Math.max(0, Math.ceil(requests / 60) - 1);
  if (hours === 0) return 'no waiting as long as nobody else uses the quota';
  return `about ${hours} h at 60 an hour`;
}
