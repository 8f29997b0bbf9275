import { record, required, string, timestamp } from '../../../engine/schema.ts';

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
});
