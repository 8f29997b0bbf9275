/** Reverse ETL: models, and the syncs below a model and a subscription; all alpha. */
import { ALPHA, byId, found, owned } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import type { Row } from '../contract.ts';
import { model, modelSyncs, MODELS } from '../data/reverse-etl.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const syncsOf = (world: World, { id, modelId }: Row): Row[] =>
  typeof modelId === 'string'
    ? modelSyncs(world.seed, { modelId, subscriptionId: String(id) }, world.times)
    : [];

const subscriptionsOf = (world: World): Row[] =>
  world.destinations.flatMap((row) => world.subscriptions(row));

const subscription = ({ world, path }: Asked): Row =>
  found(
    subscriptionsOf(world).find(
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
        const own = world.subscriptions(byId('destinations', asked, path['destinationId']));
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
      rows: (asked) => syncsOf(asked.world, subscription(asked)),
    },
  ],
  tables: {
    reverse_etl_models: { key: ['id'], rows: (world) => world.list('models') },
    reverse_etl_syncs: {
      key: ['subscriptionId', 'syncId'],
      rows: (world) =>
        subscriptionsOf(world).flatMap((row) =>
          syncsOf(world, row).map((sync) => ({ ...sync, subscriptionId: row['id'] })),
        ),
    },
  },
};
