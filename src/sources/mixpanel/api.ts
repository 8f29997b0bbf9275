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

  /** The time at Mixpanel (ms since the epoch), as far as an answer has told it, else ours. */
  now(): number {
    const { app, query, data } = this.#clients;
    return this.clock.now() + (app.ahead ?? data.ahead ?? query.ahead ?? 0);
  }

  /** What a clock in the project's zone shows now, read as if it were UTC. */
  projectNow(): number {
    return this.#wall.at(this.now());
  }

  /** Asks the Query API. Throws HttpError; one of kind malformed where a 200 holds an error, or `check` says no. */
  query(path: string, query: Query, check: (body: unknown) => void): Promise<unknown> {
    return this.#clients.query.get({
      path: `/api/query${path}`,
      query: { ...this.#project, ...query },
      accept: 'application/json',
      check: refusing(check),
    });
  }

  /** The same where the documents name a POST; what it asks for goes into the body, as a form. */
  queryByPost(path: string, form: Query, check: (body: unknown) => void): Promise<unknown> {
    return this.#clients.query.post({ ...this.#posted(path, form), check: refusing(check) });
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
  app(path: string, query: Query, check: (body: unknown) => void): Promise<unknown> {
    return this.#clients.app.get({ path, query, accept: 'application/json', check: refusing(check) });
  }

  /** The lines of the raw export of a range. */
  exported(range: Range, more: Query = {}): AsyncGenerator<readonly string[], void> {
    const { export_events: events } = this.config;
    return this.#clients.data.lines({
      path: '/api/2.0/export',
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
    });
  }

  /** The day that it is now where the days of events are counted: in UTC, or in the project's zone where it is an old one. */
  get isOldProject(): boolean {
    return this.config.event_time_semantics === 'project_timezone';
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

const refusing = (check: (body: unknown) => void) => (body: unknown) => {
  refuseError(body);
  check(body);
};

export const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws MalformedAnswer where it is no list of objects. */
export function rowsIn(value: unknown, what: string): readonly Row[] {
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new MalformedAnswer(`a 200 without ${what}`);
}

/** The header that says who asks. */
export const headersOf = (config: MixpanelConfig): Record<string, string> => ({
  Authorization: authorization(config),
  'User-Agent': 'source-mixpanel',
});
