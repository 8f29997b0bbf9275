import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Seams } from '../../src/engine/seams.ts';
import {
  DAY,
  daily,
  instant,
  iso,
  monthly,
  windowsBetween,
  type WindowPlan,
} from '../../src/engine/windows.ts';

const FROM = Date.UTC(2026, 0, 30, 15);
const moment = Object.assign(({ at }: Record<string, unknown>) => instant(at), { field: 'at' });
const keyOf = (row: Record<string, unknown>) => String(row['id']);
const seamsOf = (plan: WindowPlan, count: number) => {
  const windows = windowsBetween(plan, FROM, FROM + count * (plan.unit === 'day' ? DAY : 30 * DAY));
  return { windows, seams: new Seams(windows, plan.seam, moment, keyOf) };
};

/** A row of the API, and the windows whose requests bring it. */
interface Fact {
  readonly id: string;
  readonly at: number;
  readonly owner: number;
  readonly broughtBy: readonly number[];
}

/** Rows as an API gives them whose borders are unclear: a neighbour can bring what is near its border. */
function facts(plan: WindowPlan, windows: readonly { start: string; end: string }[]) {
  const last = windows.length - 1;
  const one = fc.record({
    owner: fc.nat({ max: last }),
    place: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.constantFrom(0, 1e-9)),
    fromEnd: fc.boolean(),
    near: fc.boolean(),
    brought: fc.uniqueArray(fc.constantFrom(-1, 0, 1), { minLength: 1 }),
    times: fc.constantFrom(1, 1, 2),
  });
  return fc.array(one, { maxLength: 25 }).map((drawn) =>
    drawn.map(({ owner, place, fromEnd, near, brought, times }, index): Fact => {
      const [start, end] = [Date.parse(windows[owner]!.start), Date.parse(windows[owner]!.end)];
      const reach = Math.min(plan.seam, end - start);
      const offset = Math.floor(place * (near ? reach : end - start));
      const at = fromEnd ? end - 1 - offset : start + offset;
      const canBring = (by: number) =>
        by === owner || (by < owner ? at - start <= plan.seam : end - at <= plan.seam);
      const broughtBy = brought
        .map((delta) => owner + delta)
        .filter((by) => by >= 0 && by <= last && canBring(by));
      if (broughtBy.length === 0) broughtBy.push(owner);
      const isRemembered = Math.min(at - start, end - at) <= plan.seam;
      return {
        id: `r${index}`,
        at,
        owner,
        broughtBy: isRemembered && times === 2 ? [...broughtBy, ...broughtBy] : broughtBy,
      };
    }),
  );
}

/** Reads all windows side by side, in an order that `picks` decides. */
function readAll(seams: Seams, rows: readonly Fact[], count: number, picks: readonly number[]) {
  const pages = Array.from({ length: count }, (_, by) =>
    rows.flatMap(({ id, at, broughtBy }) =>
      broughtBy.filter((one) => one === by).map(() => ({ id, at: iso(at), by })),
    ),
  );
  const open = pages.map((_, by) => by);
  const written: Record<string, unknown>[] = [];
  for (let turn = 0; open.length > 0; turn += 1) {
    const pick = (picks[turn % picks.length] ?? 0) + turn;
    const by = open[pick % open.length] ?? 0;
    const page = pages[by]!.splice((pick >> 3) % Math.max(pages[by]!.length, 1), 1 + (pick % 3));
    if (page.length > 0) written.push(...seams.admit(by, page));
    else if (pages[by]!.length === 0) {
      written.push(...seams.close(by));
      open.splice(open.indexOf(by), 1);
    }
  }
  return written;
}

describe.each<[string, WindowPlan]>([
  ['days with a seam of a second', daily()],
  ['months that can bring any row of their neighbours', monthly()],
])('%s, read side by side', (_, plan) => {
  const scene = fc.integer({ min: 1, max: 6 }).chain((count) => {
    const { windows } = seamsOf(plan, count);
    return fc.record({
      windows: fc.constant(windows),
      rows: facts(plan, windows),
      picks: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 40 }),
    });
  });

  test('every key is written, exactly once; the version of its own window wins', () => {
    fc.assert(
      fc.property(scene, ({ windows, rows, picks }) => {
        const seams = new Seams(windows, plan.seam, moment, keyOf);
        const written = readAll(seams, rows, windows.length, picks);
        expect(written.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
        for (const { id, owner, broughtBy } of rows) {
          const { by } = written.find((row) => row['id'] === id) ?? {};
          expect(broughtBy).toContain(by);
          if (broughtBy.includes(owner)) expect(by).toBe(owner);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a row', () => {
  test('before the first window or after the last is the one that brought it', () => {
    const { windows, seams } = seamsOf(daily(), 2);
    const early = { id: 'early', at: iso(FROM - 1000) };
    const late = { id: 'late', at: iso(Date.parse(windows.at(-1)!.end) + 500) };
    expect(seams.admit(0, [early])).toEqual([early]);
    expect(seams.admit(0, [early])).toEqual([]);
    expect(seams.admit(windows.length - 1, [late])).toEqual([late]);
  });

  test('of a neighbour is held until that is done, then written though it did not bring it', () => {
    const { windows, seams } = seamsOf(daily(), 3);
    const row = { id: 'x', at: windows[1]!.start };
    expect(seams.admit(0, [row])).toEqual([]);
    expect(seams.close(0)).toEqual([]);
    expect(seams.close(1)).toEqual([row]);
  });

  test('of a neighbour that is done already is written at once, and once', () => {
    const { windows, seams } = seamsOf(daily(), 3);
    const row = { id: 'x', at: windows[1]!.start };
    expect(seams.close(1)).toEqual([]);
    expect(seams.admit(0, [row])).toEqual([row]);
    expect(seams.admit(0, [row])).toEqual([]);
    expect(seams.close(0)).toEqual([]);
  });

  test('is not mistaken for another one with the same time', () => {
    const { windows, seams } = seamsOf(daily(), 2);
    const at = windows[1]!.start;
    expect(
      seams.admit(1, [
        { id: 'x', at },
        { id: 'y', at },
        { id: 'x', at },
      ]),
    ).toHaveLength(2);
  });

  test('that an API of whole seconds brings from just beyond the overlap is written once', () => {
    const { windows, seams } = seamsOf(daily(), 2);
    const row = { id: 'x', at: iso(Date.parse(windows[1]!.start) + 1900) };
    expect([
      ...seams.admit(1, [row]),
      ...seams.admit(0, [row]),
      ...seams.close(0),
      ...seams.close(1),
    ]).toEqual([row]);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const heap = () => {
    gc();
    return process.memoryUsage().heapUsed / 1e6;
  };

  test.each<[string, WindowPlan]>([
    ['days', daily()],
    ['months', monthly()],
  ])('of %s does not grow with those that are done', (_, plan) => {
    const { windows, seams } = seamsOf(plan, 200);
    const before = heap();
    let written = 0;
    for (const [index, { start, end }] of windows.entries()) {
      const rows = Array.from({ length: 500 }, (_, id) => ({
        id: `${index}-${id}-${'x'.repeat(500)}`,
        at: id % 2 ? start : iso(Date.parse(end) - 1),
      }));
      written += seams.admit(index, rows).length + seams.close(index).length;
    }
    expect(written).toBe(windows.length * 500);
    // 200 windows of 500 keys of 500 characters are 50 MB.
    expect(heap() - before).toBeLessThan(10);
    expect(seams.close(0)).toEqual([]);
  });

  test('of days does not grow with the rows within them', () => {
    const { seams } = seamsOf(daily(), 2);
    const before = heap();
    for (let page = 0; page < 200; page += 1) {
      const rows = Array.from({ length: 500 }, (_, id) => ({
        id: `${page}-${id}-${'x'.repeat(500)}`,
        at: '2026-01-30T20:00:00.000Z',
      }));
      expect(seams.admit(0, rows)).toHaveLength(500);
    }
    expect(heap() - before).toBeLessThan(10);
    expect(seams.close(0)).toEqual([]);
  });
});
