import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { configError } from '../../src/engine/errors.ts';
import type { Row } from '../../src/engine/stream.ts';
import { DAY, daily, iso, monthly, wholeDays, type WindowPlan } from '../../src/engine/windows.ts';
import { settle } from '../http/clock.ts';
import { failing, pages, repeatedStates, run, start, table, type FakeStream, type Line } from './lab.ts';

/** The runs of these tests begin here (FakeClock). */
const NOW = Date.UTC(2026, 0, 15, 12);
const TODAY = Date.UTC(2026, 0, 15);
const at = (time: number, id = iso(time)): Row => ({ id, timestamp: iso(time) });

/** What an API holds, asked by time; both borders inclusive. */
const between = (held: readonly Row[], { start: from, end }: { start: string; end: string }) =>
  held.filter(({ timestamp }) => String(timestamp) >= from && String(timestamp) <= end);

const trail = (held: readonly Row[], windows: WindowPlan = daily()) =>
  table('events', ({ window }) => pages(between(held, window)), { cursor: 'timestamp', windows });

const INCREMENTAL = { modes: { events: 'incremental' as const } };
const since = (cursor: number) => ({ ...INCREMENTAL, states: { events: { timestamp: iso(cursor) } } });
const cursorsOf = (lines: readonly Line[]) =>
  lines.flatMap(({ state }) => (state ? [Date.parse(String(state.stream.stream_state['timestamp']))] : []));

describe('an incremental stream', () => {
  test('goes through its windows, with a STATE behind each, up to the start of the run', async () => {
    const held = [TODAY - 2 * DAY + 5, TODAY - DAY + 5, TODAY + 5].map((time) => at(time));
    const { complete, story, states } = await run([trail(held)], {
      ...INCREMENTAL,
      startDate: TODAY - 2 * DAY,
      concurrency: 1,
    });
    expect(complete).toBe(true);
    expect(story('events')).toEqual([
      'STARTED',
      'RUNNING',
      ...held.flatMap(({ id }) => [`record ${String(id)}`, 'state 1']),
      'COMPLETE',
    ]);
    expect(states('events')).toEqual([TODAY - DAY, TODAY, NOW].map((time) => ({ timestamp: iso(time) })));
  });

  test('ends with a STATE before COMPLETE where nothing happened, and where nothing is to be read', async () => {
    const nothing = await run([trail([])], since(TODAY));
    expect(nothing.story('events').slice(-2)).toEqual(['state 0', 'COMPLETE']);
    const future = await run([trail([])], since(NOW + 3 * DAY));
    expect(future.story('events')).toEqual(['STARTED', 'RUNNING', 'state 0', 'COMPLETE']);
  });

  test('with a cursor in the future keeps it, says so, and asks for nothing', async () => {
    let asked = 0;
    const stream = table(
      'events',
      () => {
        asked += 1;
        return pages();
      },
      { cursor: 'timestamp', windows: daily() },
    );
    const { complete, states, logs } = await run([stream], since(NOW + 3 * DAY));
    expect([complete, asked]).toEqual([true, 0]);
    expect(states('events')).toEqual([{ timestamp: iso(NOW + 3 * DAY) }]);
    const cursor = iso(NOW + 3 * DAY);
    expect(logs.join()).toContain(
      `WARN events: its state is in the future (${cursor}), so nothing is read until ${cursor}.`,
    );
  });

  test('whose API has another time altogether is a config_error that tells both days', async () => {
    const { error } = await run([trail([])], { ...since(TODAY), ahead: -40 * DAY });
    expect(error('events')).toMatchObject({
      failure_type: 'config_error',
      message: expect.stringContaining(
        "events: this machine's clock says 2026-01-15 and the API's 2025-12-06, so what to read is unclear; set the clock",
      ),
    });
  });

  test.each([
    [2, 'nothing is read until', NOW + DAY],
    [5, 'only what is of', NOW - 2 * DAY],
  ])(
    'with one that a look-back of %i days goes before, says from when on is read',
    async (days, what, from) => {
      const held = [NOW - 3 * DAY, NOW - DAY].map((time) => at(time));
      const lookback = days * DAY;
      const { ids, logs } = await run([trail(held)], { ...since(NOW + 3 * DAY), lookback });
      expect(logs.join()).toContain(`so ${what} ${iso(from)}`);
      expect(ids('events')).toEqual(from < NOW ? [held[1]?.['id']] : []);
    },
  );

  test.each([{ completedAt: '2026-01-01' }, { timestamp: 7 }, { timestamp: 'soon' }, { cursor: iso(NOW) }])(
    'with a state %j that is none of ours is a config_error that names it',
    async (state) => {
      const { complete, story, error } = await run([trail([])], {
        ...INCREMENTAL,
        states: { events: state },
      });
      expect(complete).toBe(false);
      expect(story('events')).toEqual(['STARTED', 'INCOMPLETE', 'ERROR config_error']);
      expect(error('events')?.message).toMatch(/state of events.*"timestamp".*reset/);
    },
  );

  test('with an empty state starts at the start date', async () => {
    const held = [at(TODAY - DAY)];
    const { ids } = await run([trail(held)], {
      ...INCREMENTAL,
      states: { events: {} },
      startDate: TODAY - 2 * DAY,
    });
    expect(ids('events')).toHaveLength(1);
  });

  test('in full refresh passes its state over', async () => {
    const { ids } = await run([trail([at(TODAY - DAY)])], {
      states: { events: { foreign: true } },
      startDate: TODAY - 2 * DAY,
    });
    expect(ids('events')).toHaveLength(1);
  });

  test('says what the API no longer keeps: a fact at first, a gap behind a cursor', async () => {
    const plan = daily({ retentionDays: 3 });
    const first = await run([trail([], plan)], { ...INCREMENTAL, startDate: NOW - 10 * DAY });
    expect(first.logs.join()).toMatch(/INFO events: the API keeps 3 days/);
    const gap = await run([trail([], plan)], { ...since(NOW - 8 * DAY), startDate: NOW - 10 * DAY });
    expect(gap.logs.join()).toMatch(/WARN events: the last sync ended.*no longer to be had/);
  });

  test('refuses a row without a time: it would stand in no window', async () => {
    const stream = table('events', () => pages([{ id: 'a' }]), { cursor: 'timestamp', windows: daily() });
    const { complete, error } = await run([stream], INCREMENTAL);
    expect(complete).toBe(false);
    expect(error('events')?.message).toContain('"timestamp"');
  });
});

describe('state covers only what was written', () => {
  const DAYS = 6;
  const FIRST = TODAY - (DAYS - 1) * DAY;
  /** Two rows a day and one on each border. */
  const held = Array.from({ length: DAYS * 3 }, (_, n) =>
    at(FIRST + Math.floor(n / 3) * DAY + [0, 1000, DAY / 3][n % 3]!),
  ).filter(({ timestamp }) => String(timestamp) <= iso(NOW));

  /** Windows that end in any order, one of which may fail. */
  const scene = fc.record({
    waits: fc.array(fc.nat({ max: 6 }), { minLength: DAYS, maxLength: DAYS }),
    broken: fc.option(fc.nat({ max: DAYS - 1 }), { nil: undefined }),
    concurrency: fc.integer({ min: 1, max: DAYS }),
  });
  const tangled = (waits: readonly number[], broken: number | undefined) => {
    let turn = 0;
    return table(
      'events',
      async function* ({ window }) {
        const index = Math.floor((Date.parse(window.start) + 2000 - FIRST) / DAY);
        for (let wait = waits[turn++ % DAYS] ?? 0; wait > 0; wait -= 1) await settle();
        for (const row of between(held, window)) {
          yield [row];
          await settle();
        }
        if (index === broken) throw configError('broken');
      },
      { cursor: 'timestamp', windows: daily() },
    );
  };

  test('it never passes an unfinished window, and starting again from any of them loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ waits, broken, concurrency }) => {
        const options = { ...INCREMENTAL, startDate: FIRST, concurrency };
        const { complete, of } = await run([tangled(waits, broken)], options);
        expect(complete).toBe(broken === undefined);
        const lines = of('events');
        const cursors = cursorsOf(lines);
        if (broken !== undefined) {
          for (const cursor of cursors) expect(cursor).toBeLessThanOrEqual(FIRST + broken * DAY);
        }
        expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
        expect(repeatedStates(lines)).toEqual([]);

        const again = new Set([0, ...cursors].map((cursor) => cursor || FIRST));
        for (const cursor of again) {
          const upTo = lines.findIndex((line) => cursorsOf([line])[0] === cursor);
          const before = lines.slice(0, upTo + 1).flatMap(({ record: row }) => row?.data['id'] ?? []);
          const { ids } = await run([trail(held)], { ...since(cursor), startDate: FIRST });
          expect(new Set([...before, ...ids('events')])).toEqual(new Set(held.map(({ id }) => id)));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('each row is written once, also those on the borders', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ waits, concurrency }) => {
        const options = { ...INCREMENTAL, startDate: FIRST, concurrency };
        const { ids } = await run([tangled(waits, undefined)], options);
        expect(ids('events').sort()).toEqual(held.map(({ id }) => id).sort());
      }),
      { numRuns: 15 },
    );
  });

  test('a row that only the neighbour of its window brings is written all the same', async () => {
    const onBorder = at(TODAY, 'border');
    const early = table(
      'events',
      ({ window }) => pages(window.end < iso(TODAY + DAY / 4) && window.end > iso(TODAY) ? [onBorder] : []),
      { cursor: 'timestamp', windows: daily() },
    );
    for (const concurrency of [1, 4]) {
      const { ids, of } = await run([early], { ...INCREMENTAL, startDate: FIRST, concurrency });
      expect(ids('events')).toEqual(['border']);
      // It was held beyond the state that stands on its own time, so the next one counts it.
      const counts = of('events').flatMap(({ state }) => (state ? [state.sourceStats.recordCount] : []));
      expect(counts.at(-1)).toBe(1);
    }
  });

  test('counts add up to the records', async () => {
    const { of } = await run([tangled([5, 3, 1, 4, 0, 2], undefined)], { ...INCREMENTAL, startDate: FIRST });
    let count = 0;
    for (const { record: row, state } of of('events')) {
      if (row) count += 1;
      if (state) count -= state.sourceStats.recordCount;
      if (state) expect(count).toBe(0);
    }
    expect(count).toBe(0);
  });
});

describe('a look-back', () => {
  const held = [TODAY - 3 * DAY + 1, TODAY - 2 * DAY + 1, TODAY - DAY + 1, TODAY + 1].map((time) => at(time));

  test('reads again what lies before the cursor; the state does not go back', async () => {
    const cursor = TODAY + 3600_000;
    const { ids, of } = await run([trail(held)], {
      ...since(cursor),
      startDate: TODAY - 9 * DAY,
      lookback: 2 * DAY,
    });
    expect(ids('events')).toHaveLength(2);
    for (const state of cursorsOf(of('events'))) expect(state).toBeGreaterThanOrEqual(cursor);
    expect(cursorsOf(of('events')).at(-1)).toBe(NOW);
  });

  test('sends no two equal STATEs with records between them', async () => {
    const { of } = await run([trail(held)], {
      ...since(TODAY + 3600_000),
      startDate: TODAY - 9 * DAY,
      lookback: 4 * DAY,
      concurrency: 1,
    });
    expect(repeatedStates(of('events'))).toEqual([]);
  });
});

describe('months', () => {
  const days = Array.from({ length: 45 }, (_, n) => at(Date.UTC(2025, 11, 2 + n)));
  /** A month with its seams: the first of the next month comes with it too. */
  const usage = table(
    'events',
    ({ window }) =>
      pages(
        days.filter(
          (row) =>
            String(row['timestamp']).slice(0, 10) >= window.start.slice(0, 10) &&
            String(row['timestamp']) <= window.end,
        ),
      ),
    { cursor: 'timestamp', windows: monthly() },
  );

  test('write each key once, and the state of the open month says until when it was read', async () => {
    const { ids, states } = await run([usage], { ...INCREMENTAL, startDate: Date.UTC(2025, 11, 2) });
    expect(ids('events').sort()).toEqual(days.map(({ id }) => id));
    expect(states('events').at(-1)).toEqual({ timestamp: iso(NOW) });
  });

  test('a row of the start date is read also where only the month that ends with it has it', async () => {
    const first = Date.UTC(2026, 0, 1);
    const seam = table(
      'events',
      ({ window }) => pages(Date.parse(window.end) === first ? [at(first - DAY), at(first)] : []),
      { cursor: 'timestamp', windows: monthly() },
    );
    const { ids } = await run([seam], { ...INCREMENTAL, startDate: first });
    expect(ids('events')).toContain(iso(first));
  });

  test('the open month is read again as a whole', async () => {
    const { ids, states } = await run([usage], { ...since(NOW - DAY), startDate: Date.UTC(2025, 11, 2) });
    expect(ids('events')).toHaveLength(15);
    expect(states('events').at(-1)).toEqual({ timestamp: iso(NOW) });
  });
});

describe('a failing window', () => {
  test('keeps the last true state', async () => {
    const stream = table(
      'events',
      ({ window }) =>
        window.end > iso(TODAY + 5000)
          ? failing(configError('no'), [at(TODAY + 5)])
          : pages([at(Date.parse(window.end) - DAY / 2)]),
      { cursor: 'timestamp', windows: daily() },
    );
    const { complete, states, story } = await run([stream], {
      ...INCREMENTAL,
      startDate: TODAY - 2 * DAY,
      concurrency: 1,
    });
    expect(complete).toBe(false);
    expect(states('events').at(-1)).toEqual({ timestamp: iso(TODAY) });
    expect(story('events').slice(-2)).toEqual(['INCOMPLETE', 'ERROR config_error']);
  });

  test('ends the stream: what comes after it cannot move the state', async () => {
    let asked = 0;
    const stream = table(
      'events',
      () => {
        asked += 1;
        return failing(configError('no'));
      },
      { cursor: 'timestamp', windows: daily() },
    );
    await run([stream], { ...INCREMENTAL, startDate: TODAY - 20 * DAY, concurrency: 1 });
    expect(asked).toBe(1);
  });
});

describe('a heartbeat while windows are read', () => {
  test('says the last true state, never more', async () => {
    const { runtime, done, states, stop } = start(
      [
        table(
          'events',
          async function* ({ window }) {
            yield [at(Date.parse(window.end) - 5000)];
            if (window.end < iso(TODAY - DAY / 2)) return;
            for (;;) {
              await settle();
              yield [];
            }
          },
          { cursor: 'timestamp', windows: daily() },
        ),
      ],
      { ...INCREMENTAL, startDate: TODAY - 2 * DAY, stop: new AbortController() },
    );
    for (let turn = 0; turn < 5; turn += 1) await settle();
    runtime().onPause?.(NOW + 1);
    await settle();
    stop.abort(configError('enough'));
    await done;
    for (const { timestamp } of states('events')) {
      expect(Date.parse(String(timestamp))).toBeLessThanOrEqual(TODAY - DAY);
    }
    expect(states('events').length).toBeGreaterThan(0);
  });
});

describe('a stream with a parent and windows', () => {
  const parents = table('sources', () => pages([{ id: 'a' }, { id: 'b' }]));
  const sums = (read: FakeStream['read'], days = 2) =>
    table('sums', read, {
      cursor: 'time',
      windows: wholeDays(days),
      primaryKey: ['sourceId', 'time'],
      parent: { stream: parents, keep: ['id'], path: ({ id }) => `/sources/${String(id)}` },
      inject: ({ parent }) => ({ sourceId: parent['id'] }),
    });
  const eachDay: FakeStream['read'] = ({ window }) => {
    const days: Row[] = [];
    for (let time = Date.parse(window.start); time < Date.parse(window.end); time += DAY)
      days.push({ id: iso(time), time: iso(time) });
    return pages(days);
  };

  test('is read window by window for each parent, in whole days, and its state waits for all parents', async () => {
    const asked: string[] = [];
    const stream = sums((context) => {
      asked.push(`${String(context.parent['id'])} ${context.window.start} ${context.window.end}`);
      return eachDay(context);
    });
    const { complete, of, states } = await run([stream], {
      modes: { sums: 'incremental' },
      startDate: TODAY - 3 * DAY,
      concurrency: 1,
    });
    expect(complete).toBe(true);
    const borders = [TODAY - 3 * DAY, TODAY - DAY, TODAY + DAY].map(iso);
    expect(asked).toEqual(
      [0, 1].flatMap((index) => ['a', 'b'].map((id) => `${id} ${borders[index]} ${borders[index + 1]}`)),
    );
    const keys = of('sums').flatMap(({ record }) =>
      record ? [`${String(record.data['sourceId'])} ${String(record.data['time'])}`] : [],
    );
    expect(new Set(keys).size).toBe(8);
    expect(keys).toHaveLength(8);
    expect(states('sums')).toEqual([TODAY - DAY, NOW].map((time) => ({ time: iso(time) })));
  });

  test('begins with the whole day of its cursor, or of what the API still keeps', async () => {
    const first = async (options: Parameters<typeof run>[1], windows = wholeDays(30)) => {
      const starts: string[] = [];
      const stream = {
        ...sums(eachDay),
        windows,
        read: (context: Parameters<FakeStream['read']>[0]) => {
          starts.push(context.window.start);
          return eachDay(context);
        },
      };
      await run([stream], { modes: { sums: 'incremental' }, ...options });
      return starts[0];
    };
    const cursor = { states: { sums: { time: iso(NOW - 2 * DAY) } } };
    expect(await first({ ...cursor, lookback: DAY, startDate: TODAY - 90 * DAY })).toBe(iso(TODAY - 3 * DAY));
    expect(await first({ startDate: TODAY - 90 * DAY }, wholeDays(30, { retentionDays: 10 }))).toBe(
      iso(TODAY - 9 * DAY),
    );
  });

  test('keeps its state behind what may still grow, so that the next sync begins before it', async () => {
    const options = { modes: { sums: 'incremental' as const }, startDate: TODAY - 3 * DAY };
    for (const [lag, cursor] of [
      [3600_000, NOW - 3600_000],
      [DAY, NOW - DAY],
      [9 * DAY, TODAY - 3 * DAY],
    ] as const) {
      const { complete, states } = await run([{ ...sums(eachDay), windows: wholeDays(1, { lag }) }], options);
      expect([complete, states('sums').at(-1)]).toEqual([true, { time: iso(cursor) }]);
    }
  });

  test('that fails for one parent keeps the state before it', async () => {
    const stream = sums((context) =>
      context.parent['id'] === 'b' && context.window.start >= iso(TODAY - DAY)
        ? failing(configError('closed'))
        : eachDay(context),
    );
    const { complete, states } = await run([stream], {
      modes: { sums: 'incremental' },
      startDate: TODAY - 3 * DAY,
      concurrency: 1,
    });
    expect(complete).toBe(false);
    expect(states('sums')).toEqual([{ time: iso(TODAY - DAY) }]);
  });

  test('has nothing to read where there is no parent, and claims nothing of those that come', async () => {
    const none = table('sources', () => pages());
    const stream = { ...sums(eachDay), parent: { stream: none, keep: ['id'], path: () => '/' } };
    const { complete, states } = await run([stream], {
      modes: { sums: 'incremental' },
      startDate: TODAY - 3 * DAY,
    });
    expect(complete).toBe(true);
    expect(states('sums')).toEqual([{ time: iso(TODAY - 3 * DAY) }]);
  });
});
