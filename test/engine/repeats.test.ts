import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Repeats } from '../../src/engine/repeats.ts';

const rows = (...ids: number[]) => ids.map((id) => ({ id }));
const repeats = () => new Repeats(({ id }) => String(id));

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
