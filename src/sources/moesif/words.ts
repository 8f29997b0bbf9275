import { isObject } from './hits.ts';

/**
 * The words of a refusal, where it has any: Moesif's own, in either of the members that clients of theirs read, or those of the
 * search behind it. Both forms are *unverified*: no document has them.
 */
export function wordsIn(body: unknown): unknown {
  const { moesif_error: own, error } = isObject(body) ? body : {};
  const { msg, message, reason } = [own, error].find(isObject) ?? {};
  return msg ?? message ?? reason;
}
