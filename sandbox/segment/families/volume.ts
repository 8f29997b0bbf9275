/** How many events came in, by source, name and type. */
import { counted, COUNTED_BY, indexed, listed } from '../api/counts.ts';
import { STABLE } from '../api/lists.ts';
import type { Asked, ListOperation } from '../api/operation.ts';
import { page } from '../api/page.ts';
import type { Row } from '../contract.ts';
import { BUCKETS, kinds, knownUntil, points, type Kind } from '../data/counts.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

/** Series in one answer, at most; it does not say that there are more. */
const MOST = 5000;
const DIMENSIONS = ['source', 'eventName', 'eventType'];
const FILTERS = ['sourceId', 'eventName', 'eventType', 'appVersion'];

/** The events of the workspace; of some nobody knows the source. Deleted sources stay counted. */
function eventsOf(world: World): Kind[] {
  const sources = world.estate.sources.flatMap(({ id, name, slug }, index) => {
    const source = [{ id, name, slug }, { id }, { id, name: null }][index % 3];
    return kinds(`${world.seed}/volume/${String(id)}`, 2, { source });
  });
  return [...sources, { draw: world.seed, dimensions: { eventName: 'Lost', eventType: 'track' } }];
}

function volume(asked: Asked): readonly Row[] {
  const wanted = FILTERS.map((name) => listed(asked, name));
  const isWanted = ({ dimensions: { source, eventName, eventType } }: Kind): boolean =>
    [(source as Row | undefined)?.['id'], eventName, eventType, undefined].every((value, index) => {
      const values = wanted[index] ?? [];
      return values.length === 0 || values.includes(String(value));
    });
  return counted(asked, eventsOf(asked.world).filter(isWanted), DIMENSIONS).slice(0, MOST);
}

const LIST: ListOperation = {
  path: '/events/volume',
  versions: STABLE,
  list: 'result',
  total: true,
  end: 'absent',
  rows: volume,
};

function* rows(world: World): Generator<Row> {
  const until = knownUntil(world.clock.now());
  for (const kind of eventsOf(world)) {
    const { source, eventName, eventType } = kind.dimensions;
    const names = {
      sourceId: (source as Row | undefined)?.['id'] ?? '',
      eventName: eventName ?? '',
      eventType: eventType ?? '',
    };
    for (const point of points([kind], world.countedSince, until, BUCKETS.DAY))
      yield { ...kind.dimensions, ...names, granularity: 'DAY', ...point };
  }
}

export const eventsVolume: Family = {
  operations: [
    {
      path: LIST.path,
      versions: LIST.versions,
      requestsPerMinute: 60,
      parameters: [
        ...COUNTED_BY,
        ...['pagination.count', 'pagination.cursor'],
        ...indexed('groupBy', DIMENSIONS.length),
        ...FILTERS.flatMap((name) => indexed(name, 50)),
      ],
      required: COUNTED_BY,
      get: (asked) => ({
        path: '/observability/event_volume/v2.json',
        query: { workspaceId: asked.world.estate.identity['id'], ...asked.query },
        ...page(LIST, asked, LIST.path),
      }),
    },
  ],
  tables: {
    events_volume: { key: ['time', 'sourceId', 'eventName', 'eventType', 'granularity'], rows },
  },
};
