/** Tables that are read by a span that moves: all rows first, then those whose time moved, and those without one. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { configError } from '../../src/engine/errors.ts';
import type { Row } from '../../src/engine/stream.ts';
import { DAY, isWholeTable, iso, movingSpan, startOf, windowsBetween } from '../../src/engine/windows.ts';
import { failing, pages, run, table, type FakeStream } from './lab.ts';

/** The runs of these tests begin here (FakeClock). */
const NOW = Date.UTC(2026, 0, 15, 12);

/** As an API answers: by time; who has none always. */
const changed = (held: readonly Row[], { start, end }: { start: string; end: string }) =>
  held.filter(({ time }) => typeof time !== 'string' || (time >= start && time < end));

const people = (held: readonly Row[], asked: string[] = []): FakeStream =>
  table(
    'people',
    ({ window }) => {
      asked.push(isWholeTable(window) ? 'all' : `${window.start} ${window.end}`);
      return pages(isWholeTable(window) ? held : changed(held, window));
    },
    { cursor: 'time', windows: movingSpan() },
  );

const HELD = [
  { id: 'old', time: iso(NOW - 900 * DAY) },
  { id: 'new', time: iso(NOW - DAY) },
  { id: 'timeless' },
];
const INCREMENTAL = { modes: { people: 'incremental' as const } };
const since = (cursor: number) => ({ ...INCREMENTAL, states: { people: { time: iso(cursor) } } });

describe('without a state', () => {
  test.each(['incremental', 'full_refresh'] as const)(
    'a read (%s) is of the whole table, whatever the start date, and its state is the time of its begin',
    async (mode) => {
      const asked: string[] = [];
      const { complete, story, states } = await run([people(HELD, asked)], {
        modes: { people: mode },
        startDate: NOW - DAY,
      });
      expect([complete, asked]).toEqual([true, ['all']]);
      expect(story('people')).toEqual([
        ...['STARTED', 'RUNNING', 'record old', 'record new', 'record timeless', 'state 3', 'COMPLETE'],
      ]);
      expect(states('people')).toEqual([{ time: iso(NOW) }]);
    },
  );

  test('one that breaks off has a state from which all comes again', async () => {
    const broken = { ...people(HELD), read: () => failing(configError('closed'), HELD) };
    const { complete, runtime, states } = await run([broken], INCREMENTAL);
    expect([complete, states('people')]).toEqual([false, []]);
    expect(runtime()).toBeDefined();
    const asked: string[] = [];
    const again = await run([people(HELD, asked)], since(0));
    expect([asked, again.ids('people')]).toEqual([['all'], ['old', 'new', 'timeless']]);
  });
});

describe('with a state', () => {
  test('a read is of what changed since, as far back as the look-back, and of what has no time', async () => {
    const asked: string[] = [];
    const options = { ...since(NOW - DAY / 2), lookback: DAY, startDate: NOW };
    const { ids, states } = await run([people(HELD, asked)], options);
    expect(asked).toEqual([`${iso(NOW - 1.5 * DAY)} ${iso(NOW)}`]);
    expect(ids('people')).toEqual(['new', 'timeless']);
    expect(states('people')).toEqual([{ time: iso(NOW) }]);
  });

  test("its own goes no further than the vendor's time", async () => {
    const { states } = await run([people(HELD)], { ...since(NOW - DAY), ahead: -5000 });
    expect(states('people').at(-1)).toEqual({ time: iso(NOW - 5000) });
  });

  test('its own stays behind by the lag', async () => {
    const slow = { ...people(HELD), windows: movingSpan({ lag: 5000 }) };
    const { states } = await run([slow], since(NOW - DAY));
    expect(states('people').at(-1)).toEqual({ time: iso(NOW - 5000) });
  });

  test('that fails keeps it', async () => {
    const broken = { ...people(HELD), read: () => failing(configError('closed'), HELD) };
    const { complete, states } = await run([broken], since(NOW - DAY));
    expect([complete, states('people')]).toEqual([false, []]);
  });

  test('in the future nothing is read', async () => {
    const asked: string[] = [];
    const { story } = await run([people(HELD, asked)], since(NOW + 9 * DAY));
    expect([asked, story('people')]).toEqual([[], ['STARTED', 'RUNNING', 'state 0', 'COMPLETE']]);
  });
});

test('a span is one window, and the whole table where no cursor lies behind the look-back', () => {
  const moment = fc.integer({ min: 0, max: NOW });
  fc.assert(
    fc.property(fc.option(moment, { nil: undefined }), moment, moment, (cursor, lookback, startDate) => {
      const { from, ...rest } = startOf(movingSpan(), {
        startDate,
        lookback,
        now: NOW + 1,
        ...(cursor !== undefined && { cursor }),
      });
      const windows = windowsBetween(movingSpan(), from, NOW + 1);
      expect([rest, windows]).toEqual([{}, [{ start: iso(from), end: iso(NOW + 1) }]]);
      expect(windows.every(isWholeTable)).toBe(cursor === undefined || cursor <= lookback);
    }),
  );
});
