import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matcher } from '../../../src/sources/segment/patterns.ts';

test.each([
  ['Source Deleted', 'source deleted', true],
  ['source*', 'Source Deleted', true],
  ['*deleted', 'Source Deleted', true],
  ['s*e*d', 'Source Deleted', true],
  [' * ', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*a', 'a', false],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
  ['größe «*»', 'GRÖSSE «neu»', false],
  ['größe «*»', 'GRÖßE «neu»', true],
])('%j of %j: %p', (pattern, text, expected) => expect(matcher([pattern])(text)).toBe(expected));

test('is what a regular expression says', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', '(', '\n') });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '(', '*') });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 3 }), word, (patterns, text) => {
      const expected = patterns.some((one) => {
        const source = one.replaceAll('(', '\\(').replaceAll(/\*+/g, '.*');
        return new RegExp(`^${source}$`, 'is').test(text);
      });
      expect(matcher(patterns)(text)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

test('is not kept busy by many stars', () => {
  const isOne = matcher([`${'*'.repeat(100)}b`, `${'a*'.repeat(100)}b`]);
  const busy = () => isOne('a'.repeat(10_000));
  // What never ends would hold up all tests.
  expect(runInNewContext('busy()', { busy }, { timeout: 10_000 })).toBe(false);
});
