/** Kinds of audit events, under present, former and unknown names, each with what a connector has to make of it. */
import type { Row } from '../contract.ts';

type Outcome = 'success' | 'failure' | null;

const kind = (
  type: string,
  productArea: string | null,
  action: string | null,
  outcome: Outcome = 'success',
) => ({
  type,
  productArea,
  action,
  outcome,
  isAttempt: action === null || productArea === null ? null : false,
});

/** Every failure of these is tried again. */
const attempt = (type: string, productArea: string) => ({
  ...kind(type, productArea, 'failed', 'failure'),
  isAttempt: true,
});

export const KINDS = [
  kind('Source Created', 'Sources', 'created'),
  kind('Source Settings Modified', 'Sources', 'modified'),
  kind('Source Disabled', 'Sources', 'disabled'),
  kind('Schema Event Property Rule Edited To Required', 'Sources', 'modified'),
  kind('Source Function Updated', 'Functions', 'modified'),
  kind('Integration Disabled', 'Destinations', 'disabled'),
  kind('Integrations Deleted', 'Destinations', 'deleted'),
  kind('Destination Enabled', 'Destinations', 'enabled'),
  kind('Destination Filter Disabled', 'Destination Filters', 'disabled'),
  kind('Warehouse Credential Modified', 'Warehouses', 'modified'),
  kind('Warehouse Run Failed', 'Warehouses', 'failed', 'failure'),
  kind('Storage Destination Deleted', 'Storage', 'deleted'),
  kind('Storage Destination Sync Partially Succeeded', 'Storage', 'partially succeeded', 'failure'),
  kind('Tracking Plan New Event Blocked', 'Tracking Plans', 'blocked'),
  kind('Violations Detected', 'Tracking Plans', 'detected', null),
  kind('Transformation Updated', 'Transformations', 'modified'),
  kind('Audience CSV Downloaded', 'Audiences', 'downloaded'),
  attempt('Audience Run Failed', 'Audiences'),
  attempt('Computed Trait Destination Sync Failed', 'Computed Traits'),
  kind('Personas Warehouse Source Created', 'Engage Warehouse Sources', 'created'),
  kind('Engage Warehouse Source Deleted', 'Engage Warehouse Sources', 'deleted'),
  kind('Profiles Sync Warehouse Retrieved', 'Profiles Sync', 'read'),
  kind('Source Connected To Space', 'Spaces', 'connected'),
  kind('Consent Category Modified', 'Consent Management', 'modified'),
  kind('User Policy Updated', 'Users', 'modified'),
  kind('User Added To User Group', 'Users', 'added'),
  kind('Permission Check', 'Users', 'checked', null),
  kind('Support Login', 'Workspace', 'logged in'),
  kind('Model State Change Toggled', 'Other', 'toggled'),
  // No list has these: half a name, and none.
  kind('Source Teleported', 'Sources', null, null),
  kind('Größe «neu» 🙂', null, null, null),
];

const BY_TYPE = new Map(KINDS.map((one) => [one.type, one]));

/** The event with what a connector adds to it, as the sandbox means it. By Object.assign, as there may be a million. */
export const explained = (event: Row, workspaceId: unknown): Row =>
  Object.assign({}, event, BY_TYPE.get(String(event['type'])), { ...actorOf(event), workspaceId });

function actorOf({ actor, actorEmail }: Row): Row {
  const [, prefix, id] = /^(users|public-api-token)\/(.*)$/.exec(String(actor)) ?? [];
  if (prefix !== undefined) return { actorType: prefix === 'users' ? 'user' : 'token', actorId: id };
  if (actor === '__system__' || actor === 'Segment') return { actorType: 'system', actorId: null };
  return { actorType: actorEmail === undefined ? null : 'user', actorId: actor };
}
