import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import axios, {
  AxiosHeaders,
  getAdapter,
  isAxiosError,
  type AxiosAdapter,
  type AxiosRequestConfig,
  type AxiosResponse,
} from 'axios';
import { arriving, LATE, wholeOf } from './arriving.ts';
import { ENCODINGS, textOf, unpacking } from './body.ts';

/** Silence on the socket (ms) after which a request counts as lost. */
const IDLE_TIMEOUT = 60_000;
/** A request as a whole (ms): a body that trickles in must end too. */
const TOTAL_TIMEOUT = 5 * 60_000;
/** Bytes of a refusal that are read where its body comes as a stream: its words are in the first few hundred. */
const LARGEST_REFUSAL = 1024 ** 2;

/** What is asked of a path, without what its answer means. */
export interface Asked {
  /** Path below the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly accept: string;
  /** What is posted. */
  readonly body?: string;
  /** Content type of what is posted; JSON where left out. */
  readonly type?: string;
}

export interface WireOptions {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Connections at once, at most; those of bodies that are read as they come are not counted. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** Silence on the socket (ms) after which a request counts as lost. */
  readonly timeout?: number;
}

/** Makes parts of bytes that come in pieces that end anywhere. */
export type Splitter<T, R> = (bytes: AsyncIterable<Buffer>) => AsyncGenerator<T, R>;

/** One request and its one answer: connections, proxies, silence, the end of the run. It knows no budget and no retries. */
export class Wire {
  readonly #signal: AbortSignal | undefined;
  readonly #timeout: number;
  readonly #adapter: AxiosAdapter;
  readonly #common: AxiosRequestConfig;
  readonly #headers: Readonly<Record<string, string>>;
  /** Whoever reads lines keeps a connection for as long as it likes: it must not be one that others wait for. */
  readonly #ownConnections: AxiosRequestConfig;

  constructor({ baseUrl, headers, concurrency, signal, timeout = IDLE_TIMEOUT }: WireOptions) {
    this.#signal = signal;
    this.#timeout = timeout;
    // Each request under way listens to it; beyond ten Node.js would warn of a leak.
    if (signal) setMaxListeners(0, signal);
    this.#ownConnections = agents();
    // The one for Node.js, unless a test has put another one there.
    this.#adapter = getAdapter(axios.defaults.adapter);
    this.#headers = { ...headers, 'Accept-Encoding': ENCODINGS };
    this.#common = {
      baseURL: baseUrl,
      timeout,
      ...agents({ maxSockets: concurrency }),
      // A redirect is no answer of an API, and following one could hand the token to another host.
      maxRedirects: 0,
      // Plain http stays on this machine, where nobody reads along; a proxy would.
      ...(new URL(baseUrl).protocol === 'http:' && { proxy: false }),
      // A body comes packed: unpacking a whole one in one go costs a third of doing so in a stream.
      decompress: false,
      validateStatus: () => true,
    };
  }

  /** The answer with its whole body, or the reason why there is none. */
  send(asked: Asked): Promise<AxiosResponse<string> | string> {
    return this.#within(this.#longest, async (signal) => {
      const answer = await this.#request<Buffer>(asked, { responseType: 'arraybuffer', signal });
      // An answer that came with the end of the run counts no more.
      signal.throwIfAborted();
      return { ...answer, data: readable(answer, answer.data) };
    });
  }

  /** The same, as soon as the headers of a 200 came: its body is for `parts`. */
  async open(asked: Asked): Promise<AxiosResponse<Readable> | AxiosResponse<string> | string> {
    // Who streams may be given more time for silence than a request as a whole has elsewhere.
    const answer = await this.#within(undefined, (signal) =>
      this.#request<Readable>(asked, { ...this.#ownConnections, responseType: 'stream', signal }),
    );
    if (typeof answer === 'string' || answer.status === 200) return answer;
    return this.#within(this.#longest, async (signal) => {
      signal.addEventListener('abort', () => answer.data.destroy());
      const whole = await wholeOf(arriving(answer.data, this.#timeout), LARGEST_REFUSAL);
      return { ...answer, data: readable(answer, whole) };
    });
  }

  /**
   * The parts of a body as they come. Throws where the body breaks off. The connection is closed where they are left before
   * their end, and at the end of the run.
   */
  async *parts<T, R>(
    { data, headers }: AxiosResponse<Readable>,
    split: Splitter<T, R>,
  ): AsyncGenerator<T, R> {
    const close = () => void data.destroy();
    this.#signal?.addEventListener('abort', close);
    try {
      this.#signal?.throwIfAborted();
      const bytes = unpacking(arriving(data, this.#timeout), headers['content-encoding']);
      return yield* split(bytes);
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw error;
    } finally {
      this.#signal?.removeEventListener('abort', close);
      // Also where whoever unpacks it waits for more.
      close();
    }
  }

  /**
   * Straight to axios's adapter: its merging of defaults, interceptors and transforms, of which nothing is used here, takes nearly half
   * of axios's time. The signal must not have aborted before: the adapter would send all the same.
   */
  async #request<T>(asked: Asked, how: AxiosRequestConfig): Promise<AxiosResponse<T>> {
    const { headers, ...what } = of(asked);
    return await this.#adapter({
      ...this.#common,
      ...what,
      ...how,
      headers: new AxiosHeaders({ ...this.#headers, ...headers }),
    });
  }

  get #longest(): number {
    return Math.min(TOTAL_TIMEOUT, this.#timeout * 5);
  }

  /** What comes of a request, or the reason why nothing does, which may be that so many ms are over. */
  async #within<T>(ms: number | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T | string> {
    this.#signal?.throwIfAborted();
    // One controller and one timer a request: composed signals cost as much as the request itself.
    const call = new AbortController();
    const abort = () => call.abort();
    const timer = ms === undefined ? undefined : setTimeout(abort, ms);
    this.#signal?.addEventListener('abort', abort);
    try {
      return await run(call.signal);
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (call.signal.aborted) return LATE;
      if (!isAxiosError(error)) return (error as NodeJS.ErrnoException).code ?? String(error);
      return error.code ?? error.message;
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener('abort', abort);
    }
  }
}

export const methodOf = ({ body }: Asked) => (body === undefined ? 'GET' : 'POST');

function agents(options: http.AgentOptions = {}) {
  // What axios asks of each socket: with Node.js's own second each of them would set it anew for every request.
  const kept = { keepAlive: true, keepAliveMsecs: 60_000, ...options };
  return { httpAgent: new http.Agent(kept), httpsAgent: new https.Agent(kept) };
}

function of(asked: Asked) {
  const { path, query, accept, body, type = 'application/json' } = asked;
  return {
    method: methodOf(asked),
    url: path + search(query),
    headers: { Accept: accept, ...(body !== undefined && { 'Content-Type': type }) },
    data: body,
  };
}

function search(query: Asked['query'] = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

/** A refusal counts whatever its body is; of a 200 the body is all that counts. */
function readable({ status, headers }: AxiosResponse, body: Buffer): string {
  try {
    return textOf(body, headers['content-encoding']);
  } catch (error) {
    if (status === 200) throw error;
    return '';
  }
}
