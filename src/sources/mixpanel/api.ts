import type { Log } from '../../engine/runtime.ts';
import type { Row } from '../../engine/stream.ts';
import { iso } from '../../engine/windows.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Clock } from '../../http/clock.ts';
import { MalformedAnswer } from '../../http/errors.ts';
import { authorization, projectQuery, type MixpanelConfig } from './config.ts';
import type { Forecast } from './quota.ts';
import { whereOf, type Range } from './range.ts';
import type { WallClock } from './zone.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

export const EXPORT_PATH = '/api/2.0/export';

/** Throws MalformedAnswer where a body is not what the documents promise. */
type Reader<T> = (body: unknown) => T;

/** What a project's tables are read by. */
export class MixpanelApi {
  readonly config: MixpanelConfig;
  readonly forecast: Forecast;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly #clients: Clients;
  readonly #wall: WallClock;
  readonly #project: Query;

  constructor(options: {
    readonly config: MixpanelConfig;
    readonly clients: Clients;
    readonly wall: WallClock;
    readonly forecast: Forecast;
    readonly log: Log;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  }) {
    ({
      config: this.config,
      forecast: this.forecast,
      log: this.log,
      clock: this.clock,
      signal: this.signal,
    } = options);
    this.#clients = options.clients;
    this.#wall = options.wall;
    this.#project = projectQuery(options.config);
  }

  /** How far Mixpanel's clock is ahead of ours (ms); undefined until an answer has told it. */
  get ahead(): number | undefined {
    const { app, query, data } = this.#clients;
    return app.ahead ?? data.ahead ?? query.ahead;
  }

  /** The time at Mixpanel (ms since the epoch), as far as an answer has told it, else ours. */
  now(): number {
    return this.clock.now() + (this.ahead ?? 0);
  }

  /** What a clock in the project's zone shows now, read as if it were UTC. */
  projectNow(): number {
    return this.#wall.at(this.now());
  }

  /** The same where the days of events are counted: a clock in UTC, or in the project's zone where it is an old one. */
  eventsNow(): number {
    return this.config.event_time_semantics === 'project_timezone' ? this.projectNow() : this.now();
  }

  /**
   * What `read` makes of an answer of the Query API. Throws HttpError; one of kind malformed where a 200 holds an error, or
   * `read` says no.
   */
  async query<T>(path: string, query: Query, read: Reader<T>): Promise<T> {
    const body = await this.#clients.query.get({
      path: `/api/query${path}`,
      query: { ...this.#project, ...query },
      accept: 'application/json',
      check: refusing(read),
    });
    return read(body);
  }

  /** The same where the documents name a POST; what it asks for goes into the body, as a form. */
  async queryByPost<T>(path: string, form: Query, read: Reader<T>): Promise<T> {
    return read(await this.#clients.query.post({ ...this.#posted(path, form), check: refusing(read) }));
  }

  #posted(path: string, form: Query) {
    return {
      path: `/api/query${path}`,
      query: this.#project,
      accept: 'application/json',
      type: 'application/x-www-form-urlencoded',
      body: formOf(form),
    };
  }

  /** The same, of an answer whose list is read as it comes: in the end the rest of the answer. */
  queryList(path: string, form: Query, list: string): AsyncGenerator<readonly unknown[], unknown> {
    return this.#clients.query.elements(this.#posted(path, form), list);
  }

  /** Asks another API of the same host. */
  async app<T>(path: string, query: Query, read: Reader<T>): Promise<T> {
    const asked = { path, query, accept: 'application/json', check: refusing(read) };
    return read(await this.#clients.app.get(asked));
  }

  /** The lines of the raw export of a range. */
  exported(range: Range, more: Query = {}): AsyncGenerator<readonly string[], void> {
    return this.#clients.data.lines(this.#exportOf(range, more));
  }

  /** The same as bytes (HttpClient.wholeLines). */
  exportedBytes(range: Range): AsyncGenerator<Buffer, void> {
    return this.#clients.data.wholeLines(this.#exportOf(range));
  }

  #exportOf(range: Range, more: Query = {}) {
    const { export_events: events } = this.config;
    return {
      path: EXPORT_PATH,
      query: {
        ...this.#project,
        from_date: range.from,
        to_date: range.to,
        event: events && events.length > 0 ? JSON.stringify(events) : undefined,
        where: whereOf(range),
        // Events are taken in to the millisecond.
        time_in_ms: 'true',
        ...more,
      },
      accept: 'text/plain',
    };
  }
}

/** One for each API of a project, as each has a budget of its own. */
export interface Clients {
  readonly query: HttpClient;
  readonly app: HttpClient;
  readonly data: HttpClient;
}

/** A day as the API wants it, of a moment (ms). */
export const dayOf = (moment: number): string => iso(moment).slice(0, 10);

function formOf(form: Query): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== undefined) fields.set(name, String(value));
  return fields.toString();
}

/** Mixpanel has answered 200 with an error in it, which must not pass for an empty table. Throws MalformedAnswer. */
export function refuseError(body: unknown): void {
  if (isObject(body) && (typeof body['error'] === 'string' || body['status'] === 'error'))
    throw new MalformedAnswer('a 200 with an error in it');
}

const refusing = (read: Reader<unknown>) => (body: unknown) => {
  refuseError(body);
  read(body);
};

export const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws MalformedAnswer where it is no list of objects. */
export function rowsIn(value: unknown, what = 'a list'): readonly Row[] {
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new MalformedAnswer(`a 200 without ${what}`);
}

/** The header that says who asks. */
export const headersOf = (config: MixpanelConfig): Record<string, string> => ({
  Authorization: authorization(config),
  'User-Agent': 'source-mixpanel',
});
