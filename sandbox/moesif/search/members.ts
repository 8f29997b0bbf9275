/** Members of an object of the language: what is not known is refused. */
import { unparsable } from '../api/reply.ts';
import { isObject } from './mapping.ts';

/** The one member that there may be. */
export function only(body: unknown, what: string): [string, unknown] {
  const members = isObject(body) ? Object.entries(body) : [];
  if (members.length !== 1) throw unparsable(`[${what}] must be an object with exactly one member`);
  return members[0] as [string, unknown];
}

export function expectMembers(body: unknown, what: string, known: readonly string[]): void {
  if (!isObject(body)) throw unparsable(`[${what}] must be an object`);
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unparsable(`[${what}] query does not support [${unknown}]`);
}
