import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import {
  DAY,
  daily,
  floor,
  instant,
  iso,
  monthly,
  startOf,
  widened,
  windowsBetween,
  within,
  type WindowPlan,
} from '../../src/engine/windows.ts';

const SECOND = 1000;
const moment = fc.integer({ min: Date.UTC(1999, 0, 1), max: Date.UTC(2032, 0, 1) });
const ofPlan = fc.constantFrom<WindowPlan>(daily(), daily({ retentionDays: 90 }), monthly());
/** Up to some 400 windows. */
const span = fc
  .tuple(ofPlan, moment, fc.integer({ min: 0, max: 400 * DAY }))
  .map(([plan, from, length]) => ({ plan, from, to: from + length }));

const startsOf = (plan: WindowPlan, from: string, to: string) =>
  windowsBetween(plan, Date.parse(from), Date.parse(to)).map(({ start }) => start.slice(0, 10));

/** What is kept is counted from when the request arrives, a little after its plan. */
const MARGIN = 60_000;

describe('windows between two moments', () => {
  test('cover them all, ascending, without gap or overlap', () => {
    fc.assert(
      fc.property(span, ({ plan, from, to }) => {
        const windows = windowsBetween(plan, from, to);
        if (from === to) return expect(windows).toEqual([]);
        expect(windows[0]?.start).toBe(iso(from));
        expect(Date.parse(windows.at(-1)?.end ?? '')).toBeGreaterThanOrEqual(to);
        windows.forEach(({ start, end }, index) => {
          expect(Date.parse(start)).toBeLessThan(Date.parse(end));
          if (index > 0) expect(start).toBe(windows[index - 1]?.end);
        });
      }),
    );
  });

  test('change on UTC midnight, or on the first of a UTC month', () => {
    fc.assert(
      fc.property(span, ({ plan, from, to }) => {
        const borders = windowsBetween(plan, from, to)
          .slice(1)
          .map(({ start }) => start);
        for (const border of borders) {
          expect(border).toMatch(plan.unit === 'day' ? /T00:00:00.000Z$/ : /-01T00:00:00.000Z$/);
        }
      }),
    );
  });

  test('days end where the run began; the month that is still open is whole', () => {
    fc.assert(
      fc.property(span, ({ plan, from, to }) => {
        fc.pre(from < to);
        const end = Date.parse(windowsBetween(plan, from, to).at(-1)?.end ?? '');
        if (plan.unit === 'day') expect(end).toBe(to);
        else expect(iso(end)).toMatch(/-01T00:00:00.000Z$/);
        expect(end - to).toBeLessThan(31 * DAY);
      }),
    );
  });

  test('there are none where there is nothing to cover', () => {
    fc.assert(
      fc.property(ofPlan, moment, fc.nat(), (plan, from, back) => {
        expect(windowsBetween(plan, from, from - back)).toEqual([]);
      }),
    );
  });

  test('leap years and the turn of the year', () => {
    expect(startsOf(daily(), '2024-02-27', '2024-03-02')).toEqual([
      '2024-02-27',
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
    expect(startsOf(daily(), '2023-02-28', '2023-03-02')).toEqual(['2023-02-28', '2023-03-01']);
    expect(startsOf(daily(), '2100-02-28', '2100-03-02')).toEqual(['2100-02-28', '2100-03-01']);
    expect(startsOf(daily(), '2025-12-31', '2026-01-02')).toEqual(['2025-12-31', '2026-01-01']);
    expect(startsOf(monthly(), '2025-11-01', '2026-02-01T00:00:00.001Z')).toEqual([
      '2025-11-01',
      '2025-12-01',
      '2026-01-01',
      '2026-02-01',
    ]);
  });
});

describe('the time zone of the machine', () => {
  // A process reads its zone once, so each zone needs a process of its own, and that one plain JavaScript.
  const { code } = transformSync(
    readFileSync(new URL('../../src/engine/windows.ts', import.meta.url), 'utf8'),
    { loader: 'ts' },
  );
  const script = `${code}
    const [from, to] = [Date.UTC(2025, 2, 1, 5), Date.UTC(2025, 10, 5, 3)];
    console.log(JSON.stringify([
      windowsBetween(daily(), from, to), windowsBetween(monthly(), from, to), floor(to, 'day'), floor(to, 'month'),
      startOf(monthly(), { startDate: 0, cursor: to, lookback: 0, now: to }),
      ['2025-03-30', '2025-03-30T02:30:00', '2025-11-02 01:30:00'].map(instant),
    ]));`;
  const run = (TZ: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    });

  test('changes nothing, summer time or not', () => {
    const utc = run('UTC');
    expect((JSON.parse(utc) as unknown[][])[0]).toHaveLength(250);
    for (const zone of ['America/New_York', 'Pacific/Kiritimati', 'Australia/Lord_Howe']) {
      expect(run(zone)).toBe(utc);
    }
  });
});

describe('where a read starts', () => {
  const at = fc.record({
    startDate: moment,
    cursor: fc.option(moment, { nil: undefined }),
    lookback: fc.integer({ min: 0, max: 90 }).map((days) => days * DAY),
    now: moment,
  });
  const keptBy = (plan: WindowPlan, now: number) =>
    plan.retentionDays === undefined ? -Infinity : now - plan.retentionDays * DAY + MARGIN;

  test('never jumps over what lies after the cursor, unless the API no longer keeps it', () => {
    fc.assert(
      fc.property(ofPlan, at, (plan, { cursor, ...rest }) => {
        const { from, wanted } = startOf(plan, { ...rest, ...(cursor !== undefined && { cursor }) });
        const kept = keptBy(plan, rest.now);
        if (cursor !== undefined) expect(from).toBeLessThanOrEqual(Math.max(cursor, kept));
        expect(wanted === undefined).toBe(from !== kept || kept === -Infinity);
      }),
    );
  });

  test('is never before what the API keeps', () => {
    fc.assert(
      fc.property(ofPlan, at, (plan, { cursor, ...rest }) => {
        const { from } = startOf(plan, { ...rest, ...(cursor !== undefined && { cursor }) });
        expect(from).toBeGreaterThanOrEqual(keptBy(plan, rest.now));
      }),
    );
  });

  test('is never before the start date or its month, unless the cursor is', () => {
    fc.assert(
      fc.property(ofPlan, at, (plan, { cursor, ...rest }) => {
        const { from } = startOf(plan, { ...rest, ...(cursor !== undefined && { cursor }) });
        const earliest = Math.min(rest.startDate, cursor ?? Infinity);
        expect(from).toBeGreaterThanOrEqual(plan.unit === 'day' ? earliest : floor(earliest - 1, 'month'));
      }),
    );
  });

  test('a look-back reaches back all the way, as far as the start date', () => {
    fc.assert(
      fc.property(at, ({ cursor = 0, ...rest }) => {
        fc.pre(cursor !== 0);
        const { from } = startOf(daily(), { ...rest, cursor });
        expect(from).toBe(Math.max(cursor - rest.lookback, Math.min(rest.startDate, cursor)));
      }),
    );
  });

  test('months are taken whole', () => {
    fc.assert(
      fc.property(at, ({ cursor, ...rest }) => {
        const { from } = startOf(monthly(), { ...rest, ...(cursor !== undefined && { cursor }) });
        expect(from).toBe(floor(from, 'month'));
      }),
    );
  });

  test('months begin before the start date, as its row may come with the month that ends with it', () => {
    fc.assert(
      fc.property(moment, fc.boolean(), (time, isFirst) => {
        const startDate = isFirst ? floor(time, 'month') : time;
        const { from } = startOf(monthly(), { startDate, lookback: 0, now: time });
        expect(from).toBeLessThan(startDate);
        expect(startDate - from).toBeLessThanOrEqual(31 * DAY);
      }),
    );
  });

  const months = (cursor: string | undefined, startDate: string, lookback = DAY) =>
    iso(
      startOf(monthly(), {
        startDate: Date.parse(startDate),
        ...(cursor !== undefined && { cursor: Date.parse(cursor) }),
        lookback,
        now: Date.parse('2026-06-15'),
      }).from,
    ).slice(0, 10);

  test.each<[string | undefined, string, number, string]>([
    [undefined, '2025-03-17', DAY, '2025-03-01'],
    // A row of the first moment may come with the month before only.
    [undefined, '2025-03-01', DAY, '2025-02-01'],
    [undefined, '2025-03-01T00:00:00.001Z', DAY, '2025-03-01'],
    ['2026-05-20T10:00:00Z', '2025-01-01', DAY, '2026-05-01'],
    ['2026-05-01T10:00:00Z', '2025-01-01', DAY, '2026-04-01'],
    // The end of a finished month: rows of the seam may come with that month only.
    ['2026-05-01T00:00:00Z', '2025-01-01', 0, '2026-04-01'],
    ['2026-01-01T00:00:00Z', '2025-01-01', 0, '2025-12-01'],
    ['2024-03-01T00:00:00Z', '2024-01-01', DAY, '2024-02-01'],
    // Not before the month of the start date, or the one that ends with it.
    ['2026-05-01T00:00:00Z', '2026-05-01', DAY, '2026-04-01'],
    ['2026-05-20T00:00:00Z', '2026-05-01', 40 * DAY, '2026-04-01'],
    ['2026-05-02T00:00:00Z', '2026-05-02', 40 * DAY, '2026-05-01'],
    // A start date that was moved behind the cursor does not make a hole.
    ['2026-03-10T00:00:00Z', '2026-05-01', DAY, '2026-03-01'],
  ])('months: cursor %s, start date %s, look-back %i -> %s', (cursor, startDate, lookback, from) => {
    expect(months(cursor, startDate, lookback)).toBe(from);
  });

  test('says from when it was asked where the API keeps less', () => {
    const now = Date.parse('2026-06-15T10:00:00Z');
    const startDate = Date.parse('2025-01-01');
    expect(startOf(daily({ retentionDays: 90 }), { startDate, lookback: DAY, now })).toEqual({
      from: now - 90 * DAY + MARGIN,
      wanted: startDate,
    });
  });
});

describe('the window as it is asked for', () => {
  test('reaches a second over each border, never past now nor before what is kept', () => {
    fc.assert(
      fc.property(span, ({ plan, from, to }) => {
        const kept = plan.retentionDays === undefined ? -Infinity : to - plan.retentionDays * DAY + MARGIN;
        for (const window of windowsBetween(plan, Math.max(from, kept), to)) {
          const asked = widened(plan, window, to);
          if (plan.unit === 'month') {
            expect(asked).toEqual(window);
            continue;
          }
          expect(Date.parse(asked.start)).toBe(Math.max(Date.parse(window.start) - SECOND, kept));
          expect(Date.parse(asked.end)).toBe(Math.min(Date.parse(window.end) + SECOND, to));
        }
      }),
    );
  });
});

describe('an instant', () => {
  test.each([
    ['2026-01-15', '2026-01-15T00:00:00.000Z'],
    ['2026-01-15T10:20:30Z', '2026-01-15T10:20:30.000Z'],
    ['2026-01-15T10:20:30.123456789Z', '2026-01-15T10:20:30.123Z'],
    ['2026-01-15T10:20:30z', '2026-01-15T10:20:30.000Z'],
    ['2026-01-15T10:20:30+02:00', '2026-01-15T08:20:30.000Z'],
    ['2026-01-15T10:20:30-0530', '2026-01-15T15:50:30.000Z'],
    ['2026-01-15T10:20:30', '2026-01-15T10:20:30.000Z'],
    ['2026-01-15 10:20:30', '2026-01-15T10:20:30.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => expect(iso(instant(text))).toBe(expected));

  test.each([undefined, null, '', 'yesterday', '15.01.2026', '2026', '2026-01', 1768478430, {}, [], true])(
    '%p is none',
    (value) => expect(instant(value)).toBeNaN(),
  );
  test.each([
    '2026-13-01',
    '2026-01-32',
    '2026-01-15T25:00:00Z',
    '2026-01-15 soon',
    '2026-01-15T',
    '2026-02-30',
    '2026-02-29T00:00:00Z',
  ])('%s is none', (text) => expect(instant(text)).toBeNaN());

  test('comes back from its own text', () => {
    fc.assert(fc.property(moment, (time) => expect(instant(iso(time))).toBe(time)));
  });

  describe('within a span, told by its text', () => {
    /** Around the span, near its borders too, and written in every way. */
    const written = fc
      .record({
        start: moment,
        length: fc.oneof(fc.integer({ min: 0, max: 3 * DAY }), fc.integer({ min: 0, max: 400 * DAY })),
        place: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
        near: fc.option(fc.integer({ min: -2500, max: 2500 })),
        write: fc.constantFrom<(text: string) => string>(
          (text) => text,
          (text) => text.replace(/\.\d+/, ''),
          (text) => text.replace('Z', '999999Z'),
          (text) => text.replace('Z', '+05:00'),
          (text) => text.replace('Z', ''),
          (text) => text.slice(0, 10),
          (text) => text.replace(/T\d\d/, 'T24'),
          (text) => text.replace(/:\d\d/, ':60'),
          (text) => text.replace(/-\d\dT/, '-30T'),
          (text) => text.replace(/-\d\dT/, '-00T'),
          (text) => text.replace(/-\d\d-/, '-00-'),
          (text) => text.replace(/-\d\d-/, '-13-'),
        ),
      })
      .map(({ start, length, place, near, write }) => {
        const at =
          near === null ? Math.floor(start + place * length) : start + (place > 0.5 ? length : 0) + near;
        return { start, end: start + length, at, text: write(iso(at)) };
      });

    test('is so', () => {
      fc.assert(
        fc.property(written, ({ start, end, text }) => {
          if (!within(start, end)(text)) return;
          expect(instant(text)).toBeGreaterThan(start);
          expect(instant(text)).toBeLessThan(end);
        }),
        { numRuns: 2000 },
      );
    });

    test('is found for nearly all', () => {
      fc.assert(
        fc.property(written, ({ start, end, at }) => {
          const isFar = at - start >= 2 * SECOND && end - at >= 2 * SECOND && new Date(at).getUTCDate() <= 28;
          if (isFar) expect(within(start, end)(iso(at))).toBe(true);
        }),
      );
    });

    test.each([undefined, null, 5, {}, ['2026-01-15T10:20:30Z']])('is not %p', (value) =>
      expect(within(0, Date.UTC(2100))(value)).toBe(false),
    );
    test('is none where the span has no end', () =>
      expect(within(-Infinity, NaN)('2026-01-15T10:20:30Z')).toBe(false));
  });
});
