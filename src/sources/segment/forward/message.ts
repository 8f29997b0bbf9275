import type { MessageOptions } from '../../../engine/forwarding.ts';
import type { Row } from '../../../engine/stream.ts';
import { messageIdFor, type Target } from '../../../tracking/target.ts';

/** Who Segment's own forwarding names for what Segment did by itself. */
const SYSTEM = '__system__';
/** Who did what nobody is named for; a call without anybody is dropped. */
const NOBODY = '__unknown__';

/**
 * An audit event as the track call that Segment's own Audit Forwarding makes of it
 * (https://github.com/segmentio/functions-library/tree/master/sources/audit-forwarding), as far as the API tells: what is
 * in `details` for some types alone, such as `source_id`, it does not. `properties.email` is ours. Pure.
 */
export function auditMessage(
  event: Row,
  target: Pick<Target, 'write_key'>,
  { isNamedByType, library }: MessageOptions,
): Row {
  const { id, timestamp, type, workspaceId, resourceId, resourceType, resourceName, actorEmail } = event;
  const { userId, subject } = doerOf(event);
  return {
    type: 'track',
    event: isNamedByType && type ? type : 'Audit',
    userId,
    messageId: messageIdFor(target, 'segment-audit', JSON.stringify([workspaceId, id])),
    timestamp,
    context: { library },
    properties: {
      type,
      workspace_id: workspaceId,
      ...(actorEmail != null && { email: actorEmail }),
      details: { resource_id: resourceId, resource_type: resourceType, subject, target: resourceName },
    },
  };
}

/**
 * A user by the id alone; a token with its kind before it, so that it is no user's id by chance. How the forwarding names
 * tokens is not documented (*unverified*).
 */
function doerOf({ actor, actorType, actorId }: Row): { readonly userId: unknown; readonly subject: unknown } {
  if (actorType === 'system') return { userId: SYSTEM, subject: SYSTEM };
  if (actorType === 'token') return { userId: actor, subject: actor };
  if (typeof actorId !== 'string' || actorId === '') return { userId: NOBODY, subject: undefined };
  return { userId: actorId, subject: actorType === 'user' ? `users/${actorId}` : actor };
}
