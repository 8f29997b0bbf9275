/**
 * What a workspace owns, generated once from its seed. Lists small enough to hold; audit events, usage and the rows
 * under a destination are computed when they are asked for.
 */
import { random } from '../kit/random.ts';
import type { Row, WorkspaceOptions } from './contract.ts';
import { catalogDestination, catalogSource, catalogWarehouse, heavier } from './data/catalog.ts';
import { destination, source, warehouse } from './data/connections.ts';
import { group, user } from './data/people.ts';
import { transformation } from './data/transformations.ts';

const CATALOG_SOURCES = 15;
const CATALOG_WAREHOUSES = 8;
/** Destinations are instances of catalog items, even where the listed catalog is made smaller than this. */
const LEAST_CATALOG = 6;

export interface Estate {
  /** The workspace itself. */
  identity: Row;
  catalogDestinations: readonly Row[];
  catalogSources: readonly Row[];
  catalogWarehouses: readonly Row[];
  sources: readonly Row[];
  destinations: readonly Row[];
  warehouses: readonly Row[];
  users: readonly Row[];
  groups: readonly Row[];
  transformations: readonly Row[];
}

export function generate(seed: number, options: WorkspaceOptions): Estate {
  const workspaceId = random(seed, 'workspace').id();
  const items = options.catalogDestinations ?? 40;
  const catalog = times(Math.max(items, LEAST_CATALOG), (index) => catalogDestination(seed, index));
  const catalogSources = times(CATALOG_SOURCES, (index) => catalogSource(seed, index));
  const catalogWarehouses = times(CATALOG_WAREHOUSES, (index) => catalogWarehouse(seed, index));

  const sources = times(options.sources ?? 5, (index) =>
    source(seed, index, workspaceId, cycle(catalogSources, index)),
  );
  const sourceIds = sources.map((row) => String(row['id']));
  const perSource = options.destinationsPerSource ?? 3;
  const metadata = options.heavy ? catalog.map((item) => heavier(item, options.heavy ?? 0)) : catalog;
  const destinations = times(sources.length * perSource, (index) =>
    destination(seed, index, cycle(sourceIds, Math.floor(index / perSource)), cycle(metadata, index)),
  );

  return {
    identity: { id: workspaceId, name: 'Sandbox 🏖️ Ünïted', slug: 'sandbox' },
    catalogDestinations: catalog.slice(0, items),
    catalogSources,
    catalogWarehouses,
    sources,
    destinations,
    warehouses: times(options.warehouses ?? 3, (index) =>
      warehouse(seed, index, workspaceId, cycle(catalogWarehouses, index)),
    ),
    users: times(options.users ?? 12, (index) => user(seed, index, { workspaceId, sourceIds })),
    groups: times(options.groups ?? 3, (index) => group(seed, index, { workspaceId, sourceIds })),
    transformations: times(sources.length === 0 ? 0 : sources.length + 3, (index) =>
      transformation(seed, index, {
        workspaceId,
        sourceId: cycle(sourceIds, index),
        destination: destinations[index % Math.max(1, destinations.length)],
      }),
    ),
  };
}

const times = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

const cycle = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
