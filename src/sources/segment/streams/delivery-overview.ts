import type { StreamSchema } from '../../../engine/schema.ts';
import type { MayLack, Parent, Row, Stream } from '../../../engine/stream.ts';
import { DAY, floor, iso, wholeDays } from '../../../engine/windows.ts';
import { V1_BETA, type SegmentApi } from '../api.ts';
import { worse } from '../listing.ts';
import { destinationCounts, destinationDiscards, sourceCounts, sourceDiscards } from '../schemas/counts.ts';
import { Flattener, numbered, pieces, SETTLES, SETTLES_AT_DESTINATION } from './counts.ts';
import { eachDestination } from './destinations.ts';
import { eachSource } from './sources.ts';

/** The oldest start that is allowed. https://docs.segmentapis.com/tag/Delivery-Overview */
const KEPT_DAYS = 30;
/** Days asked for at once: a third of what is kept, and less than the widest range (days by the hour: 14). */
const DAYS = 10;

const EVENT = ['eventName', 'eventType'];
const DISCARD = [...EVENT, 'discardReason'];

interface Step {
  /** What happened to the events. */
  readonly what: string;
  readonly path: string;
  readonly groups: readonly string[];
  readonly schema: StreamSchema;
}

/**
 * A step on the way of the events. Beta at Segment. Storage destinations and Reverse ETL are not covered yet, and what
 * is answered for them is not documented (*unverified*): nothing is no rows, and a refusal is reported.
 */
function step(
  { what, path, groups, schema }: Step,
  parent: Parent<SegmentApi>,
  idsOf: (row: Row) => { readonly asked: Record<string, string>; readonly ours: Row },
  settles: number,
): Stream<SegmentApi> {
  const subject = parent.stream.name.slice(0, -1);
  const dimensions = Object.fromEntries(groups.map((field) => [field, (series: Row) => series[field]]));
  const ids = Object.keys(idsOf({}).ours);
  return {
    name: path.replace('/', '').replace(/[/-]/g, '_'),
    description: `${what}, by day or hour, of the last ${KEPT_DAYS} days, kept on by each sync (beta); one request per ${subject}, ${DAYS} days and page: 4 per ${subject} at first, then 2, and more where there are pages`,
    endpoint: `GET ${path}?${Object.keys(idsOf({}).asked)
      .map((name) => `${name}=`)
      .join('&')}`,
    docs: 'https://docs.segmentapis.com/tag/Delivery-Overview',
    primaryKey: [...ids, 'time', ...groups, 'granularity'],
    schema,
    cursor: 'time',
    windows: wholeDays(DAYS, { retentionDays: KEPT_DAYS, lag: settles }),
    parent,
    gate: `a token with a role that may read the ${subject}, and a ${subject} that Delivery Overview covers`,
    async *read({ api, parent: row, window }) {
      const now = api.now();
      // A sync can last, and the oldest day go meanwhile.
      const kept = now - KEPT_DAYS * DAY;
      const start = Date.parse(window.start) < kept ? iso(floor(kept, 'day', 1)) : window.start;
      let mayLack: MayLack = undefined;
      for (const range of pieces({ ...window, start }, now, DAYS * DAY, settles)) {
        // A series that moved to a later page has let another one slip through.
        const flattener = new Flattener(path, dimensions, api.bucket, () => (mayLack = 'changed'));
        const query = {
          ...idsOf(row).asked,
          granularity: api.bucket,
          startTime: range.start,
          endTime: range.end,
          ...numbered('groupBy', groups),
        };
        const list = api.list(path, 'dataset', { query, accept: V1_BETA });
        const end = yield* flattened(list, flattener);
        mayLack = worse(mayLack, end);
      }
      return mayLack;
    },
    inject: ({ parent: row }) => idsOf(row).ours,
  };
}

async function* flattened(
  list: AsyncGenerator<readonly Row[], MayLack>,
  flattener: Flattener,
): AsyncGenerator<readonly Row[], MayLack> {
  for (;;) {
    const page = await list.next();
    if (page.done) return page.value;
    yield flattener.rows(page.value);
  }
}

const ofSource = (table: Step) =>
  step(table, eachSource, ({ id }) => ({ asked: { sourceId: String(id) }, ours: { sourceId: id } }), SETTLES);

/** That the destination's id is meant by `destinationConfigId` is not said anywhere (*unverified*). */
const ofDestination = (table: Step) =>
  step(
    table,
    eachDestination,
    ({ id, sourceId }) => ({
      asked: { sourceId: String(sourceId), destinationConfigId: String(id) },
      ours: { sourceId, destinationId: id },
    }),
    SETTLES_AT_DESTINATION,
  );

export const deliveryOverviewSuccessfullyReceived = ofSource({
  what: 'Events that Segment received',
  path: '/delivery-overview/successfully-received',
  groups: EVENT,
  schema: sourceCounts,
});

export const deliveryOverviewFailedOnIngest = ofSource({
  what: 'Events that Segment could not take in, and why',
  path: '/delivery-overview/failed-on-ingest',
  groups: DISCARD,
  schema: sourceDiscards,
});

export const deliveryOverviewFilteredAtSource = ofSource({
  what: 'Events that were filtered out at their source, and why',
  path: '/delivery-overview/filtered-at-source',
  groups: DISCARD,
  schema: sourceDiscards,
});

export const deliveryOverviewFilteredAtDestination = ofDestination({
  what: 'Events that were filtered out at a destination, and why',
  path: '/delivery-overview/filtered-at-destination',
  groups: DISCARD,
  schema: destinationDiscards,
});

export const deliveryOverviewFailedDelivery = ofDestination({
  what: 'Events that could not be delivered to a destination, and why',
  path: '/delivery-overview/failed-delivery',
  groups: DISCARD,
  schema: destinationDiscards,
});

export const deliveryOverviewSuccessfulDelivery = ofDestination({
  what: 'Events that were delivered to a destination',
  path: '/delivery-overview/successful-delivery',
  groups: EVENT,
  schema: destinationCounts,
});
