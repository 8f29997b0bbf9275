import type { Stream } from '../../../engine/stream.ts';
import { DAY, iso } from '../../../engine/windows.ts';
import { V1_BETA, type SegmentApi } from '../api.ts';
import type { Granularity } from '../config.ts';
import { deliveryMetricsSummary } from '../schemas/delivery.ts';
import { eachDestination } from './destinations.ts';

const MINUTE = 60 * 1000;

/**
 * How far back a summary reaches (ms): the widest range that Segment allows, which for days and hours is also the
 * oldest start. Five minutes short of that, because their clock decides.
 */
const RANGE: Record<Granularity, number> = {
  DAY: 14 * DAY - 5 * MINUTE,
  HOUR: 7 * DAY - 5 * MINUTE,
  MINUTE: 4 * 60 * MINUTE,
};

/** Beta at Segment. A sum over the range, not a series; the range is asked for in words and stands in the record. */
export const destinationDeliveryMetricsSummary: Stream<SegmentApi> = {
  name: 'destination_delivery_metrics_summary',
  description:
    'Delivered, retried, discarded and expired events of each destination (beta); one request per destination',
  endpoint: 'GET /destinations/{id}/delivery-metrics',
  docs: 'https://docs.segmentapis.com/tag/Destinations#operation/listDeliveryMetricsSummaryFromDestination',
  primaryKey: ['sourceId', 'destinationId'],
  schema: deliveryMetricsSummary,
  refersTo: { destinationMetadataId: ['catalog_destinations'] },
  parent: eachDestination,
  gate: 'a token with a role that may read the destination and its delivery metrics',
  async *read({ api, parent }) {
    const { granularity } = api;
    const now = api.now();
    const range = { startTime: iso(now - RANGE[granularity]), endTime: iso(now), granularity };
    const query = { sourceId: String(parent['sourceId']), ...range };
    const path = `${eachDestination.path(parent)}/delivery-metrics`;
    const summary = await api.object(path, { query, accept: V1_BETA });
    yield [{ ...summary, ...range }];
  },
  inject: ({ parent }) => ({ sourceId: parent['sourceId'], destinationId: parent['id'] }),
};
