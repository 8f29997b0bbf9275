import type { Parent, Stream } from '../../../engine/stream.ts';
import { V1_ALPHA, type SegmentApi } from '../api.ts';
import { reverseEtlModel, reverseEtlSync } from '../schemas/reverse-etl.ts';
import { destinationSubscriptions, eachDestination } from './destinations.ts';

const docs = 'https://docs.segmentapis.com/tag/Reverse-ETL';
const gate = 'a workspace with Reverse ETL and a token with a role that may read it';

/** Alpha at Segment. */
export const reverseEtlModels: Stream<SegmentApi> = {
  name: 'reverse_etl_models',
  description: 'Models of Reverse ETL: the queries whose rows go to destinations (alpha)',
  endpoint: 'GET /reverse-etl-models',
  docs,
  primaryKey: ['id'],
  schema: reverseEtlModel,
  gate,
  read: ({ api }) => api.list('/reverse-etl-models', 'models', { accept: V1_ALPHA }),
};

const eachSubscription: Parent<SegmentApi> = {
  stream: destinationSubscriptions,
  keep: ['id', 'destinationId', 'modelId'],
  path: ({ id, destinationId }) =>
    `${eachDestination.path({ id: destinationId })}/subscriptions/${encodeURIComponent(String(id))}`,
};

/** Most subscriptions are fed by a source and have no model. */
const modelOf = ({ modelId }: Record<string, unknown>): string | undefined =>
  typeof modelId === 'string' && modelId !== '' ? modelId : undefined;

/** Alpha at Segment. How far the list goes back is not documented, nor is its order (*unverified*). */
export const reverseEtlSyncs: Stream<SegmentApi> = {
  name: 'reverse_etl_syncs',
  description:
    'Runs of each Reverse ETL subscription and what became of its rows (alpha); one request per destination, and one per subscription with a model',
  endpoint: 'GET /reverse-etl-models/{modelId}/subscriptionId/{subscriptionId}/syncs',
  docs,
  primaryKey: ['subscriptionId', 'syncId'],
  schema: reverseEtlSync,
  refersTo: { subscriptionId: ['destination_subscriptions'] },
  secrets: { error: 'credentials' },
  parent: eachSubscription,
  gate,
  async *read({ api, parent }) {
    const model = modelOf(parent);
    if (model === undefined) return undefined;
    const [modelId, id] = [model, String(parent['id'])].map(encodeURIComponent);
    return yield* api.list(`/reverse-etl-models/${modelId}/subscriptionId/${id}/syncs`, 'syncStatuses', {
      accept: V1_ALPHA,
      paging: '',
      mostRows: 100,
      grows: true,
      mayBeWhole: 'short',
    });
  },
  inject: ({ parent }) => ({ subscriptionId: parent['id'] }),
};
