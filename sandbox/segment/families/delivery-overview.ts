/** What became of the events of each source and at each destination, step by step. */
import { hash } from '../../kit/random.ts';
import { counted, COUNTED_BY, indexed, readRange } from '../api/counts.ts';
import { invalid } from '../api/errors.ts';
import { found } from '../api/lists.ts';
import type { Asked, ListOperation } from '../api/operation.ts';
import type { Row } from '../contract.ts';
import { BUCKETS, kinds, knownUntil, points, type Kind, type Point } from '../data/counts.ts';
import type { Family, Table } from '../family.ts';
import type { World } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The documented reach of each granularity: the widest range, and the oldest start. */
const LIMITS = {
  MINUTE: { range: 4 * HOUR, age: 48 * HOUR },
  HOUR: { range: 14 * DAY, age: 30 * DAY },
  DAY: { range: 30 * DAY, age: 30 * DAY },
};

interface Step {
  readonly path: string;
  readonly place: 'source' | 'destination';
  /** Whether events end here, for a reason. */
  readonly isEnd: boolean;
}

const STEPS: readonly Step[] = [
  { path: 'successfully-received', place: 'source', isEnd: false },
  { path: 'failed-on-ingest', place: 'source', isEnd: true },
  { path: 'filtered-at-source', place: 'source', isEnd: true },
  { path: 'filtered-at-destination', place: 'destination', isEnd: true },
  { path: 'failed-delivery', place: 'destination', isEnd: true },
  { path: 'successful-delivery', place: 'destination', isEnd: false },
];

const REASONS = ['message.size.exceeded', 'Größe > 32 kB', undefined, null];
const FURTHER: Readonly<Record<Step['place'], readonly string[]>> = {
  source: ['appVersion'],
  destination: ['appVersion', 'subscriptionId', 'activationId', 'audienceId', 'spaceId'],
};

/** Some places have no events at all, as those that are not covered. */
function eventsAt(world: World, { path, isEnd }: Step, id: unknown): Kind[] {
  const place = `${world.seed}/${path}/${String(id)}`;
  if (hash(place) % 4 === 0) return [];
  return kinds(place, 1).map((kind, index) => {
    if (!isEnd) return kind;
    const discardReason = REASONS[(hash(place) + index) % REASONS.length];
    return {
      ...kind,
      dimensions: { ...kind.dimensions, ...(discardReason !== undefined && { discardReason }) },
    };
  });
}

/** Where the events are counted that were asked for. */
function placeOf({ world, query }: Asked, { place }: Step): unknown {
  const source = found(world.source(query['sourceId'] ?? ''));
  if (place === 'source') return source['id'];
  const { id, sourceId } = found(world.destination(query['destinationConfigId'] ?? ''));
  if (sourceId !== source['id']) throw invalid('sourceId', 'is not the source of the destination');
  return id;
}

function dataset(asked: Asked, step: Step): readonly Row[] {
  const id = placeOf(asked, step);
  const { start, end, granularity } = readRange(asked);
  const { range, age } = LIMITS[granularity];
  if (end - start > range) throw invalid('startTime', 'makes the range too wide');
  if (asked.world.clock.now() - start > age) throw invalid('startTime', 'is too long ago');
  const dimensions = ['eventName', 'eventType', ...FURTHER[step.place]];
  if (step.path !== 'successfully-received') dimensions.push('discardReason');
  return counted(asked, eventsAt(asked.world, step, id), dimensions, (sums) => ({
    series: sums.map((point) => withRetries(step, point)),
    ...(step.path === 'successful-delivery' && { totalRetryCount: 0 }),
  }));
}

/** A delivery can take more than one attempt. */
const withRetries = ({ path }: Step, point: Point): Row =>
  path === 'successful-delivery' && point.count % 3 > 0
    ? { ...point, retryCount: point.count % 3 }
    : { ...point };

const operation = (step: Step): ListOperation => {
  const ids = step.place === 'source' ? ['sourceId'] : ['sourceId', 'destinationConfigId'];
  return {
    path: `/delivery-overview/${step.path}`,
    versions: ['v1beta'],
    list: 'dataset',
    total: true,
    end: step.isEnd ? 'null' : 'absent',
    parameters: [...ids, ...COUNTED_BY, ...indexed('groupBy', 8)],
    required: [...ids, ...COUNTED_BY],
    rows: (asked) => dataset(asked, step),
  };
};

/** Whole days of the 30 that are kept: nothing is asked for that goes within a minute. */
const keptSince = (now: number): number => (Math.floor((now - 30 * DAY + MINUTE) / DAY) + 1) * DAY;

function* rows(world: World, step: Step): Generator<Row> {
  const now = world.clock.now();
  const since = Math.max(world.countedSince, keptSince(now));
  for (const { id, sourceId } of step.place === 'source' ? world.sources : world.destinations) {
    const ids = step.place === 'source' ? { sourceId: id } : { sourceId, destinationId: id };
    for (const kind of eventsAt(world, step, id)) {
      const { eventName, eventType, discardReason } = kind.dimensions;
      const names = {
        eventName: eventName ?? '',
        eventType: eventType ?? '',
        ...(step.isEnd && { discardReason: discardReason ?? '' }),
      };
      for (const point of points([kind], since, knownUntil(now), BUCKETS.DAY))
        yield { ...ids, ...names, granularity: 'DAY', ...withRetries(step, point) };
    }
  }
}

const table = (step: Step): Table => ({
  key: [
    ...(step.place === 'source' ? ['sourceId'] : ['sourceId', 'destinationId']),
    ...['time', 'eventName', 'eventType'],
    ...(step.isEnd ? ['discardReason'] : []),
    'granularity',
  ],
  rows: (world) => rows(world, step),
});

export const deliveryOverview: Family = {
  operations: STEPS.map(operation),
  tables: Object.fromEntries(
    STEPS.map((step) => [`delivery_overview_${step.path.replaceAll('-', '_')}`, table(step)]),
  ),
};
