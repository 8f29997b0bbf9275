import { boolean, record, required, string, timestamp } from '../../../engine/schema.ts';

export const auditEvent = record({
  id: required(string('Id of the event')),
  timestamp: required(timestamp('When it happened')),
  type: string('What happened, such as Source Function Deleted'),
  actor: string('Who did it: the id of a user or of an API token'),
  actorEmail: string('Email address of the user who did it; absent for tokens'),
  resourceId: string('Id of the resource it was done to'),
  resourceType: string('Type of that resource, such as function'),
  resourceName: string('Name of that resource'),
  workspaceId: string('Id of the workspace; added by this connector'),
  actorType: string(
    'user, token or system; null where the actor tells none of these; added by this connector',
  ),
  actorId: string('Id of that user or token alone; null for the system; added by this connector'),
  productArea: string('Area of Segment, such as Sources; null for an unknown type; added by this connector'),
  action: string('What was done, such as deleted; null for an unknown type; added by this connector'),
  outcome: string('success or failure; null where the type tells neither; added by this connector'),
  isAttempt: boolean('Whether it is a failure that Segment itself tries again; added by this connector'),
});
