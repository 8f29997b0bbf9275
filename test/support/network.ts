/**
 * Stands where axios's HTTP adapter stands, so that a request costs a third of what an intercepted one does, and tests can
 * read hundreds of workspaces. How the client bears a real network is the matter of test/http and of the tests that run the
 * connector as a process. A test file that imports this has no other network.
 */
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import axios, { AxiosError, AxiosHeaders, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import { pause, WITHOUT_BODY, type Answer, type Incoming } from '../../sandbox/kit/delivery.ts';

/** Who answers: a sandbox, or a test with words of its own; undefined for what is none of its business. */
interface Answering {
  serve(asked: Incoming): Answer | Promise<Answer> | undefined;
}

class Network {
  #answering: readonly Answering[] = [];
  #onRequest: ((asked: Incoming) => void)[] = [];
  #onAnswer: (() => void)[] = [];
  #turns = () => 1;
  #broken: Error | undefined;

  /** From now on these answer, the first one first. */
  answerBy(...answering: readonly Answering[]): void {
    this.#answering = answering;
  }

  /** Is told each request before it is answered, until the test is over. */
  onRequest(listener: (asked: Incoming) => void): void {
    this.#onRequest.push(listener);
  }

  /** Is told after each answer, until the test is over. */
  onAnswer(listener: () => void): void {
    this.#onAnswer.push(listener);
  }

  /** How many turns of the event loop a request is on its way: where they differ, answers overtake each other. */
  takeTurns(turns: () => number): void {
    this.#turns = turns;
  }

  forgetListeners(): void {
    [this.#onRequest, this.#onAnswer, this.#turns] = [[], [], () => 1];
  }

  /** Ends a test. Throws what went wrong in the sandbox or in a listener, which must not pass for a fault of the network. */
  end(): void {
    this.forgetListeners();
    const broken = this.#broken;
    this.#broken = undefined;
    if (broken) throw broken;
  }

  readonly adapter: AxiosAdapter = async (config) => {
    const url = new URL(`${config.baseURL ?? ''}${config.url ?? ''}`);
    const header = (name: string) => (config.headers.get(name) as string | undefined) ?? null;
    // Nothing is answered in the turn in which it is asked.
    for (let turns = this.#turns(); turns > 0; turns -= 1) await new Promise((turn) => setImmediate(turn));
    const method = (config.method ?? 'get').toUpperCase();
    const body = typeof config.data === 'string' && { body: Buffer.from(config.data) };
    const answer = await this.#answerTo({ method, url, header, ...body });
    return arrive(answer, config);
  };

  async #answerTo(asked: Incoming): Promise<Answer> {
    try {
      for (const listener of this.#onRequest) listener(asked);
      const answer = await this.#firstAnswer(asked);
      for (const listener of this.#onAnswer) listener();
      const { chunks } = answer;
      return chunks ? { ...answer, chunks: () => this.#watched(chunks) } : answer;
    } catch (error) {
      this.#blame(error);
      throw error;
    }
  }

  /** What goes wrong while a body is made. */
  *#watched(chunks: () => Iterable<Buffer>): Generator<Buffer, void> {
    try {
      yield* chunks();
    } catch (error) {
      this.#blame(error);
      throw error;
    }
  }

  #blame(error: unknown): void {
    this.#broken ??= error instanceof Error ? error : new Error(String(error));
  }

  async #firstAnswer(asked: Incoming): Promise<Answer> {
    for (const one of this.#answering) {
      const answer = await one.serve(asked);
      if (answer) return answer;
    }
    throw new Error(`Nobody answers ${asked.url.href}.`);
  }
}

/** What axios makes of an answer, and of the mishaps on its way. */
async function arrive(answer: Answer, config: InternalAxiosRequestConfig) {
  const { status, headers, delayMs, mishap } = answer;
  const { signal, timeout = 0 } = config;
  const isLate = mishap === 'hang' || (timeout > 0 && delayMs >= timeout);
  const waits = isLate ? timeout : delayMs;
  if (waits > 0) await pause(waits, signal as AbortSignal);
  if (isLate) throw new AxiosError(`timeout of ${timeout}ms exceeded`, AxiosError.ECONNABORTED, config);
  if (mishap === 'reset') throw new AxiosError('socket hang up', 'ECONNRESET', config);
  const isStream = config.responseType === 'stream';
  if (mishap === 'reset-mid-body' && !isStream)
    throw new AxiosError('stream has been aborted', AxiosError.ERR_BAD_RESPONSE, config);
  // Node.js gives the names of headers in small letters.
  const told = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    status,
    statusText: '',
    headers: new AxiosHeaders(Object.fromEntries(told)),
    data: isStream
      ? Readable.from(coming(answer), { objectMode: false })
      : Buffer.concat([...bodyOf(answer)]),
    config,
  };
}

function bodyOf({ status, text, chunks }: Answer): Iterable<Buffer> {
  if (WITHOUT_BODY.has(status)) return [];
  return chunks ? chunks() : [Buffer.from(text)];
}

/**
 * A body on its way, made no faster than it is taken. Of one that breaks off half of the bytes come, unless it is made in
 * pieces: then whoever makes it ends it where it is to break.
 */
async function* coming(answer: Answer): AsyncGenerator<Buffer, void> {
  const breaksOff = answer.mishap === 'reset-mid-body';
  for (const piece of bodyOf(answer)) {
    const come = breaksOff && !answer.chunks ? piece.subarray(0, piece.length / 2) : piece;
    if (come.length > 0) yield come;
    // No piece comes in the turn of another.
    await new Promise((turn) => setImmediate(turn));
  }
  if (breaksOff) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

export const network = new Network();
const { adapter: http } = axios.defaults;
beforeAll(() => void (axios.defaults.adapter = network.adapter));
afterEach(() => network.end());
afterAll(() => {
  if (http) axios.defaults.adapter = http;
});

/** An answer in JSON. */
export const inJson = (
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  text: JSON.stringify(body),
  delayMs: 0,
  mishap: undefined,
});
