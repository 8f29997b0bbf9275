import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ListRepeats, SeriesRepeats, Twins } from '../../src/engine/repeats.ts';
import { keyOf, shaper } from '../../src/engine/shape.ts';
import { MASK } from '../../src/protocol/mask.ts';
import { pages, table } from './lab.ts';

const rows = (...ids: number[]) => ids.map((id) => ({ id }));
const repeats = () => new SeriesRepeats(({ id }) => String(id));

describe('a list that changes while it is paged', () => {
  test('brings the end of a page again at the start of the next: once is enough', () => {
    const list = repeats();
    expect(list.fresh(rows(1, 2, 3))).toEqual(rows(1, 2, 3));
    expect(list.fresh(rows(3, 4, 5))).toEqual(rows(4, 5));
    expect(list.fresh(rows(5, 6))).toEqual(rows(6));
  });

  test('is told apart from one that does not: nothing else is taken out', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), fc.integer({ min: 1, max: 7 }), (ids, size) => {
        const list = repeats();
        const read: object[] = [];
        for (let at = 0; at < ids.length; at += size)
          read.push(...list.fresh(rows(...ids.slice(at, at + size))));
        expect(read).toEqual(rows(...ids));
      }),
    );
  });

  test('shifted by whatever came in meanwhile, as long as it is less than a page, has each row once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(8), { maxLength: 20 }), (size, shifts) => {
        const list = repeats();
        const read: object[] = [];
        let at = 0;
        for (const shift of [0, ...shifts]) {
          at = Math.max(0, at - Math.min(shift, size - 1));
          read.push(...list.fresh(rows(...Array.from({ length: size }, (_, offset) => at + offset))));
          at += size;
        }
        expect(read).toEqual(rows(...Array.from({ length: at }, (_, id) => id)));
      }),
    );
  });
});

describe('a list that is read again', () => {
  const list = () => new ListRepeats(({ id }) => String(id));

  test('brings only what it had not brought, however far back', () => {
    const twice = list();
    expect([...twice.fresh(rows(1, 2)), ...twice.fresh(rows(3, 4))]).toEqual(rows(1, 2, 3, 4));
    expect(twice.endPass()).toBe(false);
    expect([...twice.fresh(rows(1, 3)), ...twice.fresh(rows(4, 5))]).toEqual(rows(5));
  });

  test.each([
    ['the same keys', [1, 2, 3], [3, 1, 2], true],
    ['one less', [1, 2, 3], [1, 2], false],
    ['one more', [1, 2], [1, 2, 3], true],
    ['another in its place', [1, 2], [1, 3], false],
    ['one twice and another not', [1, 2, 3], [1, 1, 2], false],
    ['none, again', [], [], true],
  ])('knows whether it brought all again: %s', (_, first, second, hasAll) => {
    const twice = list();
    twice.fresh(rows(...first));
    expect(twice.endPass()).toBe(false);
    twice.fresh(rows(...second));
    expect(twice.endPass()).toBe(hasAll);
  });

  test('whatever comes and goes between its pages, lacks nothing that stayed when it says so', () => {
    const change = fc.record({ goes: fc.boolean(), at: fc.nat(30) });
    const changes = fc.array(fc.option(change), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(20), changes, (size, length, coming) => {
        const passes = list();
        const first = Array.from({ length }, (_, id) => id);
        let [held, next] = [first, length];
        const read = new Set<number>();
        for (let pass = 0; pass < 60; pass += 1) {
          for (let at = 0; at === 0 || at < held.length; at += size) {
            for (const { id } of passes.fresh(rows(...held.slice(at, at + size)))) read.add(id as number);
            const due = coming.shift();
            // One that comes and goes unseen can hide another, once: no reading tells.
            if (due?.goes) held = held.filter((id) => id !== due.at || id >= length);
            else if (due) held = [...held.slice(0, due.at), (next += 1), ...held.slice(due.at)];
          }
          if (passes.endPass()) break;
        }
        expect(held.filter((id) => id < length && !read.has(id))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('compares with the pass before alone', () => {
    const thrice = list();
    for (const ids of [
      [1, 2],
      [2, 3],
      [1, 2],
    ]) {
      thrice.fresh(rows(...ids));
      expect(thrice.endPass()).toBe(false);
    }
    thrice.fresh(rows(1, 2));
    expect(thrice.endPass()).toBe(true);
  });
});

describe.each([
  ['a list', ListRepeats],
  ['a series', SeriesRepeats],
])('of two rows of one page with the same key, %s', (_, Repeats) => {
  test('takes the first where they are one row, and no key for one where they differ', () => {
    const one = new Repeats(({ id }) => String(id));
    expect(one.fresh([{ id: 1, a: 'x' }, ...rows(2), { id: 1, a: 'x' }])).toEqual([
      { id: 1, a: 'x' },
      { id: 2 },
    ]);
    expect(() => one.fresh([...rows(3), { id: 4, a: 'x' }, { id: 4, a: 'y' }])).toThrow(Twins);
  });

  test('goes by what was sent, not by what is written: two can differ in their secrets alone', () => {
    const stream = table('t', () => pages(), { secrets: { code: 'all' } });
    const shape = shaper(stream, false);
    const context = { api: null, parent: {}, window: { start: '', end: '' }, rowsOf: () => [] };
    const one = new Repeats(keyOf(stream));
    const fresh = (...codes: string[]) => {
      const sent = codes.map((code) => ({ id: 'a', code }));
      return one.fresh(shape(sent, context), sent);
    };
    expect(fresh('x', 'x')).toEqual([{ id: 'a', code: MASK }]);
    expect(() => fresh('x', 'y')).toThrow(Twins);
  });

  test('tells it in a few looks at each row, however many come again', () => {
    let looks = 0;
    const many = new Repeats(({ id }) => {
      looks += 1;
      return String(id);
    });
    expect(many.fresh(rows(...Array.from({ length: 1000 }, (__, id) => id % 10)))).toHaveLength(10);
    expect(looks).toBeLessThanOrEqual(3 * 1000);
  });
});
