/** Audiences and computed traits of each space. */
import { ALPHA, found, owned, STABLE } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import type { Row } from '../contract.ts';
import {
  activations,
  audience,
  AUDIENCES,
  computedTraits,
  destinationConnections,
  reference,
  schedules,
} from '../data/audiences.ts';
import { numberOf } from '../data/spaces.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';
import { inSpaces, spaceAt, spacesOf } from './spaces.ts';

const audiencesOf = (space: Row, world: World): readonly Row[] =>
  world.list('audiences').filter((row) => row['spaceId'] === space['id']);

/** The audience of a path, in the space of that path. */
function audienceAt(asked: Asked): Row {
  const { spaceId, audienceId } = asked.path;
  const own = audiencesOf(spaceAt(asked, spaceId), asked.world);
  return found(own.find(({ id }) => id === audienceId));
}

/** The rows of all audiences with the fields that a connector adds. */
const inAudiences = (rows: (audience: Row, world: World) => readonly Row[]) => ({
  key: ['spaceId', 'audienceId', 'id'],
  rows: (world: World) =>
    spacesOf(world).flatMap((space) =>
      audiencesOf(space, world).flatMap((audience) =>
        rows(audience, world).map((row) => ({ ...row, spaceId: space['id'], audienceId: audience['id'] })),
      ),
    ),
});

/** Every other audience of its space, for two out of three. */
const referencesOf = (audience: Row, world: World): readonly Row[] =>
  numberOf(audience['key']) % 3 === 2
    ? []
    : world
        .list('audiences')
        .filter(({ id, spaceId }) => spaceId === audience['spaceId'] && id !== audience['id'])
        .map(reference);

const schedulesOf = (audience: Row, { seed }: World) => schedules(seed, audience);
const connectionsOf = (audience: Row, { seed, estate }: World) =>
  destinationConnections(seed, audience, estate.destinations);
const activationsOf = (audience: Row, { seed, estate }: World) =>
  activations(seed, audience, estate.identity['id']);
const computedTraitsOf = (space: Row, { seed }: World) => computedTraits(seed, space);

const PATH = '/spaces/{spaceId}/audiences/{audienceId}';

export const audiences: Family = {
  collections: { audiences: { size: () => AUDIENCES, make: audience } },
  operations: [
    {
      path: '/spaces/{id}/audiences',
      list: 'audiences',
      versions: STABLE,
      requestsPerMinute: 60,
      counts: { largest: 200, usual: 200 },
      total: true,
      end: 'null',
      ...owned('audiences', (asked) => audiencesOf(spaceAt(asked), asked.world)),
    },
    {
      path: PATH,
      versions: STABLE,
      requestsPerMinute: 100,
      get: (asked) => ({ audience: asked.world.leaving(audienceAt(asked)) }),
    },
    {
      path: `${PATH}/schedules`,
      versions: ['v1', 'v1alpha'],
      get: (asked) => ({
        audienceSchedules: schedulesOf(audienceAt(asked), asked.world).map((row) => asked.world.leaving(row)),
      }),
    },
    {
      path: `${PATH}/activations`,
      list: 'activations',
      versions: ALPHA,
      requestsPerMinute: 60,
      total: false,
      end: 'absent',
      rows: (asked) => activationsOf(audienceAt(asked), asked.world),
    },
    {
      path: `${PATH}/destination-connections`,
      list: 'connections',
      versions: ALPHA,
      requestsPerMinute: 50,
      total: true,
      end: 'null',
      rows: (asked) => connectionsOf(audienceAt(asked), asked.world),
    },
    {
      path: `${PATH}/audience-references`,
      list: 'audiences',
      versions: ALPHA,
      requestsPerMinute: 25,
      total: true,
      end: 'absent',
      rows: (asked) => referencesOf(audienceAt(asked), asked.world),
    },
    {
      path: '/spaces/{id}/computed-traits',
      list: 'computedTraits',
      versions: ALPHA,
      requestsPerMinute: 25,
      total: true,
      end: 'null',
      rows: (asked) => computedTraitsOf(spaceAt(asked), asked.world),
    },
  ],
  tables: {
    audiences: { key: ['spaceId', 'id'], rows: inSpaces(audiencesOf) },
    audience_schedules: inAudiences(schedulesOf),
    audience_activations: inAudiences(activationsOf),
    audience_destinations: inAudiences(connectionsOf),
    audience_references: inAudiences(referencesOf),
    computed_traits: { key: ['spaceId', 'id'], rows: inSpaces(computedTraitsOf) },
  },
};
