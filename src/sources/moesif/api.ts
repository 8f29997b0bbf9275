import type { Log } from '../../engine/runtime.ts';
import type { Row } from '../../engine/stream.ts';
import { DAY, iso, type Window } from '../../engine/windows.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Clock } from '../../http/clock.ts';
import { HttpError, MalformedAnswer } from '../../http/errors.ts';
import { idOf } from './calls.ts';
import { searchApiOf, type MoesifConfig, type SearchApi } from './config.ts';
import { found, type Found, type Hit } from './hits.ts';
import { BY_ID, bodyOf, companiesWith, withIds, type Search } from './search.ts';

/** What can be searched. */
export const KINDS = ['users', 'companies', 'events'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * Without `from` and `to`, which are about what they did: that these give those without calls too then, and take no span of
 * their own, is *unverified*. https://www.moesif.com/docs/api#search-users
 */
const WITH_METRICS = { users: 'usermetrics/users', companies: 'companymetrics/companies', events: 'events' };
/** Those without metrics were in the documents until 2023, and Moesif's own code still asks for them. */
const PATHS: Record<SearchApi, Record<Kind, string>> = {
  current: WITH_METRICS,
  legacy: { users: 'users', companies: 'companies', events: 'events' },
};

/** `~` stands for the organisation and the app of the key. */
const below = (path: string) => `/search/~/search/${path}`;

/** What a search is told besides its body: absolute times, as relative ones mean whole calendar days. */
type Times = { readonly from?: string; readonly to?: string };

const PAGE_SIZE = 500;
/** A second in which nothing happened: a search of events wants to know one. */
const LONG_AGO: Times = { from: '2015-01-01T00:00:00.000Z', to: '2015-01-01T00:00:01.000Z' };

/** What an app's tables are read by. */
export class MoesifApi {
  readonly config: MoesifConfig;
  readonly log: Log;
  readonly #client: HttpClient;
  readonly #clock: Clock;
  #asked: Promise<void> | undefined;

  constructor(options: {
    readonly config: MoesifConfig;
    readonly client: HttpClient;
    readonly log: Log;
    readonly clock: Clock;
  }) {
    ({ config: this.config, log: this.log } = options);
    this.#client = options.client;
    this.#clock = options.clock;
  }

  /** All that match, page by page. Throws HttpError. */
  search(kind: Kind, search: Search, times: Times = {}): AsyncGenerator<readonly Hit[], void> {
    return this.#pages(below(PATHS[searchApiOf(this.config)][kind]), search, times);
  }

  /** The companies of these ids, by id, the customer's before Moesif's; some may not be there. Throws HttpError. */
  async companies(ids: readonly string[]): Promise<Map<string, Hit>> {
    if (ids.length === 0) return new Map();
    const companies = await byId(this.search('companies', lookup(companiesWith(ids))));
    const named = [...companies.values()].map(
      (hit) => [idOf(hit.fields['company_id']) ?? hit.id, hit] as const,
    );
    return new Map([...companies, ...named]);
  }

  /** What the search with metrics tells of these users over the last 24 hours; of whom it knows none, nothing. Throws HttpError. */
  metricsOf(ids: readonly string[]): Promise<Map<string, Hit>> {
    const now = this.#now();
    const times = { from: iso(now - DAY), to: iso(now) };
    return byId(this.#pages(below(WITH_METRICS.users), lookup(withIds(ids)), times));
  }

  /** Whether a search is answered, and how many it finds, where that is told; no hit is asked for. Throws HttpError. */
  async first(kind: Kind): Promise<number | undefined> {
    const path = below(PATHS[searchApiOf(this.config)][kind]);
    const { total } = await this.#ask(path, bodyOf({ sort: BY_ID }, 0), kind === 'events' ? LONG_AGO : {});
    return total;
  }

  /**
   * The time at Moesif (ms since the epoch). By a clock that is ahead of it, a state would pass over what is still to happen
   * there, so an answer is asked for before anything is read up to it: one without events, or where the key has no access to
   * these, one of the others.
   */
  async time(): Promise<number> {
    await (this.#asked ??= this.#learnTime());
    return this.#now();
  }

  async #learnTime(): Promise<void> {
    let why = 'its answers have no date';
    let isRefused = true;
    for (const kind of ['events', 'users', 'companies'] as const) {
      try {
        await this.first(kind);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        why = error.message;
        isRefused = error.kind === 'status';
      }
      if (this.#client.ahead !== undefined) return;
      // Who has just been asked again and again is not asked for something else.
      if (!isRefused) break;
    }
    this.log('WARN', `Moesif's time is not known (${why}); this machine's clock is trusted.`);
  }

  #now(): number {
    return this.#clock.now() + (this.#client.ahead ?? 0);
  }

  /**
   * A page that is not full is the last one where the total says so too. What the largest page is, is not documented: where
   * Moesif gives fewer hits than it was asked for, the rest comes with the next page.
   */
  async *#pages(path: string, search: Search, times: Times): AsyncGenerator<readonly Hit[], void> {
    const size = this.config.page_size ?? PAGE_SIZE;
    let after: readonly unknown[] | undefined;
    const past: Past = { ends: new Set(), come: 0, total: Infinity };
    for (;;) {
      const { hits, total } = await this.#ask(path, bodyOf(search, size, after), times, past);
      const last = hits.at(-1);
      if (!last) return;
      yield hits;
      if (past.come === 0) past.total = total ?? 0;
      past.come += hits.length;
      if (hits.length < size && total !== undefined && past.come >= total) return;
      after = last.sort;
      past.ends.add(JSON.stringify(after));
    }
  }

  async #ask(path: string, body: string, times: Times, past?: Past): Promise<Found> {
    const { application_id: app_id } = this.config;
    const request = { path, query: { ...times, app_id }, accept: 'application/json', body };
    return found(await this.#client.post({ ...request, check: (answer) => expectNext(found(answer), past) }));
  }
}

/** The pages of a search so far. */
interface Past {
  /** Where each of them ended. */
  readonly ends: Set<string>;
  /** So many hits came. */
  come: number;
  /** So many matched at first, as far as that is told. */
  total: number;
}

/**
 * A page must not end where an earlier one did, or the same ones would come for ever; and what matches must come: as many as
 * matched at first and still do, as some may leave the search meanwhile, and others may come behind. `past`: undefined where no
 * hits are asked for. Throws MalformedAnswer.
 */
function expectNext({ hits, total = 0 }: Found, past: Past | undefined): void {
  if (!past) return;
  const { ends, come } = past;
  const last = hits.at(-1);
  if (!last && come < Math.min(total, past.total))
    throw new MalformedAnswer(`a search that found ${total} and brought ${come === 0 ? 'none' : come}`);
  if (last && ends.has(JSON.stringify(last.sort))) throw new MalformedAnswer('a page that came before');
}

async function byId(pages: AsyncGenerator<readonly Hit[], void>): Promise<Map<string, Hit>> {
  const all = new Map<string, Hit>();
  for await (const hits of pages) for (const hit of hits) all.set(hit.id, hit);
  return all;
}

/** These, but for what can be large and is wanted of nobody. */
const lookup = (query: Row): Search => ({
  query,
  sort: BY_ID,
  source: { excludes: ['body', 'session_token'] },
});

/** The span of a window as a search takes it. */
export const timesOf = ({ start, end }: Window): Times => ({ from: start, to: end });
