import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fitted } from '../../src/forward/fit.ts';
import { anyCharacter } from '../support/characters.ts';

const LIMIT = 32_000;
const bytesOf = (text: string) => Buffer.byteLength(text);

describe('a message', () => {
  test('that fits is the very same', () => {
    const message = JSON.stringify({ target: 'x'.repeat(LIMIT - 13) });
    expect(bytesOf(message)).toBe(LIMIT);
    expect(fitted(message, LIMIT)).toBe(message);
  });

  test('that does not has its longest texts cut, and says so where it does', () => {
    const message = JSON.stringify({ id: 'events/1', details: { target: 'x'.repeat(40_000), name: 'Web' } });
    expect(JSON.parse(fitted(message, LIMIT))).toEqual({
      id: 'events/1',
      details: { target: `${'x'.repeat(8192)}… (cut, it had 40000 characters)`, name: 'Web' },
    });
  });

  test('is not cut within a character', () => {
    const message = JSON.stringify({ target: `x${'🦩'.repeat(20_000)}` });
    const { target } = JSON.parse(fitted(message, LIMIT)) as { target: string };
    expect(target).toMatch(/^x(🦩){4095}… \(cut/u);
  });

  test('fits in the end, whatever its texts are', () => {
    const text = fc
      .tuple(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 5 }), fc.nat(20_000))
      .map(([some, times]) => some.repeat(times));
    const message = fc.record({ a: text, b: text, c: fc.array(text, { maxLength: 10 }) });
    fc.assert(
      fc.property(message, (one) => {
        const made = fitted(JSON.stringify(one), LIMIT);
        expect(bytesOf(made)).toBeLessThanOrEqual(LIMIT);
        expect(Object.keys(JSON.parse(made) as object)).toEqual(['a', 'b', 'c']);
      }),
      { numRuns: 50 },
    );
  });

  test('that is too large without a long text is an error, and not dropped', () => {
    const message = JSON.stringify({ list: Array.from({ length: 20_000 }, () => 'x') });
    expect(() => fitted(message, LIMIT)).toThrow('more than 32,000 bytes');
  });
});
