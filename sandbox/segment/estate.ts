/**
 * What a workspace owns, generated once from its seed. Lists small enough to hold; audit events, usage and the rows
 * under a destination are computed when they are asked for.
 */
import { random } from '../kit/random.ts';
import type { ListName, Row, WorkspaceOptions } from './contract.ts';
import { catalogDestination, catalogSource, catalogWarehouse, heavier } from './data/catalog.ts';
import { destination, source, warehouse } from './data/connections.ts';
import { functionRow } from './data/functions.ts';
import { group, user } from './data/people.ts';
import { space, SPACES } from './data/spaces.ts';
import { transformation } from './data/transformations.ts';

const CATALOG_SOURCES = 15;
const CATALOG_WAREHOUSES = 8;
/** Destinations are instances of catalog items, even where the listed catalog is made smaller than this. */
const LEAST_CATALOG = 6;

export interface Estate extends Readonly<Record<ListName, readonly Row[]>> {
  /** The workspace itself. */
  identity: Row;
  /** Makes the row of a list that stands at an index, also beyond its end. */
  make: Readonly<Record<ListName, (index: number) => Row>>;
}

export function generate(seed: number, options: WorkspaceOptions): Estate {
  const workspaceId = random(seed, 'workspace').id();
  const items = options.catalogDestinations ?? 40;
  const catalog = times(Math.max(items, LEAST_CATALOG), (index) => catalogDestination(seed, index));
  const catalogSources = times(CATALOG_SOURCES, (index) => catalogSource(seed, index));
  const catalogWarehouses = times(CATALOG_WAREHOUSES, (index) => catalogWarehouse(seed, index));
  const perSource = options.destinationsPerSource ?? 3;
  const heavy = new Map<Row, Row>();
  /** What is heavy is made when the first destination has it. */
  const metadataOf = (item: Row): Row => {
    if (!options.heavy) return item;
    const own = heavy.get(item) ?? heavier(item, options.heavy);
    heavy.set(item, own);
    return own;
  };

  const makeSource = (index: number) => source(seed, index, workspaceId, cycle(catalogSources, index));
  const sources = times(options.sources ?? 5, makeSource);
  const sourceIds = sources.map((row) => String(row['id']));
  const makeDestination = (index: number) =>
    destination(
      seed,
      index,
      cycle(sourceIds, Math.floor(index / Math.max(1, perSource))),
      metadataOf(cycle(catalog, index)),
    );
  const destinations = times(sources.length * perSource, makeDestination);

  const makeWarehouse = (index: number) =>
    warehouse(seed, index, workspaceId, cycle(catalogWarehouses, index));
  const warehouses = times(options.warehouses ?? 3, makeWarehouse);
  const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => String(id));
  const grantable = {
    workspaceId,
    ids: {
      SOURCE: sourceIds,
      WAREHOUSE: idsOf(warehouses),
      SPACE: idsOf(times(SPACES, (index) => space(seed, index))),
      // The permissions that people see in practice have ids without a prefix (*unverified*).
      FUNCTION: idsOf(times(4, (index) => functionRow(seed, index))).map((id) => id.replace(/^[a-z]+_/, '')),
    },
  };

  const make: Estate['make'] = {
    catalogDestinations: (index) => catalogDestination(seed, index),
    catalogSources: (index) => catalogSource(seed, index),
    catalogWarehouses: (index) => catalogWarehouse(seed, index),
    sources: makeSource,
    destinations: makeDestination,
    warehouses: makeWarehouse,
    users: (index) => user(seed, index, grantable),
    groups: (index) => group(seed, index, grantable),
    transformations: (index) =>
      transformation(seed, index, {
        workspaceId,
        sourceId: cycle(sourceIds, index),
        destination: destinations[index % Math.max(1, destinations.length)],
      }),
  };
  return {
    identity: { id: workspaceId, name: 'Sandbox 🏖️ Ünïted', slug: 'sandbox' },
    make,
    catalogDestinations: catalog.slice(0, items),
    catalogSources,
    catalogWarehouses,
    sources,
    destinations,
    warehouses,
    users: times(options.users ?? 12, make.users),
    groups: times(options.groups ?? 3, make.groups),
    transformations: times(sources.length === 0 ? 0 : sources.length + 3, make.transformations),
  };
}

const times = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));

const cycle = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;
