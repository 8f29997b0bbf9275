/** Who did something. */
export interface Actor {
  readonly type: 'user' | 'token' | 'system' | null;
  /** The id alone, as in users; what the API tells where it is not known what that is; null for the system. */
  readonly id: string | null;
}

const TOKEN = 'public-api-token/';
const USER = 'users/';
const SYSTEM: readonly string[] = ['__system__', 'segment'];

/**
 * Who stands in an event's `actor`: `public-api-token/<id>`, `users/<id>` or the bare id of a user, who has an address,
 * `__system__` or `Segment` (*unverified*, all seen). Anything else is nobody that we know.
 * https://docs.segmentapis.com/tag/Audit-Trail
 */
export function actorOf(actor: unknown, email: unknown): Actor {
  const hasEmail = typeof email === 'string' && email !== '';
  if (typeof actor !== 'string' || actor === '') return { type: hasEmail ? 'user' : null, id: null };
  if (actor.startsWith(TOKEN)) return { type: 'token', id: actor.slice(TOKEN.length) };
  if (actor.startsWith(USER)) return { type: 'user', id: actor.slice(USER.length) };
  if (hasEmail) return { type: 'user', id: actor };
  return SYSTEM.includes(actor.toLowerCase()) ? { type: 'system', id: null } : { type: null, id: actor };
}

/** Every way in which the API may write such an actor: a choice of one of them is a choice of all. */
export function spellings(type: Actor['type'], id: Actor['id']): string[] {
  if (type === 'system') return [...SYSTEM];
  if (id === null) return [];
  return type === 'user' ? [id, USER + id] : type === 'token' ? [id, TOKEN + id] : [id];
}
