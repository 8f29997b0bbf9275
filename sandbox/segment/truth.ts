/**
 * The truth, table by table: what a connector has to emit, told without any API in between.
 */
import type { Row, Workspace } from './contract.ts';
import { explained } from './data/audit-kinds.ts';
import { asListed } from './data/people.ts';
import { usageRow, usageTimes, type UsageKind } from './data/usage.ts';
import { FAMILIES } from './families/index.ts';
import type { Table } from './family.ts';
import type { World } from './world.ts';

const TABLES: Readonly<Record<string, Table>> = {
  audit_events: { key: ['id'], rows: auditEvents },
  catalog_destinations: { key: ['id'], rows: (world) => world.list('catalogDestinations') },
  catalog_sources: { key: ['id'], rows: (world) => world.list('catalogSources') },
  catalog_warehouses: { key: ['id'], rows: (world) => world.list('catalogWarehouses') },
  destination_delivery_metrics_summary: {
    key: ['sourceId', 'destinationId'],
    rows: (world) =>
      world.destinations.map((row) => ({ ...world.deliveryMetrics(row), destinationId: row['id'] })),
  },
  destinations: { key: ['id', 'sourceId'], rows: (world) => world.destinations },
  groups: { key: ['id'], rows: (world) => world.list('groups').map(asListed) },
  sources: { key: ['id'], rows: (world) => world.sources },
  transformations: { key: ['id'], rows: (world) => world.list('transformations') },
  usage_api_calls_per_source_daily: {
    key: ['sourceId', 'timestamp'],
    rows: (world) => perSource(world, 'apiCalls'),
  },
  usage_api_calls_workspace_daily: { key: ['timestamp'], rows: (world) => usage(world, 'apiCalls') },
  usage_mtu_per_source_daily: { key: ['sourceId', 'timestamp'], rows: (world) => perSource(world, 'mtu') },
  usage_mtu_workspace_daily: { key: ['timestamp'], rows: (world) => usage(world, 'mtu') },
  users: { key: ['id'], rows: (world) => world.list('users').map(asListed) },
  warehouses: { key: ['id'], rows: (world) => world.list('warehouses') },
};

export function truth(world: World): Workspace {
  const entries = [TABLES, ...FAMILIES.map(({ tables }) => tables)].flatMap((tables) =>
    Object.entries(tables),
  );
  return {
    keys: Object.fromEntries(entries.map(([name, { key }]) => [name, key])),
    tables: Object.fromEntries(
      entries.map(([name, { rows, isMade = false }]) => [
        name,
        () => (isMade ? rows(world) : leaving(world, rows(world))),
      ]),
    ),
    now: () => world.clock.now(),
  };
}

function* leaving(world: World, rows: Iterable<Row>): Generator<Row> {
  for (const row of rows) yield world.leaving(row);
}

function* auditEvents(world: World): Generator<Row> {
  const now = world.clock.now();
  const window = world.audit.window(-Infinity, now, now);
  // Oldest first, in pieces: a million of them at once would not be needed.
  for (let to = window.length; to > 0; to -= 1000)
    for (const event of window.slice(Math.max(0, to - 1000), to).reverse())
      yield explained(event, world.estate.identity['id']);
}

function* perSource(world: World, kind: UsageKind): Generator<Row> {
  for (const id of world.counted) yield* usage(world, kind, id);
}

/** Each key once: a month's own first row wins over the seam row that the month before gives for that instant. */
function* usage(world: World, kind: UsageKind, sourceId?: string): Generator<Row> {
  const rows = new Map<number, Row>();
  for (let month = world.firstUsageMonth; month <= world.lastUsageMonth; month += 1) {
    for (const time of usageTimes(month, world.firstUsageMonth, world.clock.now())) {
      rows.set(time, usageRow({ seed: world.seed, kind, sourceId }, month, time));
    }
  }
  yield* rows.values();
}
