/**
 * What is asked, what is answered, and how the answer travels: in-process by msw's handlers, or over HTTP by `listen.ts`.
 */
import { http, HttpResponse, type RequestHandler } from 'msw';

export interface Incoming {
  readonly method: string;
  readonly url: URL;
  /** A header by its name in small letters. */
  readonly header: (name: string) => string | null;
}

type Mishap = 'reset' | 'reset-mid-body' | 'hang';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly delayMs: number;
  readonly mishap: Mishap | undefined;
}

/** Answers a request; undefined for one that is none of its own. */
export type Serve = (asked: Incoming) => Answer | undefined;

/** For msw: an error response is a reset connection, a body that breaks is a connection that broke. */
export const handlerOf = (serve: Serve): RequestHandler =>
  http.all('*', ({ request }) => {
    const { method, headers, signal } = request;
    const answer = serve({ method, url: new URL(request.url), header: (name) => headers.get(name) });
    return answer && deliver(answer, signal);
  });

/** `signal` tells that the client went away. */
async function deliver(answer: Answer, signal: AbortSignal): Promise<Response> {
  const { status, headers, text, delayMs, mishap } = answer;
  if (delayMs > 0) await pause(delayMs, signal);
  switch (mishap) {
    case 'reset':
      return HttpResponse.error();
    case 'hang':
      await gone(signal);
      return HttpResponse.error();
    case 'reset-mid-body': {
      const bytes = new TextEncoder().encode(text);
      const length = { 'Content-Length': String(bytes.length) };
      return new HttpResponse(half(bytes), { status, headers: { ...headers, ...length } });
    }
    case undefined:
      return new HttpResponse(WITHOUT_BODY.has(status) ? null : text, { status, headers });
  }
}

export const WITHOUT_BODY = new Set([204, 205, 304]);

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void gone(signal).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function gone(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A body that breaks in the middle. The error waits for the next pull, so that the first half is really read. */
function half(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream(
    {
      pull(controller) {
        if (sent) {
          controller.error(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
          return;
        }
        sent = true;
        controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
      },
    },
    { highWaterMark: 0 },
  );
}
