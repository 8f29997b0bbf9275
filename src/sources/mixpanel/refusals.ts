import type { HttpError } from '../../http/errors.ts';

/** Bad credentials are a 401, or a 400 with these words. */
export const isUnauthenticated = ({ kind, status, message }: HttpError): boolean =>
  kind === 'status' && (status === 401 || (status === 400 && /unable to authenticate/i.test(message)));

/** Mixpanel's own timeout, which comes as a 400 and may pass. */
export const isTimeout = ({ status, message }: Pick<HttpError, 'status' | 'message'>): boolean =>
  status === 400 && /timeout error/i.test(message);

/** Mixpanel no longer keeps the answer whose next page was asked for. */
export const isForgotten = ({ status, message }: HttpError): boolean =>
  status === 400 && /uncached query/i.test(message);

/** Pages of that many profiles are none that Mixpanel gives. */
export const isOfPageSize = ({ status, message }: HttpError): boolean =>
  status === 400 && /page_size/i.test(message);

/** A day was asked for that has not begun in the zone of the project. */
export const isOfToday = ({ status, message }: HttpError): boolean =>
  status === 400 && /cannot be later than today/i.test(message);
