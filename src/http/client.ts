import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { Axios, isAxiosError, type AxiosResponse } from 'axios';
import { ENCODINGS, LARGEST_BODY, textOf, TOO_LARGE } from './body.ts';
import type { RateBudget } from './budget.ts';
import type { Clock } from './clock.ts';
import { HttpError, MalformedAnswer } from './errors.ts';
import { parseJson } from './json.ts';
import { backoff, isPassing, MAX_RETRIES, MAX_WAIT, numberOf, serverWait, type Outcome } from './retry.ts';
import { ServerClock } from './server-clock.ts';
import { msBeforeNext, wordsOf } from './words.ts';

/** Silence on the socket (ms) after which a request counts as lost. */
const IDLE_TIMEOUT = 60_000;
/** A request as a whole (ms): a body that trickles in must end too. */
const TOTAL_TIMEOUT = 5 * 60_000;
const LATE = 'no complete answer in time';
/** What a person reads in place of a code that does not speak for itself. */
const BROKEN: Readonly<Record<string, string>> = {
  ERR_BAD_RESPONSE: 'the connection broke while the answer was read',
  ECONNRESET: 'the connection broke',
  Z_DATA_ERROR: 'the body cannot be unpacked',
};

export interface Request {
  /** Path below the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly accept: string;
  /** Throws MalformedAnswer where the body of a 200 is not of the documented shape. */
  readonly check?: (body: unknown) => void;
  /** What is posted. */
  readonly body?: string;
  /** Content type of what is posted; JSON where left out. */
  readonly type?: string;
}

/** Endpoints that the server counts by themselves: one budget beside the one that all share. */
export interface Lane {
  /** Whether a request's path is one of them. */
  readonly holds: (path: string) => boolean;
  readonly budget: RateBudget;
}

export interface ClientOptions {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly budget: RateBudget;
  readonly lanes?: readonly Lane[];
  readonly clock: Clock;
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** Retries of faults that pass; fewer where a person waits for the answer. */
  readonly retries?: number;
  readonly timeout?: number;
  /** How long (ms) a server can keep a request waiting. */
  readonly longestWait?: number;
  /**
   * The wait (ms) that the words of a 429 tell, where none of its headers does; undefined where they tell none. The body is
   * parsed where it is JSON, else its text.
   */
  readonly waitIn?: (body: unknown, now: number) => number | undefined;
  /** Refusals that pass by themselves, besides those of HTTP's own meaning. The body as for `waitIn`. */
  readonly passes?: (status: number, body: unknown) => boolean;
  /** What `X-RateLimit-Reset` holds: a date where left out. */
  readonly reset?: 'date' | 'seconds';
  /** For the debug log: what was asked and what came of it. Never headers or query. */
  readonly onAnswer?: (line: string) => void;
}

type Tried =
  | { readonly body: unknown }
  | {
      readonly outcome: Outcome;
      readonly detail: string;
      /** Whether it may be otherwise when asked again. */ readonly passes: boolean;
      /** The server's own waiting time (ms). */ readonly wait?: number;
    };

/** Asks for JSON: keeps connections alive, obeys the budget, retries what passes. Proxies come from the environment. */
export class HttpClient {
  readonly #options: ClientOptions;
  readonly #axios: Axios;
  readonly #serverClock = new ServerClock();
  /** The lane that was refused last, while nothing has got through since. */
  #refusedLane: RateBudget | undefined;

  constructor(options: ClientOptions) {
    const agent = { keepAlive: true, maxSockets: options.concurrency };
    this.#options = options;
    // Each request under way listens to it; beyond ten Node.js would warn of a leak.
    if (options.signal) setMaxListeners(0, options.signal);
    this.#axios = new Axios({
      baseURL: options.baseUrl,
      headers: { ...options.headers, 'Accept-Encoding': ENCODINGS },
      timeout: options.timeout ?? IDLE_TIMEOUT,
      httpAgent: new http.Agent(agent),
      httpsAgent: new https.Agent(agent),
      // A redirect is no answer of an API, and following one could hand the token to another host.
      maxRedirects: 0,
      // Plain http stays on this machine, where nobody reads along; a proxy would.
      ...(new URL(options.baseUrl).protocol === 'http:' && { proxy: false }),
      // A body comes whole and packed: unpacking it in one go costs a third of doing so in a stream.
      responseType: 'arraybuffer',
      decompress: false,
      validateStatus: () => true,
    });
  }

  /** How far the server's clock is ahead of ours (ms); undefined until an answer has told it. */
  get ahead(): number | undefined {
    return this.#serverClock.ahead;
  }

  /** The parsed body of a 200. Throws HttpError; AbortError where the run was stopped. */
  get(request: Omit<Request, 'body' | 'type'>): Promise<unknown> {
    return this.#ask(request);
  }

  /**
   * The same for what is sent. A try whose answer was lost may have had its effect, and is made again all the same: only for
   * what does no harm when it comes twice.
   */
  post(request: Request & { readonly body: string }): Promise<unknown> {
    return this.#ask(request);
  }

  async #ask(request: Request): Promise<unknown> {
    const { clock, signal, retries = MAX_RETRIES, longestWait = MAX_WAIT } = this.#options;
    let failed = 0;
    let refusedSince: number | undefined;
    for (;;) {
      const tried = await this.#inTurn(request, refusedSince !== undefined, () => this.#try(request));
      if ('body' in tried) return tried.body;
      const { outcome, detail, passes, wait = 0 } = tried;
      if (outcome.kind === 'status' && outcome.status === 429) {
        // The budget is paused; it gives room again when the pause is over. Where only this one never gets through, it
        // must not make the others pause for ever.
        refusedSince ??= clock.now();
        const refusedFor = clock.now() - refusedSince;
        if (refusedFor <= longestWait) continue;
        const words = `refused for ${Math.round(refusedFor / 1000)} seconds while others passed`;
        throw new HttpError('rate-limited', request.path, words, 429);
      }
      if (!passes) {
        const kind = outcome.kind === 'too-large' ? 'too-large' : 'status';
        throw new HttpError(kind, request.path, detail, statusOf(outcome));
      }
      if (failed >= retries) {
        const kind = outcome.kind === 'malformed' ? 'malformed' : 'unavailable';
        throw new HttpError(kind, request.path, detail, statusOf(outcome));
      }
      await clock.sleep(Math.max(wait, backoff(failed++, clock.random())), signal);
    }
  }

  /** As soon as its own lane and the budget of all have room: whoever waits in the lane takes no place of the others'. */
  #inTurn<T>({ path }: Request, wasRefused: boolean, send: () => Promise<T>): Promise<T> {
    const shared = () => this.#options.budget.run(path, send, wasRefused);
    const lane = this.#laneOf(path);
    return lane ? lane.run(path, shared, wasRefused) : shared();
  }

  #laneOf(path: string): RateBudget | undefined {
    return this.#options.lanes?.find((lane) => lane.holds(path))?.budget;
  }

  async #try(request: Request): Promise<Tried> {
    const answer = await this.#send(request);
    const tried = typeof answer === 'string' ? lost(answer) : this.#judge(request, answer);
    const came = 'body' in tried ? 'ok' : `${describe(tried.outcome)}: ${tried.detail}`;
    this.#options.onAnswer?.(`${methodOf(request)} ${request.path}: ${came}`);
    return tried;
  }

  /** The answer, or the reason why there is none. */
  async #send(request: Request): Promise<AxiosResponse<string> | string> {
    const { signal, timeout = IDLE_TIMEOUT } = this.#options;
    signal?.throwIfAborted();
    // One controller and one timer a request: composed signals cost as much as the request itself.
    const call = new AbortController();
    const abort = () => call.abort();
    const timer = setTimeout(abort, Math.min(TOTAL_TIMEOUT, timeout * 5));
    signal?.addEventListener('abort', abort);
    try {
      const { path, query, accept, body, type = 'application/json' } = request;
      const answer = await this.#axios.request<Buffer>({
        method: methodOf(request),
        url: path + search(query),
        headers: { Accept: accept, ...(body !== undefined && { 'Content-Type': type }) },
        data: body,
        signal: call.signal,
      });
      return { ...answer, data: this.#textOf(answer) };
    } catch (error) {
      signal?.throwIfAborted();
      if (call.signal.aborted) return LATE;
      if (!isAxiosError(error)) return (error as NodeJS.ErrnoException).code ?? String(error);
      return error.code === 'ECONNABORTED' ? LATE : (error.code ?? error.message);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** A refusal counts whatever its body is; of a 200 the body is all that counts. */
  #textOf({ status, headers, data }: AxiosResponse<Buffer>): string {
    try {
      return textOf(data, headers['content-encoding']);
    } catch (error) {
      if (status === 200) throw error;
      return '';
    }
  }

  #judge(request: Request, answer: AxiosResponse<string>): Tried {
    const { status } = answer;
    const body = tryParse(answer.data);
    const said = body === undefined ? answer.data : body;
    this.#learn(request, answer, said);
    if (status !== 200) return this.#refused(answer, said);
    if (body === undefined) return lost('the body is cut short or not JSON');
    try {
      request.check?.(body);
      return { body };
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      const words = wordsOf(body);
      const detail = words === '' ? error.message : `${error.message}, but with the words "${words}"`;
      return { outcome: { kind: 'malformed' }, detail, passes: true };
    }
  }

  #refused({ status, headers }: AxiosResponse<string>, body: unknown): Tried {
    const { clock, longestWait = MAX_WAIT, passes } = this.#options;
    const outcome = { kind: 'status', status } as const;
    const wait = serverWait({ retryAfter: headers['retry-after'] as unknown }, clock.now());
    return {
      outcome,
      detail: wordsOf(body) || 'no explanation',
      passes: isPassing(outcome) || passes?.(status, body) === true,
      ...(wait !== undefined && wait <= longestWait && { wait }),
    };
  }

  /** Takes what an answer says besides its rows: the server's time, and what is left of the budget. */
  #learn(request: Request, { status, headers }: AxiosResponse<string>, body: unknown): void {
    const { clock, waitIn } = this.#options;
    const lane = this.#laneOf(request.path);
    const told: unknown = headers['x-ratelimit-reset'];
    const reset = this.#options.reset === 'seconds' ? { resetSeconds: told } : { reset: told };
    const date: unknown = headers['date'];
    // A refusal can be a proxy's, whose clock is not the vendor's.
    if (status === 200) this.#serverClock.learn(date, clock.now());
    if (status === 429) {
      const hints = {
        retryAfter: headers['retry-after'] as unknown,
        msBeforeNext: msBeforeNext(body),
        ...reset,
        date,
        words: waitIn?.(body, clock.now()),
      };
      this.#pause(request.path, serverWait(hints, clock.now()));
      return;
    }
    this.#refusedLane = undefined;
    lane?.passed();
    this.#options.budget.passed();
    const remaining = numberOf(headers['x-ratelimit-remaining']);
    const resetIn = serverWait({ ...reset, date }, clock.now());
    // What a limited endpoint says is of its own limit, as far as anybody knows (*unverified*).
    // https://docs.segmentapis.com/tag/Rate-Limits
    if (remaining !== undefined && resetIn !== undefined)
      (lane ?? this.#options.budget).learn(remaining, resetIn);
  }

  /**
   * After a 429. One in a lane is of the lane's own limit or of the one of all, and does not say which: until something
   * gets through, the others try their luck one at a time, and a second lane that is refused settles it.
   */
  #pause(path: string, wait: number | undefined): void {
    const { budget } = this.#options;
    const lane = this.#laneOf(path);
    const isOfAll = !lane || (this.#refusedLane !== undefined && this.#refusedLane !== lane);
    this.#refusedLane = lane;
    lane?.pause(path, wait);
    if (isOfAll) budget.pause(path, wait);
    else budget.doubt();
  }
}

const methodOf = ({ body }: Request) => (body === undefined ? 'GET' : 'POST');

function search(query: Request['query'] = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

function lost(reason: string): Tried {
  const isTooLarge = reason === TOO_LARGE;
  const outcome: Outcome = { kind: isTooLarge ? 'too-large' : 'network' };
  const detail = isTooLarge ? `more than ${LARGEST_BODY / 1024 ** 2} MiB` : (BROKEN[reason] ?? reason);
  return { outcome, detail, passes: isPassing(outcome) };
}

const statusOf = (outcome: Outcome) => (outcome.kind === 'status' ? outcome.status : undefined);
const describe = (outcome: Outcome) => (outcome.kind === 'status' ? `HTTP ${outcome.status}` : outcome.kind);

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
