import type { Row } from '../../../engine/stream.ts';
import { DAY, instant, iso, SECOND } from '../../../engine/windows.ts';
import { HttpError } from '../../../http/errors.ts';
import type { SegmentApi } from '../api.ts';
import { isDenied } from '../explain.ts';
import { AUDIT_TRAIL_DAYS } from '../streams/audit-events.ts';

/** When each user was last seen in the audit trail. */
export interface Activity {
  /** An ISO 8601 instant; null where the trail has nothing of that user. */
  lastOf(userId: unknown, email: unknown): string | null;
}

/** Reads the trail as far back as it is kept. Undefined where the plan or the role keeps it closed. */
export async function activityIn(api: SegmentApi): Promise<Activity | undefined> {
  const now = await api.time();
  const query = { startTime: iso(now - AUDIT_TRAIL_DAYS * DAY + 60 * SECOND), endTime: iso(now) };
  const last = new Map<string, number>();
  try {
    for await (const events of api.list('/audit-events', 'events', { query }))
      for (const event of events) note(event, last);
  } catch (error) {
    const isClosed = error instanceof HttpError && isDenied(error) && (await api.refusal()) === undefined;
    if (isClosed) return undefined;
    throw error;
  }
  return {
    lastOf: (userId, email) => {
      const times = keysOf(userId, email).map((key) => last.get(key) ?? -Infinity);
      const time = Math.max(...times);
      return time === -Infinity ? null : iso(time);
    },
  };
}

/** An actor is `users/<id>` or the bare id (*unverified*, both seen); tokens and the system are nobody's activity. */
function note({ actor, actorEmail, timestamp }: Row, last: Map<string, number>): void {
  const time = instant(timestamp);
  if (Number.isNaN(time)) return;
  const userId = typeof actor === 'string' ? actor.replace(/^users\//, '') : undefined;
  for (const key of keysOf(userId, actorEmail)) last.set(key, Math.max(time, last.get(key) ?? time));
}

/** How the trail knows somebody. Who has no address is not all those that have none, as tokens and the system. */
const keysOf = (userId: unknown, email: unknown): string[] => [
  ...(isText(userId) ? [`id ${userId}`] : []),
  ...(isText(email) ? [`email ${email.toLowerCase()}`] : []),
];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
