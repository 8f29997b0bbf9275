import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/**
 * Any character at all, as a unit of `fc.string`. fast-check's own `binary` is the same, but makes a map of all 1.1 million of them
 * in each test file, which takes a second.
 */
export const anyCharacter = fc.nat(0x10ffff - SURROGATES.count).map(
  (place) => String.fromCodePoint(place < SURROGATES.first ? place : place + SURROGATES.count),
  (character) => {
    // Backwards: it is how fast-check finds out which dangerous names (`__proto__`) it can make of these.
    const code = typeof character === 'string' ? (character.codePointAt(0) ?? NaN) : NaN;
    const isHalf = code >= SURROGATES.first && code < SURROGATES.first + SURROGATES.count;
    if (isHalf || character !== String.fromCodePoint(code)) throw new Error('no character');
    return code < SURROGATES.first ? code : code - SURROGATES.count;
  },
);
