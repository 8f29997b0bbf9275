/** Credentials, and the two lists of those who use one, which come in one answer and are paged each by itself. */
import { byId, owned } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { page } from '../api/page.ts';
import { pagingNames } from '../api/parameters.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { consumers, credential, type Consumers } from '../data/credentials.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const V1 = ['v1'];
const CONSUMERS = '/credentials/{id}/consumers';

const one = (asked: Asked): Row => byId('credentials', asked, asked.id);

const consumersOf = below(
  ['id'],
  (world: World, { id }: Row, list: keyof Consumers) => consumers(world, String(id))[list],
);

/** Of the two, what moves is the one that is paged. */
const { insert, remove } = consumersOf.at((asked) => [
  one(asked),
  Object.keys(asked.query).some((name) => name.startsWith('sources')) ? 'sources' : 'warehouses',
]);

/** A page of one of the two, of which the other one's parameters say nothing. */
function pageOfConsumers(asked: Asked, list: keyof Consumers, end: 'null' | 'absent'): Row {
  const paging = `${list}Pagination.`;
  const rows = consumersOf(asked.world, one(asked), list);
  const own = Object.entries(asked.query).filter(([name]) => name.startsWith(paging));
  const operation = { path: CONSUMERS, versions: V1, list, paging, total: true, end, rows: () => rows };
  const { pagination, ...rest } = page(
    operation,
    { ...asked, query: Object.fromEntries(own) },
    `${list}/${asked.id}`,
  );
  return { ...rest, [`${list}Pagination`]: pagination };
}

export const credentials: Family = {
  collections: {
    credentials: {
      size: () => 5,
      make: (seed, index, { identity }) => credential(seed, index, String(identity['id'])),
    },
  },
  operations: [
    {
      path: '/credentials',
      list: 'credentials',
      versions: V1,
      total: true,
      end: 'null',
      ...owned('credentials'),
    },
    {
      path: '/credentials/{id}',
      versions: V1,
      get: (asked) => ({ credential: asked.world.leaving(one(asked)) }),
    },
    {
      path: CONSUMERS,
      versions: V1,
      parameters: [...pagingNames('warehousesPagination.'), ...pagingNames('sourcesPagination.')],
      get: (asked) => ({
        ...pageOfConsumers(asked, 'warehouses', 'absent'),
        ...pageOfConsumers(asked, 'sources', 'null'),
      }),
      insert,
      remove,
    },
  ],
  tables: {
    credential_consumers: {
      key: ['credentialId', 'consumerType', 'id'],
      rows: (world) =>
        world.list('credentials').flatMap((row) => {
          const of = (list: keyof Consumers, consumerType: string) =>
            consumersOf(world, row, list).map((one) => ({ ...one, credentialId: row['id'], consumerType }));
          return [...of('warehouses', 'WAREHOUSE'), ...of('sources', 'SOURCE')];
        }),
    },
    credentials: { key: ['id'], rows: (world) => world.list('credentials') },
  },
};
