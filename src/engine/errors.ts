/** Who must act: the person (`config_error`), the vendor (`transient_error`), or we (`system_error`). */
export type FailureType = 'config_error' | 'transient_error' | 'system_error';

/** A failure that a person reads: one sentence on what happened and what to do. Details go into `internal`. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly failureType: FailureType;
  /** For whoever looks closer: status, path, the API's own words. Masked like everything else before it is written. */
  readonly internal: string | undefined;

  constructor(failureType: FailureType, message: string, internal?: string) {
    super(message);
    this.failureType = failureType;
    this.internal = internal;
  }
}

export const configError = (message: string, internal?: string) =>
  new ConnectorError('config_error', message, internal);
export const transientError = (message: string, internal?: string) =>
  new ConnectorError('transient_error', message, internal);
export const systemError = (message: string, internal?: string) =>
  new ConnectorError('system_error', message, internal);

/** Anything thrown, as something a person can read: what we did not foresee is our bug. */
export function asConnectorError(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return systemError(
    'The connector failed in a way that it did not foresee; please report it with the log.',
    detail,
  );
}
