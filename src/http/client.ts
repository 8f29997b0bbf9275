import type { Readable } from 'node:stream';
import type { AxiosResponse } from 'axios';
import { BROKEN_OFF, LATE } from './arriving.ts';
import { LARGEST_BODY, TOO_LARGE } from './body.ts';
import type { RateBudget } from './budget.ts';
import type { Clock } from './clock.ts';
import { elementsOf, NO_JSON } from './elements.ts';
import { HttpError, MalformedAnswer } from './errors.ts';
import { parseJson } from './json.ts';
import { linesOf, wholeLinesOf } from './lines.ts';
import { backoff, isPassing, MAX_RETRIES, MAX_WAIT, numberOf, serverWait, type Outcome } from './retry.ts';
import { ServerClock } from './server-clock.ts';
import { methodOf, Wire, type Asked, type WireOptions, type Splitter } from './wire.ts';
import { msBeforeNext, wordsOf } from './words.ts';

const CUT_OR_NO_JSON = 'the body is cut short or not JSON';
/** What a person reads in place of a code that does not speak for itself. */
const BROKEN: Readonly<Record<string, string>> = {
  [BROKEN_OFF]: 'the connection broke while the answer was read',
  [LATE]: 'no complete answer in time',
  Z_BUF_ERROR: 'the body is cut short',
  [NO_JSON]: CUT_OR_NO_JSON,
  ECONNRESET: 'the connection broke',
  Z_DATA_ERROR: 'the body cannot be unpacked',
};

export interface Request extends Asked {
  /** Throws MalformedAnswer where the body of a 200 is not of the documented shape. */
  readonly check?: (body: unknown) => void;
}

const TOO_MUCH = `more than ${LARGEST_BODY / 1024 ** 2} MiB`;
/** The codes of what Brotli cannot unpack: one for each way in which it cannot. */
const BROTLI = /^ERR__ERROR_/;

/** Endpoints that the server counts by themselves: one budget beside the one that all share. */
export interface Lane {
  /** Whether a request's path is one of them. */
  readonly holds: (path: string) => boolean;
  readonly budget: RateBudget;
}

export interface ClientOptions extends WireOptions {
  readonly budget: RateBudget;
  readonly lanes?: readonly Lane[];
  readonly clock: Clock;
  /** Retries of faults that pass; fewer where a person waits for the answer. */
  readonly retries?: number;
  /** How long (ms) a server can keep a request waiting. */
  readonly longestWait?: number;
  /**
   * The wait (ms) that the words of a 429 tell, where none of its headers does; undefined where they tell none. The body is
   * parsed where it is JSON, else its text.
   */
  readonly waitIn?: (body: unknown, now: number) => number | undefined;
  /** Refusals that pass by themselves, besides those of HTTP's own meaning. The body as for `waitIn`. */
  readonly passes?: (status: number, body: unknown) => boolean;
  /** Where a refusal has its words, if in a member of the vendor's own; undefined where that is not there. */
  readonly wordsIn?: (body: unknown) => unknown;
  /** Statuses of answers that bring what was asked for, where it is not 200 alone. Bodies that are read as they come have 200. */
  readonly successes?: readonly number[];
  /** What `X-RateLimit-Reset` holds: a date where left out. */
  readonly reset?: 'date' | 'seconds';
  /** For the debug log: what was asked and what came of it. Never headers or query. */
  readonly onAnswer?: (line: string) => void;
}

interface Failed {
  readonly outcome: Outcome;
  readonly detail: string;
  /** Whether it may be otherwise when asked again. */
  readonly passes: boolean;
  /** The server's own waiting time (ms). */
  readonly wait?: number;
}
type Tried<T> = { readonly body: T } | Failed;

/**
 * Asks for JSON, whole or in parts as they come, and for lines: keeps connections alive, obeys the budget, retries what
 * passes. Proxies come from the environment.
 */
export class HttpClient {
  readonly #options: ClientOptions;
  readonly #wire: Wire;
  readonly #serverClock = new ServerClock();
  /** The lane that was refused last, while nothing has got through since. */
  #refusedLane: RateBudget | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#wire = new Wire(options);
  }

  /** How far the server's clock is ahead of ours (ms); undefined until an answer has told it. */
  get ahead(): number | undefined {
    return this.#serverClock.ahead;
  }

  /** The parsed body of a 200. Throws HttpError; AbortError where the run was stopped. */
  get(request: Omit<Request, 'body' | 'type'>): Promise<unknown> {
    return this.#ask(request, () => this.#try(request));
  }

  /**
   * The same for what is sent. A try whose answer was lost may have had its effect, and is made again all the same: only for
   * what does no harm when it comes twice.
   */
  post(request: Request & { readonly body: string }): Promise<unknown> {
    return this.#ask(request, () => this.#try(request));
  }

  /**
   * The lines of the body of a 200 as they come, in batches, so that one of any length needs no more memory than a short one.
   * It is read no faster than they are taken; who takes them does the parsing. Throws as `get` does until the first of
   * them; from then on nothing is asked again, as what was handed on would come twice: a body that breaks off throws
   * HttpError, after its complete lines. Who stops early closes the connection.
   */
  lines(request: Asked): AsyncGenerator<readonly string[], void> {
    return this.#read(request, linesOf);
  }

  /** The same, as bytes: in pieces of whole lines, of which each ends with an LF. */
  wholeLines(request: Asked): AsyncGenerator<Buffer, void> {
    return this.#read(request, wholeLinesOf);
  }

  /**
   * The elements of a list in the object that is the body of a 200, parsed, as they come; in the end that object with the list
   * emptied. Where it has no such list there are none, and the object is as it came. Throws as `lines` does.
   */
  elements(request: Asked, list: string): AsyncGenerator<readonly unknown[], unknown> {
    return this.#read(request, (bytes) => elementsOf(bytes, list));
  }

  async *#read<T, R>(request: Asked, split: Splitter<T, R>): AsyncGenerator<T, R> {
    const answer = await this.#ask(request, () => this.#open(request));
    try {
      const rest = yield* this.#wire.parts(answer, split);
      this.#tell(request, 'ok');
      return rest;
    } catch (error) {
      const broken = brokenOff(error, request.path);
      if (broken instanceof HttpError) this.#tell(request, `${broken.kind}: ${broken.message}`);
      throw broken;
    }
  }

  /** Makes a try until it has an answer. */
  async #ask<T>(request: Asked, attempt: () => Promise<Tried<T>>): Promise<T> {
    const { clock, signal, retries = MAX_RETRIES, longestWait = MAX_WAIT } = this.#options;
    let failed = 0;
    let refusedSince: number | undefined;
    for (;;) {
      const tried = await this.#inTurn(request, refusedSince !== undefined, attempt);
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
  #inTurn<T>({ path }: Asked, wasRefused: boolean, send: () => Promise<T>): Promise<T> {
    const shared = () => this.#options.budget.run(path, send, wasRefused);
    const lane = this.#laneOf(path);
    return lane ? lane.run(path, shared, wasRefused) : shared();
  }

  #laneOf(path: string): RateBudget | undefined {
    return this.#options.lanes?.find((lane) => lane.holds(path))?.budget;
  }

  async #try(request: Request): Promise<Tried<unknown>> {
    const answer = await this.#wire.send(request);
    const tried = typeof answer === 'string' ? lost(answer) : this.#judge(request, answer);
    this.#tell(request, 'body' in tried ? 'ok' : `${describe(tried.outcome)}: ${tried.detail}`);
    return tried;
  }

  /** A try whose 200 has its body still to come. */
  async #open(request: Asked): Promise<Tried<AxiosResponse<Readable>>> {
    const answer = await this.#wire.open(request);
    const tried = typeof answer === 'string' ? lost(answer) : this.#judgeOpen(request, answer);
    this.#tell(request, 'body' in tried ? 'its body begins' : `${describe(tried.outcome)}: ${tried.detail}`);
    return tried;
  }

  #tell(request: Asked, came: string): void {
    this.#options.onAnswer?.(`${methodOf(request)} ${request.path}: ${came}`);
  }

  #isSuccess(status: number): boolean {
    return (this.#options.successes ?? [200]).includes(status);
  }

  #judge(request: Request, answer: AxiosResponse<string>): Tried<unknown> {
    const body = tryParse(answer.data);
    if (!this.#isSuccess(answer.status)) return this.#refused(request, answer, body);
    this.#learn(request, answer, body);
    if (body === undefined) return lost(CUT_OR_NO_JSON);
    try {
      request.check?.(body);
      return { body };
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      const words = wordsOf(body);
      const detail = words === '' ? error.message : `${error.message}, with the words "${words}"`;
      return { outcome: { kind: 'malformed' }, detail, passes: true };
    }
  }

  #judgeOpen(
    request: Asked,
    { data, ...head }: AxiosResponse<Readable> | AxiosResponse<string>,
  ): Tried<AxiosResponse<Readable>> {
    if (typeof data === 'string') return this.#refused(request, { ...head, data }, tryParse(data));
    const answer = { ...head, data };
    this.#learn(request, answer, undefined);
    return { body: answer };
  }

  #refused(request: Asked, answer: AxiosResponse<string>, parsed: unknown): Failed {
    const { status, headers } = answer;
    const body = parsed === undefined ? answer.data : parsed;
    this.#learn(request, answer, body);
    const { clock, longestWait = MAX_WAIT, passes, wordsIn } = this.#options;
    const outcome = { kind: 'status', status } as const;
    const wait = serverWait({ retryAfter: headers['retry-after'] as unknown }, clock.now());
    return {
      outcome,
      detail: wordsOf(wordsIn?.(body) ?? body) || 'no explanation',
      passes: isPassing(outcome) || passes?.(status, body) === true,
      ...(wait !== undefined && wait <= longestWait && { wait }),
    };
  }

  /** Takes what an answer says besides its rows: the server's time, and what is left of the budget. */
  #learn(request: Asked, { status, headers }: AxiosResponse<string | Readable>, body: unknown): void {
    const { clock, waitIn } = this.#options;
    const lane = this.#laneOf(request.path);
    const told: unknown = headers['x-ratelimit-reset'];
    const reset = this.#options.reset === 'seconds' ? { resetSeconds: told } : { reset: told };
    const date: unknown = headers['date'];
    // A refusal can be a proxy's, whose clock is not the vendor's.
    if (this.#isSuccess(status)) this.#serverClock.learn(date, clock.now());
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

function lost(reason: string): Failed {
  const isTooLarge = reason === TOO_LARGE;
  const outcome: Outcome = { kind: isTooLarge ? 'too-large' : 'network' };
  const detail = isTooLarge ? TOO_MUCH : (BROKEN[reason] ?? reason);
  return { outcome, detail, passes: isPassing(outcome) };
}

/** What befell a body while it was read. Whatever else it is, is passed on: the end of the run, a bug. */
function brokenOff(error: unknown, path: string): unknown {
  if (error instanceof MalformedAnswer) return new HttpError('malformed', path, error.message, 200);
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === TOO_LARGE) return new HttpError('too-large', path, `a part of ${TOO_MUCH}`, 200);
  const words = BROKEN[code] ?? (BROTLI.test(code) ? BROKEN['Z_DATA_ERROR'] : undefined);
  return words === undefined ? error : new HttpError('unavailable', path, words, 200);
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
