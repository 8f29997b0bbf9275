import { afterAll, afterEach, beforeAll } from '@jest/globals';
import axios, { AxiosError, AxiosHeaders, type AxiosAdapter, type InternalAxiosRequestConfig } from 'axios';
import { pause, WITHOUT_BODY, type Answer, type Incoming } from '../../sandbox/kit/delivery.ts';

/** Who answers: a sandbox, or a test with words of its own; undefined for what is none of its business. */
interface Answering {
  serve(asked: Incoming): Answer | Promise<Answer> | undefined;
}

/**
 * Stands where axios's HTTP adapter stands, so that a request costs a third of what it costs over a socket, and tests can
 * read hundreds of workspaces. How the client bears a real network is the matter of test/http and of the tests that run
 * the connector as a process.
 */
class Network {
  #answering: readonly Answering[] = [];
  #onRequest: ((asked: Incoming) => void)[] = [];
  #onAnswer: (() => void)[] = [];

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

  forgetListeners(): void {
    this.#onRequest = [];
    this.#onAnswer = [];
  }

  readonly adapter: AxiosAdapter = async (config) => {
    const url = new URL(`${config.baseURL ?? ''}${config.url ?? ''}`);
    const header = (name: string) => (config.headers.get(name) as string | undefined) ?? null;
    // Nothing is answered in the turn in which it is asked.
    await new Promise((turn) => setImmediate(turn));
    const asked = { method: (config.method ?? 'get').toUpperCase(), url, header };
    for (const listener of this.#onRequest) listener(asked);
    const answer = await this.#answerTo(asked);
    for (const listener of this.#onAnswer) listener();
    return arrive(answer, config);
  };

  async #answerTo(asked: Incoming): Promise<Answer> {
    for (const one of this.#answering) {
      const answer = await one.serve(asked);
      if (answer) return answer;
    }
    throw new Error(`Nobody answers ${asked.url.href}.`);
  }
}

/** What axios makes of an answer, and of the mishaps on its way. */
async function arrive(
  { status, headers, text, delayMs, mishap }: Answer,
  config: InternalAxiosRequestConfig,
) {
  const { signal, timeout = 0 } = config;
  const waits = mishap === 'hang' ? timeout : delayMs;
  if (waits > 0) await pause(waits, signal as AbortSignal);
  switch (mishap) {
    case 'hang':
      throw new AxiosError(`timeout of ${timeout}ms exceeded`, AxiosError.ECONNABORTED, config);
    case 'reset':
      throw new AxiosError('socket hang up', 'ECONNRESET', config);
    case 'reset-mid-body':
      throw new AxiosError('stream has been aborted', AxiosError.ERR_BAD_RESPONSE, config);
    case undefined:
      // Node.js gives the names of headers in small letters.
      return {
        status,
        statusText: '',
        headers: new AxiosHeaders(
          Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        ),
        data: Buffer.from(WITHOUT_BODY.has(status) ? '' : text),
        config,
      };
  }
}

/** In place of the network, for all tests of the file that calls it. */
export function useNetwork(): Network {
  const network = new Network();
  const { adapter } = axios.defaults;
  beforeAll(() => void (axios.defaults.adapter = network.adapter));
  afterEach(() => network.forgetListeners());
  afterAll(() => {
    if (adapter) axios.defaults.adapter = adapter;
  });
  return network;
}

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
