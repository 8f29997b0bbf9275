/**
 * How an answer travels, apart from what it says. It is told in the terms of a `Response`, so that msw in-process and
 * the HTTP server of `listen.ts` act on the same thing: an error response is a reset connection, a body that breaks
 * is a connection that broke.
 */
import { HttpResponse } from 'msw';

export type Mishap = 'reset' | 'reset-mid-body' | 'hang';

export interface Delivery {
  delayMs: number;
  mishap?: Mishap;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** `signal` tells that the client went away. */
export async function deliver(answer: Answer, delivery: Delivery, signal: AbortSignal): Promise<Response> {
  const { status, headers, text } = answer;
  if (delivery.delayMs > 0) await pause(delivery.delayMs, signal);
  switch (delivery.mishap) {
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

const WITHOUT_BODY = new Set([204, 205, 304]);

function pause(ms: number, signal: AbortSignal): Promise<void> {
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
