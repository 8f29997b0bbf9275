/**
 * What the profiles of each space are made of: names of traits, events, entities and their properties, and when they
 * were last seen. Never their values: those are personal data, so `includeSampleValues` is not sent.
 *
 * All of it is alpha at Segment, and each list has 25 requests a minute of its own. Its `totalEntries` is an estimate,
 * at least for traits, so a list of more than one page is read twice. Asked for by name: the usual order, by the last
 * time that something was seen, changes while it is paged. https://docs.segmentapis.com/tag/Space-Schema
 */
import type { MayLack, Parent, Stream } from '../../../engine/stream.ts';
import { V1_ALPHA, type SegmentApi } from '../api.ts';
import { worse } from '../listing.ts';
import { segment } from '../paths.ts';
import {
  entityPath,
  entityProperty,
  spaceEvent,
  spaceEventProperty,
  spaceTrait,
} from '../schemas/space-schema.ts';
import { changed } from './rows.ts';
import { eachSpace } from './spaces.ts';

const docs = 'https://docs.segmentapis.com/tag/Space-Schema';
const requestsPerMinute = 25;
const gate = 'the Spaces feature in the workspace (a plan with Unify or Engage)';
const estimated = { accept: V1_ALPHA, isCounted: false };
const byName = { ...estimated, query: { sortBy: 'name', sortDir: 'asc' } };

function traitsOf(api: SegmentApi, path: string, collection: string) {
  const query = { collection, sortBy: 'trait', sortDir: 'asc' };
  return changed(api.list(path, 'traits', { ...estimated, query }), (row) => [{ ...row, collection }]);
}

/** The API takes users where no collection is named, and a trait does not say which it is of. */
export const spaceTraits: Stream<SegmentApi> = {
  name: 'space_traits',
  description:
    'Traits seen in each space, of users and of accounts (alpha); two requests per space and page, twice ' +
    'as many where there is more than one page, 25 a minute',
  endpoint: 'GET /spaces/{id}/traits',
  docs,
  requestsPerMinute,
  primaryKey: ['spaceId', 'collection', 'trait'],
  isKeyOurs: true,
  schema: spaceTrait,
  parent: eachSpace,
  gate,
  async *read({ api, parent }) {
    const path = `${eachSpace.path(parent)}/traits`;
    let mayLack: MayLack = undefined;
    for (const collection of ['users', 'accounts'])
      mayLack = worse(mayLack, yield* traitsOf(api, path, collection));
    return mayLack;
  },
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};

export const spaceEvents: Stream<SegmentApi> = {
  name: 'space_events',
  description:
    'Events seen in each space (alpha); one request per space and page, twice as many where there is more than one ' +
    'page, 25 a minute',
  endpoint: 'GET /spaces/{id}/events',
  docs,
  requestsPerMinute,
  // A page and a track can have the same name.
  primaryKey: ['spaceId', 'type', 'name'],
  isKeyOurs: true,
  schema: spaceEvent,
  parent: eachSpace,
  gate,
  read: ({ api, parent }) => api.list(`${eachSpace.path(parent)}/events`, 'events', byName),
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};

/** Events are asked about by name, whatever their type. One cannot be asked for by itself, so its properties are. */
const eachEventName: Parent<SegmentApi> = {
  stream: spaceEvents,
  keep: ['spaceId', 'name'],
  path: ({ spaceId, name }) => `${eachSpace.path({ id: spaceId })}/events/${segment(name)}/properties`,
};

export const spaceEventProperties: Stream<SegmentApi> = {
  name: 'space_event_properties',
  description:
    'Properties seen in the events of each space (alpha); one request per name of an event and page, twice as many ' +
    'where there is more than one page, 25 a minute: names / 25 minutes',
  endpoint: 'GET /spaces/{spaceId}/events/{eventName}/properties',
  docs,
  requestsPerMinute,
  // `properties.title` and `context.title` are two: their sample values are asked for by type, too.
  primaryKey: ['spaceId', 'eventName', 'type', 'name'],
  isKeyOurs: true,
  schema: spaceEventProperty,
  refersTo: { eventName: ['space_events'] },
  parent: eachEventName,
  gate,
  read: ({ api, parent }) => api.list(eachEventName.path(parent), 'eventProperties', byName),
  inject: ({ parent }) => ({ spaceId: parent['spaceId'], eventName: parent['name'] }),
};

export const entityPaths: Stream<SegmentApi> = {
  name: 'entity_paths',
  description:
    'Ways through the data graph of each space to its entities (alpha); one request per space and page, twice as ' +
    'many where there is more than one page, 25 a minute',
  endpoint: 'GET /spaces/{id}/entity-paths',
  docs,
  requestsPerMinute,
  primaryKey: ['spaceId', 'id'],
  schema: entityPath,
  parent: eachSpace,
  gate: 'a data graph in the space (a plan with Unify and Linked Profiles)',
  read: ({ api, parent }) => api.list(`${eachSpace.path(parent)}/entity-paths`, 'entityPaths', estimated),
  inject: ({ parent }) => ({ spaceId: parent['id'] }),
};

/** Many paths can lead to an entity; it is asked for once. It cannot be by itself, so its properties are. */
const eachEntity: Parent<SegmentApi> = {
  stream: entityPaths,
  keep: ['spaceId', 'entitySlug'],
  path: ({ spaceId, entitySlug }) =>
    `${eachSpace.path({ id: spaceId })}/entities/${segment(entitySlug)}/properties`,
};

export const entityProperties: Stream<SegmentApi> = {
  name: 'entity_properties',
  description:
    'Properties of the entities that a path leads to (alpha); one request per entity and page, twice as many where ' +
    'there is more than one page, 25 a minute: entities / 25 minutes',
  endpoint: 'GET /spaces/{spaceId}/entities/{entitySlug}/properties',
  docs,
  requestsPerMinute,
  primaryKey: ['spaceId', 'entitySlug', 'name'],
  isKeyOurs: true,
  schema: entityProperty,
  refersTo: { entitySlug: ['entity_paths'] },
  parent: eachEntity,
  gate: 'a data graph in the space (a plan with Unify and Linked Profiles)',
  read: ({ api, parent }) => api.list(eachEntity.path(parent), 'entityProperties', estimated),
  inject: ({ parent }) => ({ spaceId: parent['spaceId'], entitySlug: parent['entitySlug'] }),
};
