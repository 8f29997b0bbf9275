import { HttpError } from '../http/errors.ts';
import { configError, systemError, transientError, type ConnectorError } from './errors.ts';

/** What a proxy of HTTPS_PROXY answers to a stranger. */
const PROXY_REFUSES = 407;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/** No answer for reasons that lie on this side of the network more often than on theirs. */
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EPROTO|CERT_|.*CERT|.*_CERTIFICATE)/;

/** Whether an answer, or none, tells of something on the way rather than of what the vendor holds. */
export const isOfTheWay = ({ kind, status }: HttpError): boolean =>
  kind !== 'status' || status === PROXY_REFUSES || REDIRECTS.includes(status);

/** What came of a request, for whoever looks closer. */
export const detailOf = ({ path, status, message }: HttpError, method = 'GET'): string =>
  `${method} ${path}: ${status === undefined ? '' : `HTTP ${status}: `}${message}`;

/** What something on the way to the vendor means for the person; of errors that `isOfTheWay` tells. */
export function troubleOnTheWay(
  error: HttpError,
  about: { readonly subject: string; readonly vendor: string; readonly method?: string },
): ConnectorError {
  const { subject, vendor } = about;
  const detail = detailOf(error, about.method);
  if (error.status === PROXY_REFUSES) {
    return configError(
      `${subject}: the proxy of this machine refuses the connection; check HTTPS_PROXY.`,
      detail,
    );
  }
  if (REDIRECTS.includes(error.status)) {
    return configError(
      `${subject}: something on the way to ${vendor} redirects the request (HTTP ${error.status}), which is not followed; ` +
        'check "api_url", HTTPS_PROXY, and whether the network asks for a login.',
      detail,
    );
  }
  if (error.kind === 'rate-limited') {
    const message = `${subject}: ${vendor}'s rate limit holds longer than we wait (${error.message}); try again later.`;
    return transientError(message, detail);
  }
  if (error.kind === 'too-large') {
    return configError(
      `${subject}: an answer is too large to be read (${error.message}); lower "page_size", or report it where the table has no pages.`,
      detail,
    );
  }
  if (error.kind === 'malformed') {
    const message = `${subject}: ${vendor}'s answer is not of the documented shape (${error.message}); please report it if it stays so.`;
    return systemError(message, detail);
  }
  if (UNREACHABLE.test(error.message)) {
    const message = `${subject}: ${vendor} cannot be reached (${error.message}); check the network, HTTPS_PROXY and "api_url".`;
    return transientError(message, detail);
  }
  const isRefused = error.status !== undefined && error.status !== 200;
  const status = isRefused ? `HTTP ${error.status}` : error.message;
  return transientError(
    `${subject}: ${vendor} did not answer usably (${status}), also when asked again; try again later.`,
    detail,
  );
}
