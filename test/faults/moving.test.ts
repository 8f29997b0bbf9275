/** A workspace that moves under its reader: rows come and go while a list is paged, parents vanish, clocks differ. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setupServer } from 'msw/node';
import { createSandbox, type Sandbox } from '../../sandbox/segment/index.ts';
import { TestClock } from '../support/clock.ts';
import { lastStates, read, type ReadOptions } from '../support/in-process.ts';
import { keyText, logs, story } from '../support/messages.ts';
import { dishonesty } from './honesty.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000];
const server = setupServer();
let sandbox: Sandbox;
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => use(createSandbox({ now: NOW, usageMonths: 2, auditEvents: 60, auditDays: 3 })));
afterEach(() => server.events.removeAllListeners());
afterAll(() => server.close());

function use(made: Sandbox): void {
  sandbox = made;
  server.resetHandlers(...made.handlers);
}

const keysOf = (name: string) =>
  [...(sandbox.workspace.tables[name]?.() ?? [])].map((row) =>
    keyText(row, sandbox.workspace.keys[name] ?? []),
  );

/** One table, page by page; without a second look that could hide a gap. */
async function readOne(name: string, options: Partial<ReadOptions> = {}) {
  const config = {
    page_size: 3,
    max_concurrent_requests: 1,
    lookback_window_days: 0,
    start_date: '2026-10-01',
  };
  const result = await read({
    sandbox,
    streams: [name],
    ...options,
    config: { ...config, ...options.config },
  });
  expect(dishonesty(result.messages, [name])).toEqual([]);
  const told = story(result.messages, name);
  return {
    ...result,
    told,
    keys: told.records.map((row) => keyText(row, sandbox.workspace.keys[name] ?? [])),
  };
}

/** Lists by which they tell their length (or do not), and one below a parent. */
const LISTS = [
  ['users', '/users'],
  ['groups', '/groups'],
  ['sources', '/sources'],
  ['transformations', '/transformations'],
  ['catalog_sources', '/catalog/sources'],
  ['source_connected_destinations', '/sources/{id}/connected-destinations'],
] as const;

describe.each(LISTS)('while %s is paged', (name, path) => {
  const config = { page_size: 2 };

  test.each([2, 3])('a row that goes before request %i takes none with it', async (on) => {
    sandbox.fault({ path, on, kind: 'remove-row' });
    const { complete, keys } = await readOne(name, { config });
    expect(complete).toBe(true);
    expect(keys).toEqual(expect.arrayContaining(keysOf(name)));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([2, 3])('a row that comes before request %i repeats none', async (on) => {
    const before = keysOf(name);
    sandbox.fault({ path, on, kind: 'insert-row' });
    const { complete, keys } = await readOne(name, { config });
    expect(complete).toBe(true);
    expect(keys).toEqual(expect.arrayContaining(before));
    expect(new Set(keys).size).toBe(keys.length);
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
    const before = keysOf(name);
    server.events.on('request:start', () => {
      if (sandbox.requests.length === 12) sandbox.advance(DAY);
    });
    const { complete, keys } = await readOne(name);
    expect(complete).toBe(true);
    expect(keys).toEqual(expect.arrayContaining(before));
  });

  test('an event that arrives late pushes none away, and is not read twice', async () => {
    const before = keysOf('audit_events');
    sandbox.fault({ path: '/audit-events', on: [2, 4], kind: 'insert-row' });
    const { complete, keys } = await readOne('audit_events');
    expect(complete).toBe(true);
    expect(keys).toEqual(expect.arrayContaining(before));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a parent that vanishes', () => {
  test.each([
    ['source_connected_destinations', 'sources'],
    ['source_connected_warehouses', 'sources'],
    ['destination_subscriptions', 'destinations'],
    ['destination_delivery_metrics_summary', 'destinations'],
  ] as const)('%s: leaves the others whole', async (name, list) => {
    const [id] = [...(sandbox.workspace.tables[list]?.() ?? [])].map((row) => String(row['id'])).slice(-1);
    server.events.on('request:start', ({ request }) => {
      if (request.url.split('/').length > 4) sandbox.remove(list, String(id));
    });
    const { complete, keys, messages } = await readOne(name);
    expect(complete).toBe(true);
    expect(keys.sort()).toEqual(keysOf(name).sort());
    expect(logs(messages).join('\n')).toContain(`/${list}/${id} was deleted`);
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
      const held = new Set([...first.keys, ...second.keys]);
      expect(keysOf(name).filter((key) => !held.has(key))).toEqual([]);
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
    const { complete, keys } = await readOne('audit_events', {
      clock: new TestClock(Date.parse(NOW) + skew),
      config,
    });
    expect(complete).toBe(true);
    // What leaves the trail while it is read is no part of it.
    const kept = Date.parse(NOW) - 90 * DAY + 120 * SECOND;
    const rows = sandbox.workspace.tables['audit_events']?.() ?? [];
    const due = [...rows].filter(({ timestamp }) => Date.parse(String(timestamp)) >= kept);
    expect(due.length).toBeGreaterThan(2900);
    expect(keys).toEqual(expect.arrayContaining(due.map(({ id }) => keyText({ id }, ['id']))));
  });

  test.each([-50 * DAY, 50 * DAY])('by %i ms fails what reads along time, and nothing else', async (skew) => {
    const clock = new TestClock(Date.parse(NOW) + skew);
    expect((await readOne('users', { clock })).complete).toBe(true);
    const { complete, told } = await readOne('audit_events', { clock });
    expect(complete).toBe(false);
    const ours = new Date(Date.parse(NOW) + skew).toISOString().slice(0, 13);
    expect(told.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining(ours) },
    ]);
    expect(told.states).toEqual([]);
  });
});
