import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { searcher } from '../../src/protocol/search.ts';

/** Of few letters, so that much is nearly found. */
const text = (constraints: { minLength?: number; maxLength?: number }) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'é'), ...constraints });

test('finds what a plain search finds, wherever it stands', () => {
  const needles = fc.array(text({ minLength: 4, maxLength: 20 }), { maxLength: 4 });
  fc.assert(
    fc.property(
      needles,
      text({ maxLength: 60 }),
      text({ maxLength: 60 }),
      fc.nat(4),
      (sought, before, after, which) => {
        const isIn = searcher(sought.map((needle) => Buffer.from(needle)));
        for (const held of ['', sought[which] ?? '']) {
          const whole = before + held + after;
          expect([whole, isIn(Buffer.from(whole))]).toEqual([
            whole,
            sought.some((needle) => whole.includes(needle)),
          ]);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
