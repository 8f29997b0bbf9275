import { array, boolean, record, required, string, timestamp } from '../../../engine/schema.ts';
import { spaceId } from './spaces.ts';

/** Sample values (`samples`) are what people's profiles hold. They come only where they are asked for: never here. */

export const spaceTrait = record({
  spaceId,
  collection: required(string('Whose trait it is: users or accounts; added by this connector')),
  trait: required(string('Name of the trait')),
  type: string('Where it comes from: CUSTOM, COMPUTED, AUDIENCE or SQL'),
  lastSeenAt: timestamp('When it was last seen'),
});

export const spaceEvent = record({
  spaceId,
  type: required(string('Call of the Segment spec: TRACK, IDENTIFY, PAGE, SCREEN, GROUP or ALIAS')),
  name: required(string('Name of the event')),
  lastSeenAt: timestamp('When it was last seen'),
});

export const spaceEventProperty = record({
  spaceId,
  eventName: required(string('Name of the event that it comes with')),
  type: required(string('Where it stands in the event: PROPERTY or CONTEXT')),
  name: required(string('Name of the property')),
  lastSeenAt: timestamp('When it was last seen'),
});

export const entityPath = record({
  spaceId,
  id: required(string('Id of the path')),
  entityName: string('Display name of the entity'),
  pathName: string('Display name of the path, from the root to the entity'),
  entitySlug: string('Slug of the entity'),
  relationshipSlugs: array(string('Slug of a relationship'), 'Relationships from the root to the entity'),
  childRelationshipSlugs: array(string('Slug of a relationship'), 'Relationships that go on from the entity'),
  parentRelationshipSlugPath: string('The way from the root, as slugs with colons; empty at a root'),
});

export const entityProperty = record({
  spaceId,
  entitySlug: required(string('Slug of the entity; added by this connector')),
  name: required(string('Name of the property')),
  primaryKey: boolean('Whether it identifies the entity'),
  dataType: string('Data type of the property'),
});
