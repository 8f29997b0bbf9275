/** The figures of a funnel's day grow until those who began on it can no longer come to its end: 90 days at most. */
import { describe, expect, test } from '@jest/globals';
import type { Mixpanel } from '../../../sandbox/mixpanel/index.ts';
import { Warehouse } from '../../faults/warehouse.ts';
import { logs } from '../../support/messages.ts';
import { askedFor, cursorsOf, DAY, lastStatesOf, project, readOne } from './lab.ts';

const PATH = '/api/query/funnels';
const KEYS = { funnels: ['funnel_id', 'date'] };
const truth = (sandbox: Mixpanel) => sandbox.workspace.tables['funnels']?.() ?? [];

describe.each([0, 5])('with an attribution window of %i days', (attribution_window) => {
  test.each([1, 7, 30, 89, 95, 200])('syncs %i days apart end up with the right figures', async (days) => {
    const sandbox = project({ days: 30, funnels: 2, timezone: 'America/Los_Angeles' });
    const warehouse = new Warehouse(KEYS);
    let state: unknown;
    for (let sync = 0; sync < 5; sync += 1) {
      const result = await readOne(sandbox, 'funnels', { state, config: { attribution_window } });
      expect(result.complete).toBe(true);
      warehouse.upsert('funnels', result.records);
      expect(warehouse.differences('funnels', truth(sandbox), { byValue: true })).toEqual([]);
      state = lastStatesOf(result);
      sandbox.advance(days * DAY);
    }
  });
});

describe('the state', () => {
  test('stays where figures may still grow', async () => {
    const sandbox = project({ days: 400, funnels: 1 });
    const { states } = await readOne(sandbox, 'funnels');
    const latest = Date.parse('2026-11-27T10:30:15.000Z') - 90 * DAY;
    for (const cursor of cursorsOf(states, 'date'))
      expect(Date.parse(String(cursor))).toBeLessThanOrEqual(latest);
    expect(cursorsOf(states, 'date').at(-1)).toBe(new Date(latest).toISOString());
  });

  test('of a funnel that cannot be read moves for none', async () => {
    const sandbox = project({ days: 400, funnels: 3, quotas: false });
    sandbox.fault({ path: PATH, on: [5, 9999], status: 500 });
    const first = await readOne(sandbox, 'funnels');
    expect(first.statuses.at(-1)).toBe('INCOMPLETE');
    sandbox.clearFaults();
    const second = await readOne(sandbox, 'funnels', { state: lastStatesOf(first) });
    const warehouse = new Warehouse(KEYS);
    warehouse.upsert('funnels', [...first.records, ...second.records]);
    expect(warehouse.differences('funnels', truth(sandbox), { byValue: true })).toEqual([]);
  });
});

test('a funnel and half a year take one request, and a sync of every day two for each at most', async () => {
  const sandbox = project({ days: 180, funnels: 3 });
  const first = await readOne(sandbox, 'funnels');
  expect(askedFor(sandbox, PATH)).toHaveLength(3);
  sandbox.requests.length = 0;
  sandbox.advance(DAY);
  await readOne(sandbox, 'funnels', { state: lastStatesOf(first) });
  expect(askedFor(sandbox, PATH)).toHaveLength(3);
  const [query] = askedFor(sandbox, PATH).map((request) => request.query);
  expect(query).toMatchObject({ unit: 'day', from_date: '2026-08-24', to_date: '2026-11-28' });
});

test('the sum of all days is no day', async () => {
  const { records } = await readOne(project(), 'funnels');
  expect(records.every(({ date }) => /^\d{4}-\d\d-\d\d$/.test(String(date)))).toBe(true);
});

describe('a funnel that was deleted after it was listed', () => {
  test('is passed over, and said so', async () => {
    const sandbox = project();
    sandbox.deleteFunnel(9070, { isListed: true });
    // The list knows it once, and no more when it is asked why the funnel is not there.
    sandbox.fault({
      path: '/api/query/funnels/list',
      on: 2,
      body: [{ funnel_id: 7509, name: 'Signup funnel' }],
    });
    const { complete, records, messages } = await readOne(sandbox, 'funnels');
    expect(complete).toBe(true);
    expect(new Set(records.map(({ funnel_id: id }) => id))).toEqual(new Set([7509, 10631]));
    expect(logs(messages)).toContain('funnels: funnel 9070 was deleted after it was listed.');
  });

  test('but one that is still listed and not there is an error', async () => {
    const sandbox = project();
    sandbox.deleteFunnel(9070, { isListed: true });
    const { statuses, errors } = await readOne(sandbox, 'funnels');
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors[0]?.message).toContain('funnel 9070');
  });
});
