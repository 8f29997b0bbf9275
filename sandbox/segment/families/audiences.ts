/** Audiences and computed traits of each space. */
import { ALPHA, found, owned, STABLE } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below } from '../below.ts';
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

const audiencesOf = (world: World, space: Row): readonly Row[] =>
  world.list('audiences').filter((row) => row['spaceId'] === space['id']);

/** The audience of a path, in the space of that path. */
function audienceAt(asked: Asked): Row {
  const { spaceId, audienceId } = asked.path;
  const own = audiencesOf(asked.world, spaceAt(asked, spaceId));
  return found(own.find(({ id }) => id === audienceId));
}

/** The rows of all audiences with the fields that a connector adds. */
const inAudiences = (rows: (world: World, audience: Row) => readonly Row[]) => ({
  key: ['spaceId', 'audienceId', 'id'],
  rows: (world: World) =>
    spacesOf(world).flatMap((space) =>
      audiencesOf(world, space).flatMap((audience) =>
        rows(world, audience).map((row) => ({ ...row, spaceId: space['id'], audienceId: audience['id'] })),
      ),
    ),
});

/** Every other audience of its space, for two out of three. */
const referencesOf = below(['id'], (world: World, audience: Row) =>
  numberOf(audience['key']) % 3 === 2
    ? []
    : world
        .list('audiences')
        .filter(({ id, spaceId }) => spaceId === audience['spaceId'] && id !== audience['id'])
        .map(reference),
);

const schedulesOf = ({ seed }: World, audience: Row) => schedules(seed, audience);
const connectionsOf = below(['id'], ({ seed, estate }: World, audience: Row) =>
  destinationConnections(seed, audience, estate.destinations),
);
const activationsOf = below(['id'], ({ seed, estate }: World, audience: Row) =>
  activations(seed, audience, estate.identity['id']),
);
const computedTraitsOf = below(['id'], ({ seed }: World, space: Row) => computedTraits(seed, space));

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
      ...owned('audiences', (asked) => audiencesOf(asked.world, spaceAt(asked))),
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
        audienceSchedules: schedulesOf(asked.world, audienceAt(asked)).map((row) => asked.world.leaving(row)),
      }),
    },
    {
      path: `${PATH}/activations`,
      list: 'activations',
      versions: ALPHA,
      requestsPerMinute: 60,
      total: false,
      end: 'absent',
      ...activationsOf.at((asked) => [audienceAt(asked)]),
    },
    {
      path: `${PATH}/destination-connections`,
      list: 'connections',
      versions: ALPHA,
      requestsPerMinute: 50,
      total: true,
      end: 'null',
      ...connectionsOf.at((asked) => [audienceAt(asked)]),
    },
    {
      path: `${PATH}/audience-references`,
      list: 'audiences',
      versions: ALPHA,
      requestsPerMinute: 25,
      total: true,
      end: 'absent',
      ...referencesOf.at((asked) => [audienceAt(asked)]),
    },
    {
      path: '/spaces/{id}/computed-traits',
      list: 'computedTraits',
      versions: ALPHA,
      requestsPerMinute: 25,
      total: true,
      end: 'null',
      ...computedTraitsOf.at((asked) => [spaceAt(asked)]),
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
