/** What is done to events on their way: at a source, and before a destination. */
import { ALPHA, byId, found, STABLE, told } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { filters } from '../data/filters.ts';
import { livePlugin, schemaSettings } from '../data/source-settings.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const sourceIdOf = ({ world, path }: Asked): string => String(found(world.source(String(path['id'])))['id']);

const filtersOf = below(['id'], ({ seed }: World, destination: Row) => filters(seed, destination));

export const governance: Family = {
  operations: [
    {
      path: '/sources/{id}/settings',
      versions: STABLE,
      get: (asked) => {
        const sourceId = sourceIdOf(asked);
        return asked.world.leaving({ sourceId, settings: schemaSettings(asked.world.seed, sourceId) });
      },
    },
    {
      path: '/sources/{id}/live-plugins/latest',
      versions: ALPHA,
      // What a source without one answers is not documented: this is the answer that can be told from a closed table.
      get: (asked) => {
        const plugin = livePlugin(asked.world.seed, sourceIdOf(asked));
        return { livePlugin: plugin && asked.world.leaving(plugin) };
      },
    },
    {
      path: '/destination/{id}/filters',
      list: 'filters',
      ...told,
      end: 'absent',
      ...filtersOf.at((asked) => [byId('destinations', asked, asked.id)]),
    },
  ],
  tables: {
    source_schema_settings: {
      key: ['sourceId'],
      rows: (world) =>
        world.sources.map(({ id }) => ({ sourceId: id, settings: schemaSettings(world.seed, String(id)) })),
    },
    live_plugins: {
      key: ['sourceId'],
      rows: (world) =>
        world.sources.map(({ id }) => livePlugin(world.seed, String(id))).filter((plugin) => plugin !== null),
    },
    destination_filters: {
      key: ['id'],
      rows: (world) => world.destinations.flatMap((row) => filtersOf(world, row)),
    },
  },
};
