import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Checkpoint } from '../../src/engine/checkpoint.ts';

const order = fc.integer({ min: 0, max: 60 }).chain((count) =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, i) => i),
    { minLength: count },
  ),
);
const someOrder = fc.tuple(order, fc.nat({ max: 60 })).map(([all, cut]) => ({
  count: all.length,
  finished: all.slice(0, cut),
}));

/** The longest finished prefix, counted the slow way. */
const prefix = (finished: readonly number[]) => {
  let reached = 0;
  while (finished.includes(reached)) reached += 1;
  return reached;
};

describe('a checkpoint', () => {
  test('stands behind the longest finished prefix, whatever the order', () => {
    fc.assert(
      fc.property(someOrder, ({ count, finished }) => {
        const checkpoint = new Checkpoint(count);
        finished.forEach((index, at) => {
          const before = checkpoint.reached;
          const moved = checkpoint.finish(index);
          expect(checkpoint.reached).toBe(prefix(finished.slice(0, at + 1)));
          expect(moved).toBe(checkpoint.reached > before);
        });
      }),
    );
  });

  test('is at the end when all are finished, and never goes back', () => {
    fc.assert(
      fc.property(order, (all) => {
        const checkpoint = new Checkpoint(all.length);
        let last = 0;
        for (const index of all) {
          checkpoint.finish(index);
          expect(checkpoint.reached).toBeGreaterThanOrEqual(last);
          last = checkpoint.reached;
        }
        expect(checkpoint.reached).toBe(all.length);
      }),
    );
  });

  test('does not move twice for one partition', () => {
    const checkpoint = new Checkpoint(2);
    expect([checkpoint.finish(0), checkpoint.finish(0), checkpoint.reached]).toEqual([true, false, 1]);
  });
});
