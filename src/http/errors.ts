/** What went wrong with a request, before anybody says what it means for a table. */
export type HttpErrorKind =
  | 'status' // an answer that retrying does not change
  | 'unavailable' // no answer, a broken one, or a server error: still so after all retries
  | 'too-large' // an answer of more bytes than are read
  | 'malformed' // an answer that is not of the documented shape: still so after all retries
  | 'rate-limited'; // told to wait longer than we do

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: HttpErrorKind;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The request's path, without its query. */
  readonly path: string;

  constructor(kind: HttpErrorKind, path: string, message: string, status?: number) {
    super(message);
    this.kind = kind;
    this.path = path;
    this.status = status;
  }
}

/** An answer whose body is not what the documents promise. Thrown by a request's `check`. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}
