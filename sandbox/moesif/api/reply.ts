/** What the API says, and what it says instead: in its own words, or in those of the search behind it. */
import { encode } from '../../kit/json.ts';
import type { Row } from '../contract.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A text goes out as it stands, anything else as JSON. */
  readonly body: unknown;
}

export const textOf = (body: unknown): string => (typeof body === 'string' ? body : encode(body));

export const reply = (status: number, body: Row, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body,
});

export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(textOf(reply.body));
    this.reply = reply;
  }
}

/** In Moesif's own form, as its clients read it; the code is unverified. */
export const refusal = (status: number, code: string, msg: string, headers: Reply['headers'] = {}): Reply =>
  reply(status, { moesif_error: { code, msg } }, headers);

/** In the form of the search behind it. https://www.elastic.co/guide/en/elasticsearch/reference/current/common-options.html */
const searchRefusal = (type: string, reason: string): Reply =>
  reply(400, { error: { root_cause: [{ type, reason }], type, reason }, status: 400 });

/** 400 for a parameter. */
export const invalid = (msg: string): Refusal => new Refusal(refusal(400, 'bad_request', msg));

/** 400 for something in the body that is no search. */
export const unparsable = (reason: string): Refusal =>
  new Refusal(searchRefusal('parsing_exception', reason));

/** 400 for a search that cannot be. */
export const illegal = (reason: string): Refusal =>
  new Refusal(searchRefusal('illegal_argument_exception', reason));
