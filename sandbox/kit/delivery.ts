/**
 * What is asked, what is answered, and what befalls the answer on its way; `listen.ts` takes it over HTTP.
 */
export interface Incoming {
  readonly method: string;
  readonly url: URL;
  /** A header by its name in small letters. */
  readonly header: (name: string) => string | null;
  /** What was sent with it; absent with a method that sends nothing. */
  readonly body?: Buffer;
}

/** Whether a request with this method brings a body. */
export const bringsBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

type Mishap = 'reset' | 'reset-mid-body' | 'hang';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** In place of the text: a body that is made while it is sent, in pieces that end anywhere. A reset comes after them. */
  readonly chunks?: () => Iterable<Buffer>;
  readonly delayMs: number;
  readonly mishap: Mishap | undefined;
}

/** Answers a request; undefined for one that is none of its own. */
export type Serve = (asked: Incoming) => Answer | undefined;

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
