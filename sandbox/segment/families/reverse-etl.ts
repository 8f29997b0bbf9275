/** Reverse ETL: models, and the syncs below a model and a subscription; all alpha. */
import { ALPHA, byId, found, owned } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below, growing } from '../below.ts';
import type { Row } from '../contract.ts';
import { model, modelSyncs, MODELS } from '../data/reverse-etl.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';
import { subscriptionsOf } from './connections.ts';

const syncsOf = below(['syncId'], ({ seed, times }: World, { id, modelId }: Row) =>
  typeof modelId === 'string' ? modelSyncs(seed, { modelId, subscriptionId: String(id) }, times) : [],
);

const allSubscriptions = (world: World): Row[] =>
  world.destinations.flatMap((row) => subscriptionsOf(world, row));

const subscription = ({ world, path }: Asked): Row =>
  found(
    allSubscriptions(world).find(
      ({ id, modelId }) => id === path['subscriptionId'] && modelId === path['modelId'],
    ),
  );

export const reverseEtl: Family = {
  collections: {
    models: {
      size: (_options, { sources }) => (sources.length === 0 ? 0 : MODELS),
      make: (seed, index, { sources }) =>
        model(seed, index, String(sources[index % Math.max(1, sources.length)]?.['id'])),
    },
  },
  operations: [
    {
      path: '/reverse-etl-models',
      list: 'models',
      versions: ALPHA,
      total: true,
      end: 'null',
      ...owned('models'),
    },
    {
      path: '/destinations/{destinationId}/subscriptions/{subscriptionId}',
      versions: ALPHA,
      get: (asked) => {
        const { world, path } = asked;
        const own = subscriptionsOf(world, byId('destinations', asked, path['destinationId']));
        return { subscription: world.leaving(found(own.find(({ id }) => id === path['subscriptionId']))) };
      },
    },
    {
      path: '/reverse-etl-models/{modelId}/subscriptionId/{subscriptionId}/syncs',
      list: 'syncStatuses',
      versions: ALPHA,
      paging: '',
      counts: { largest: 100, usual: 10 },
      total: false,
      end: 'absent',
      isBareWhenShort: true,
      ...growing(syncsOf.at((asked) => [subscription(asked)])),
    },
  ],
  tables: {
    reverse_etl_models: { key: ['id'], rows: (world) => world.list('models') },
    reverse_etl_syncs: {
      key: ['subscriptionId', 'syncId'],
      rows: (world) =>
        allSubscriptions(world).flatMap((row) =>
          syncsOf(world, row).map((sync) => ({ ...sync, subscriptionId: row['id'] })),
        ),
    },
  },
};
