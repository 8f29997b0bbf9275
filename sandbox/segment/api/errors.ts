/** Refusals, in the API's envelope: `{"errors":[{type, message, field?, data?}]}`. */
export interface RequestError {
  type: string;
  message: string;
  field?: string;
  data?: unknown;
}

export class Refusal extends Error {
  readonly status: number;
  readonly error: RequestError;

  constructor(status: number, error: RequestError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }

  get body(): { errors: RequestError[] } {
    return { errors: [this.error] };
  }
}

export const unauthorized = (): Refusal =>
  new Refusal(401, { type: 'unauthorized', message: 'The token is missing or unknown here.' });

export const forbidden = (): Refusal =>
  new Refusal(403, { type: 'forbidden', message: 'The token may not read this resource.' });

export const notFound = (): Refusal =>
  new Refusal(404, { type: 'NotFound', message: 'Nothing lives at this path.' });

export const notAcceptable = (accept: string, versions: readonly string[]): Refusal =>
  new Refusal(406, {
    type: 'not-acceptable',
    message: `Accept names none of ${versions.join(', ')}: ${JSON.stringify(accept)}`,
    field: 'Accept',
  });

export const invalid = (field: string, complaint: string): Refusal =>
  new Refusal(422, { type: 'input-validation', message: `"${field}" ${complaint}`, field });

export const planLacks = (): Refusal =>
  new Refusal(400, { type: 'bad-request', message: 'Your plan does not include this resource.' });
