/** A workspace that moves under its reader: rows come and go while a list is paged, parents vanish, clocks differ. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { matches } from '../../sandbox/kit/faults.ts';
import { canMove, createSandbox, type LoggedRequest, type Sandbox } from '../../sandbox/segment/index.ts';
import { TestClock } from '../support/clock.ts';
import { lastStates, read, type ReadOptions } from '../support/in-process.ts';
import { logs, story, type Message, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { dishonesty } from './honesty.ts';
import { soak } from './soak.ts';
import { parentsOf, pathOf, TABLES } from './tables.ts';
import { taken, Warehouse } from './warehouse.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const WORLD = { now: NOW, usageMonths: 2, auditEvents: 60, auditDays: 3, warehouses: 4, groups: 7 };
/** Fewer rows, and yet more than a page in each list. */
const SMALL = { ...WORLD, usageMonths: 1, catalogDestinations: 5 };
const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000];
let sandbox: Sandbox;
beforeEach(() => use(createSandbox(WORLD)));

function use(made: Sandbox): void {
  sandbox = made;
  network.answerBy(made);
}

const truthOf = (name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];

const CONFIG = {
  page_size: 3,
  max_concurrent_requests: 1,
  lookback_window_days: 0,
  start_date: '2026-10-01',
};
const BY_TWO = { ...CONFIG, page_size: 2, start_date: '2026-11-19' };

/** One table, page by page; without a second look that could hide a gap. */
async function readOne(name: string, options: Partial<ReadOptions> = {}) {
  const config = { ...CONFIG, ...options.config };
  const result = await read({ sandbox, streams: [name], ...options, config });
  return { ...result, ...taken(sandbox.workspace.keys, name, result.messages) };
}

type Tables = typeof TABLES;

/** Tables whose own rows neither come nor go while they are read, and why. */
const STILL = {
  'one object, or one of each parent': [
    'workspace',
    'user_permissions',
    'group_permissions',
    'warehouse_connection_state',
    'warehouse_sync_schedule',
    'source_schema_settings',
    'live_plugins',
    'destination_delivery_metrics_summary',
  ],
  'all in one answer': ['labels', 'audience_schedules'],
  'counts, of which only time makes more': [
    'events_volume',
    'usage_api_calls_workspace_daily',
    'usage_mtu_workspace_daily',
    ...TABLES.map(({ name }) => name).filter((name) => name.startsWith('delivery_overview_')),
  ],
};
/** What has happened: rows come to it, and none goes. */
const GROWING = ['audit_events', 'warehouse_syncs', 'reverse_etl_syncs'];

const MOVES = [
  { kind: 'remove-row', how: 'remove' },
  { kind: 'insert-row', how: 'insert' },
] as const;
const movable = (how: 'insert' | 'remove') => TABLES.filter((table) => canMove(pathOf(table), how));
/** The tables that a list is read for, beside itself. */
const needing = (list: Tables[number]) => TABLES.filter((table) => parentsOf(table).includes(list));

/** Syncs in which one list at most is another's ground: of all that nobody needs, and of each other with those that do. */
const SYNCS = MOVES.flatMap(({ kind, how }) => {
  // What is made of joined lists moves with them.
  const lists = movable(how).filter((table) => !table.joins);
  const free = lists.filter((list) => needing(list).length === 0);
  const needed = lists.filter((list) => !free.includes(list));
  return [
    { name: 'the lists that nobody needs', kind, moving: free, tables: free },
    ...needed.map((list) => ({ name: list.name, kind, moving: [list], tables: [list, ...needing(list)] })),
  ];
});

const isFurther = ({ query }: LoggedRequest) => Object.keys(query).some((name) => /cursor$/i.test(name));

/** Of each path, which of its requests (from 1) ask for a further page, where nothing moves. */
async function furtherPages(): Promise<Map<string, number[]>> {
  use(createSandbox(SMALL));
  const streams = TABLES.filter(({ joins }) => !joins).map(({ name }) => name);
  await read({ sandbox, streams, config: BY_TWO });
  return new Map(
    TABLES.map(pathOf).map((path) => {
      const asked = sandbox.requests.filter((request) => matches(path, request.path));
      return [path, asked.flatMap((request, index) => (isFurther(request) ? [index + 1] : []))];
    }),
  );
}

const keysOf = (name: string): Set<string> => {
  const warehouse = new Warehouse(sandbox.workspace.keys);
  return new Set(truthOf(name).map((row) => warehouse.keyOf(name, row)));
};

/** Rows that were there all along are written, none twice, and none that never was. */
function wrongs(name: string, messages: readonly Message[], before: ReadonlySet<string>): string[] {
  const { records, statuses } = story(messages, name);
  const warehouse = new Warehouse(sandbox.workspace.keys);
  warehouse.upsert(name, records);
  const isKnown = (key: string) => before.has(key);
  const isDue = (row: Row) => isKnown(warehouse.keyOf(name, row));
  return [
    ...warehouse.differences(name, truthOf(name), { isDue, isKnown }),
    ...(records.length > warehouse.rows(name).size ? [`${name}: rows come twice`] : []),
    ...(statuses.at(-1) === 'COMPLETE' ? [] : [`${name}: ${String(statuses.at(-1))}`]),
  ];
}

describe('while lists are paged', () => {
  let further = new Map<string, number[]>();
  beforeAll(async () => {
    further = await furtherPages();
  });
  beforeEach(() => use(createSandbox(SMALL)));

  test('rows come to every table and go from it, but for those that stand still', () => {
    const names = (tables: Tables) => tables.map(({ name }) => name).sort();
    const [come, go] = [movable('insert'), movable('remove')];
    expect(names(TABLES.filter((table) => !come.includes(table)))).toEqual(
      Object.values(STILL).flat().sort(),
    );
    expect(names(come.filter((table) => !go.includes(table)))).toEqual([...GROWING].sort());
  });

  const turns = soak.minutes > 0 ? [0, 1, 2] : [0];
  const tries = SYNCS.flatMap((sync) => turns.map((turn) => ({ ...sync, turn })));

  test.each(tries)('$kind: $name, before further page $turn', async ({ kind, moving, tables, turn }) => {
    const names = tables.map(({ name }) => name);
    const before = new Map(names.map((name) => [name, keysOf(name)]));
    for (const path of moving.map(pathOf)) {
      const pages = further.get(path) ?? [];
      sandbox.fault({ path, kind, on: pages[turn % pages.length] ?? 0 });
    }
    const { messages } = await read({ sandbox, streams: names, config: BY_TWO });
    expect(dishonesty(messages, names)).toEqual([]);
    const met = sandbox.requests.filter(({ fault }) => fault);
    expect([met.length, met.every(isFurther)]).toEqual([moving.length, true]);
    const told = names.flatMap((name) => wrongs(name, messages, before.get(name) ?? new Set()));
    expect(told).toEqual([]);
    for (const { name } of moving) {
      // A subject stays as long as another list of subjects has it.
      if (name !== 'suppressions') expect([name, keysOf(name)]).not.toEqual([name, before.get(name)]);
    }
  });
});

describe('a list that does not come to rest', () => {
  test('is INCOMPLETE after some tries, and says so', async () => {
    use(createSandbox({ now: NOW, users: 60 }));
    sandbox.fault({ path: '/users', kind: 'remove-row' });
    const { complete, told } = await readOne('users');
    expect(complete).toBe(false);
    expect(told.errors).toMatchObject([
      { failure_type: 'transient_error', message: expect.stringMatching(/^users: the list changed each of/) },
    ]);
  });

  test('is whole though rows go on coming in, as long as none goes', async () => {
    use(createSandbox({ now: NOW, users: 20 }));
    const before = truthOf('users');
    sandbox.fault({ path: '/users', kind: 'insert-row', on: [1, 200] });
    const { complete, lost, repeated } = await readOne('users', { config: { page_size: 7 } });
    expect([complete, lost(before), repeated]).toEqual([true, [], 0]);
  });

  test('is asked once where it did not change and tells its length, and twice where it does not tell', async () => {
    const requests = (path: string) => sandbox.requests.filter((request) => request.path === path).length;
    await readOne('sources');
    expect(requests('/sources')).toBe(2);
    await readOne('users');
    expect(requests('/users')).toBe(8);
    await readOne('users', { config: { page_size: 200 } });
    expect(requests('/users')).toBe(9);
  });
});

describe('while a series is paged', () => {
  test('a day that passes adds rows, and takes none', async () => {
    const name = 'usage_mtu_per_source_daily';
    const before = truthOf(name);
    network.onRequest(() => {
      if (sandbox.requests.length === 12) sandbox.advance(DAY);
    });
    const { complete, lost } = await readOne(name);
    expect(truthOf(name).length).toBeGreaterThan(before.length);
    expect([complete, lost(before)]).toEqual([true, []]);
  });

  test('an event that arrives late pushes none away, and is not read twice', async () => {
    const before = truthOf('audit_events');
    sandbox.fault({ path: '/audit-events', on: [2, 4], kind: 'insert-row' });
    const { complete, lost, repeated } = await readOne('audit_events');
    expect([complete, lost(before), repeated]).toEqual([true, [], 0]);
  });
});

describe('a parent that vanishes', () => {
  test.each([
    ['source_connected_destinations', 'sources'],
    ['source_connected_warehouses', 'sources'],
    ['destination_subscriptions', 'destinations'],
    ['destination_delivery_metrics_summary', 'destinations'],
    ['group_members', 'groups'],
    ['group_invites', 'groups'],
    ['credential_consumers', 'credentials'],
    ['source_regulations', 'sources'],
  ] as const)('%s: leaves the others whole', async (name, list) => {
    const id = String(truthOf(list).at(-1)?.['id']);
    network.onRequest(({ url }) => {
      if (url.href.split('/').length > 4) sandbox.remove(list, id);
    });
    const { complete, warehouse, repeated, messages } = await readOne(name);
    expect([complete, warehouse.differences(name, truthOf(name)), repeated]).toEqual([true, [], 0]);
    expect(logs(messages).join('\n')).toContain(`/${list}/${id} was deleted`);
  });

  test('is missed also in a list of pages that does not tell its length', async () => {
    use(createSandbox({ now: NOW, groups: 8 }));
    const id = String(truthOf('groups')[5]?.['id']);
    network.onRequest(({ url }) => {
      if (url.href.includes(`/groups/${id}/`)) sandbox.remove('groups', id);
    });
    const { complete, warehouse, messages } = await readOne('group_members');
    expect([complete, warehouse.differences('group_members', truthOf('group_members'))]).toEqual([true, []]);
    expect(logs(messages).join('\n')).toContain(`/groups/${id} was deleted`);
  });

  test('is not taken for vanished where its list does not come to rest', async () => {
    use(createSandbox({ now: NOW, groups: 60 }));
    const id = String(truthOf('groups').at(-1)?.['id']);
    network.onRequest(({ url }) => {
      if (!url.href.includes(`/groups/${id}/`)) return;
      sandbox.remove('groups', id);
      sandbox.fault({ path: '/groups', kind: 'remove-row' });
    });
    const { complete, told } = await readOne('group_members');
    expect(complete).toBe(false);
    expect(told.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringMatching(/^1 of 60 groups could not be read/) },
    ]);
  });
});

describe('a clock that differs from theirs', () => {
  const SKEWS = [-2 * DAY, -HOUR, -SECOND, SECOND, 7 * 60 * SECOND, HOUR, 2 * DAY];

  test.each(SKEWS)('by %i ms leaves no gap behind the state', async (skew) => {
    for (const name of ['audit_events', 'usage_api_calls_workspace_daily']) {
      use(createSandbox({ now: NOW, usageMonths: 2, auditEvents: 3000, auditDays: 3 }));
      const config = { page_size: 200 };
      const first = await readOne(name, { clock: new TestClock(Date.parse(NOW) + skew), config });
      expect(first.complete).toBe(true);
      // What happens next lies between their time and ours, where ours is ahead.
      sandbox.advance(Math.abs(skew) + HOUR);
      const clock = new TestClock(sandbox.workspace.now());
      const second = await readOne(name, { clock, config, state: lastStates(first.messages) });
      second.warehouse.upsert(name, first.told.records);
      expect(second.lost(truthOf(name))).toEqual([]);
    }
  });

  test.each(SKEWS)('by %i ms does not make Segment refuse the delivery metrics', async (skew) => {
    for (const delivery_metrics_granularity of ['DAY', 'HOUR', 'MINUTE'] as const) {
      const { complete } = await readOne('destination_delivery_metrics_summary', {
        clock: new TestClock(Date.parse(NOW) + skew),
        config: { delivery_metrics_granularity },
      });
      expect(complete).toBe(true);
    }
  });

  test.each(SKEWS)('by %i ms hides none of the 90 days that the trail keeps', async (skew) => {
    use(createSandbox({ now: NOW, auditEvents: 3000, auditDays: 90 }));
    const config = { page_size: 200, start_date: '2026-01-01' };
    const { complete, lost } = await readOne('audit_events', {
      clock: new TestClock(Date.parse(NOW) + skew),
      config,
    });
    expect(complete).toBe(true);
    // What leaves the trail while it is read is no part of it.
    const kept = Date.parse(NOW) - 90 * DAY + 120 * SECOND;
    const due = truthOf('audit_events').filter(({ timestamp }) => Date.parse(String(timestamp)) >= kept);
    expect(due.length).toBeGreaterThan(2900);
    expect(lost(due)).toEqual([]);
  });

  test.each([-50 * DAY, 50 * DAY])('by %i ms fails what reads along time, and nothing else', async (skew) => {
    const clock = new TestClock(Date.parse(NOW) + skew);
    expect((await readOne('users', { clock })).complete).toBe(true);
    const { complete, told } = await readOne('audit_events', { clock });
    expect(complete).toBe(false);
    const ours = new Date(Date.parse(NOW) + skew).toISOString().slice(0, 10);
    expect(told.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining(ours) },
    ]);
    expect(told.states).toEqual([]);
  });
});
