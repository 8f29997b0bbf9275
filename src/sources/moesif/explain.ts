import { configError, systemError, transientError, type ConnectorError } from '../../engine/errors.ts';
import { detailOf, isOfTheWay, troubleOnTheWay } from '../../engine/trouble.ts';
import type { HttpError } from '../../http/errors.ts';
import { CUT_SHORT } from './hits.ts';

/** The subject of a failure that is of no table. */
export const CHECK = 'check';

/**
 * The sentence for a person. `subject`: the table, or what else it is about. What a status means:
 * https://www.moesif.com/docs/api#errors
 */
export function failureOf(error: HttpError, subject: string): ConnectorError {
  const { kind, status = 0, message } = error;
  const detail = detailOf(error, 'POST');
  if (kind === 'malformed' && message.startsWith(CUT_SHORT))
    return transientError(
      `${subject}: Moesif did not come to an end with a search in its own time, also when asked again (${message}); ` +
        'run it again later, or lower "page_size".',
      detail,
    );
  if (isOfTheWay(error)) return troubleOnTheWay(error, { subject, vendor: 'Moesif', method: 'POST' });
  const orElse = subject === CHECK ? '' : ', or deselect the table';
  const answered = `HTTP ${status}, "${message}"`;
  switch (status) {
    case 401:
      return configError(
        `${subject}: ${isOfScope(error) ? 'the' : 'Moesif does not accept the key for this, or the'} key lacks the scope ` +
          `"${scopeOf(error)}" (${answered}); make a Management API key with this scope and put it into ` +
          `"management_api_key"${orElse}.`,
        detail,
      );
    case 402:
      return configError(
        `${subject}: the Moesif subscription is not active, or does not have this (${answered}), which needs the scope ` +
          `"${scopeOf(error)}"; renew it or ask Moesif${orElse}.`,
        detail,
      );
    case 403:
      return configError(
        `${subject}: this key may not read it (${answered}); make a Management API key with the scope "${scopeOf(error)}" ` +
          `and put it into "management_api_key"${orElse}.`,
        detail,
      );
    case 404:
    case 410:
      return configError(
        `${subject}: Moesif has no such search at this address (${answered}); check "search_api", "application_id", and the path in ` +
          '"api_url".',
        detail,
      );
    default:
      return isTooLarge(error)
        ? configError(
            `${subject}: Moesif does not give as much at once (${answered}); lower "page_size".`,
            detail,
          )
        : systemError(
            `${subject}: Moesif refused the request (${answered}); please report it, the API may have changed.`,
            detail,
          );
  }
}

/** The status is that of a wrong key, too; the words tell the two apart (*unverified*, seen by a client of theirs). */
const isOfScope = ({ message }: HttpError): boolean => /requires \w+:\w+/i.test(message);

/** The scope that a search needs. */
function scopeOf({ path }: HttpError): string {
  const kind = ['users', 'companies'].find((one) => path.endsWith(`/${one}`)) ?? 'events';
  return `read:${kind}`;
}

/** A page beyond what the index gives, in the words that Elasticsearch has for it (*unverified* at Moesif). */
const isTooLarge = ({ status, message }: HttpError) =>
  status === 400 &&
  /result window is too large|\bsize\b.*\b(too large|at most|less than|exceed)/i.test(message);
