/** A project that moves under its reader: profiles, cohorts and funnels come and go, events come late, answers are forgotten. */
import { describe, expect, test } from '@jest/globals';
import type { Mixpanel } from '../../sandbox/mixpanel/index.ts';
import { TestClock } from '../support/clock.ts';
import { logs, story, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { lastStates, type ReadingOptions } from '../support/reading.ts';
import { mixpanel } from '../support/vendors/mixpanel.ts';
import { readAs } from '../support/vendors/vendor.ts';
import { dishonesty } from './honesty.ts';
import { taken, Warehouse } from './warehouse.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000];

function project(): Mixpanel {
  const sandbox = mixpanel.create({ now: NOW, quotas: false, days: 8, eventsPerDay: 24, profiles: 20 });
  network.answerBy(sandbox);
  return sandbox;
}

const truthOf = (sandbox: Mixpanel, name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];

async function readOne(sandbox: Mixpanel, name: string, options: ReadingOptions & { config?: object } = {}) {
  const config = { page_size: 3, ...mixpanel.onceOnly, ...options.config };
  const result = await readAs(mixpanel, { sandbox, streams: [name], ...options, config });
  return { ...result, ...taken(sandbox.workspace.keys, name, result.messages) };
}

/** Does it when the nth request (from 1) of a read arrives. */
function atRequest(nth: number, act: () => void): void {
  let seen = 0;
  network.onRequest(() => {
    if ((seen += 1) === nth) act();
  });
}

describe('while profiles are paged', () => {
  test.each([
    ['one comes', (of: Mixpanel) => of.addProfile({ distinct_id: 'new', properties: {} })],
    ['one goes', (of: Mixpanel) => of.deleteProfile(String(truthOf(of, 'engage')[1]?.['distinct_id']))],
    [
      'one is another',
      (of: Mixpanel) => of.changeProfile(String(truthOf(of, 'engage')[15]?.['distinct_id']), { plan: 'new' }),
    ],
    ['the answer is forgotten', (of: Mixpanel) => of.expireSessions()],
    [
      'one goes, and the answer is forgotten',
      (of: Mixpanel) => {
        of.deleteProfile(String(truthOf(of, 'engage')[0]?.['distinct_id']));
        of.expireSessions();
      },
    ],
  ])('%s: those that were there all along come, each once unless all begins anew', async (what, move) => {
    for (const name of ['engage', 'cohort_members']) {
      const sandbox = project();
      const before = new Set(truthOf(sandbox, name).map((row) => JSON.stringify(row)));
      atRequest(4, () => move(sandbox));
      const { complete, lost, repeated } = await readOne(sandbox, name);
      const allAlong = truthOf(sandbox, name).filter((row) => before.has(JSON.stringify(row)));
      expect([complete, lost(allAlong)]).toEqual([true, []]);
      if (!what.includes('forgotten')) expect(repeated).toBe(0);
    }
  });

  test('an answer that is forgotten each time is INCOMPLETE in the end', async () => {
    const sandbox = project();
    network.onAnswer(() => sandbox.expireSessions());
    const { complete } = await readOne(sandbox, 'engage');
    expect(complete).toBe(false);
  });
});

describe('a parent that vanishes', () => {
  test('a funnel that was deleted after it was listed leaves the others whole', async () => {
    const sandbox = project();
    const [first] = truthOf(sandbox, 'funnels');
    const id = Number(first?.['funnel_id']);
    network.onRequest(({ url }) => {
      if (url.pathname === '/api/query/funnels') sandbox.deleteFunnel(id);
    });
    const { complete, warehouse, messages } = await readOne(sandbox, 'funnels');
    expect([complete, warehouse.differences('funnels', truthOf(sandbox, 'funnels'))]).toEqual([true, []]);
    expect(logs(messages).join('\n')).toContain(`funnel ${id} was deleted`);
  });

  test('one that is refused and still listed is not taken for deleted', async () => {
    const sandbox = project();
    sandbox.deleteFunnel(Number(truthOf(sandbox, 'funnels')[0]?.['funnel_id']), { isListed: true });
    const { complete, told } = await readOne(sandbox, 'funnels');
    expect([complete, told.errors.length]).toEqual([false, 1]);
  });
});

describe('along time', () => {
  test('events that come late are read as long as the attribution window looks back', async () => {
    const sandbox = project();
    const config = { attribution_window: 3 };
    const first = await readOne(sandbox, 'export', { config });
    for (const days of [0.1, 1, 2.5])
      sandbox.happen({ event: 'Late', time: new Date(Date.parse(NOW) - days * DAY).toISOString() });
    sandbox.advance(HOUR);
    const second = await readOne(sandbox, 'export', { config, state: lastStates(first.messages) });
    second.warehouse.upsert('export', first.told.records);
    expect([second.complete, second.lost(truthOf(sandbox, 'export'))]).toEqual([true, []]);
  });

  test('the figures of a funnel are those of the last read, as long as they grow', async () => {
    const sandbox = project();
    const warehouse = new Warehouse(sandbox.workspace.keys);
    let state: unknown;
    for (const days of [0, 1, 30, 89, 40]) {
      sandbox.advance(days * DAY);
      const { messages, told } = await readOne(sandbox, 'funnels', { state });
      state = lastStates(messages);
      warehouse.upsert('funnels', told.records);
      expect(warehouse.differences('funnels', truthOf(sandbox, 'funnels'), { byValue: true })).toEqual([]);
    }
  });

  test.each([-2 * DAY, -HOUR, -SECOND, SECOND, 7 * 60 * SECOND, HOUR, 2 * DAY])(
    'a clock that differs by %i ms leaves no gap behind the state',
    async (skew) => {
      for (const name of ['export', 'funnels', 'revenue']) {
        const sandbox = project();
        const first = await readOne(sandbox, name, { clock: new TestClock(Date.parse(NOW) + skew) });
        expect(first.complete).toBe(true);
        sandbox.advance(Math.abs(skew) + HOUR);
        const clock = new TestClock(sandbox.workspace.now());
        const second = await readOne(sandbox, name, { clock, state: lastStates(first.messages) });
        second.warehouse.upsert(name, first.told.records);
        expect(second.lost(truthOf(sandbox, name))).toEqual([]);
      }
    },
  );
});

/** Each of these is a border somewhere: of a day, a year, a leap day, and of summer time in a zone. */
describe.each([
  ['2026-12-31T23:59:59.999Z', 'UTC'],
  ['2027-01-01T00:00:00.001Z', 'UTC'],
  ['2028-02-29T23:59:59.999Z', 'UTC'],
  ['2027-03-14T06:59:59.999Z', 'America/New_York'],
  ['2026-11-01T05:59:59.999Z', 'America/New_York'],
  ['2027-03-28T00:59:59.999Z', 'Europe/Lisbon'],
  ['2026-12-31T09:59:59.999Z', 'Pacific/Kiritimati'],
])('at %s in %s', (now, timezone) => {
  test.each([false, true])(
    'each sync goes on from the one before, in a project of before 2023: %p',
    async (old) => {
      const options = { days: 5, eventsPerDay: 12, profiles: 0, timezone, createdBefore2023: old };
      const sandbox = mixpanel.create({ now, quotas: false, ...options });
      network.answerBy(sandbox);
      const warehouse = new Warehouse(sandbox.workspace.keys);
      let state: unknown;
      // What happens at the very moment of a sync is the next one's, and so is a day that begins within its second.
      for (const step of [0, 2 * SECOND, DAY]) {
        sandbox.advance(step);
        const streams = ['export', 'funnels', 'revenue'];
        const config = mixpanel.onceOnly;
        const { complete, messages } = await readAs(mixpanel, { sandbox, streams, state, config });
        expect([complete, dishonesty(messages, streams)]).toEqual([true, []]);
        state = lastStates(messages);
        for (const name of streams) {
          warehouse.upsert(name, story(messages, name).records);
          expect(warehouse.differences(name, truthOf(sandbox, name), { byValue: true })).toEqual([]);
        }
      }
    },
  );
});
