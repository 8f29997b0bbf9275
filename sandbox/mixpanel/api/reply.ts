/** What the API says, and what it says instead. */
import { encode } from '../../kit/json.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** In place of the text: lines, each with its line feed, made when they are asked for. */
  readonly lines?: () => Iterable<string>;
}

export const inJson = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  text: encode(body),
});

export const inText = (status: number, text: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'text/plain', ...headers },
  text,
});

export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(reply.text);
    this.reply = reply;
  }
}

/** The place of a request as errors repeat it. */
export const requestOf = (url: URL): string => url.pathname + url.search;

/** 400 with a reason. */
export const invalid = (url: URL, error: string): Refusal =>
  new Refusal(inJson(400, { request: requestOf(url), error }));

export const missing = (error: string): Refusal => new Refusal(inJson(404, { error, status: 'error' }));
