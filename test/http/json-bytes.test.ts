import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonCopier } from '../../src/http/json-bytes.ts';
import { parseJson } from '../../src/http/json.ts';
import { anyCharacter } from '../support/characters.ts';

/** What is copied of a text, if it is all of it. */
function copyOf(json: string): string | undefined {
  const from = Buffer.from(`${json}\n`);
  const out = Buffer.alloc(from.length * 3);
  const copier = new JsonCopier(from, 0, out, 0);
  const isWhole = copier.takeValue() && copier.at === from.length - 1;
  expect(copier.to).toBeLessThanOrEqual(out.length);
  return isWhole ? out.toString('utf8', 0, copier.to) : undefined;
}

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 6 }),
  fc.constantFrom('\u0085', 'a\u2028', '\u2029b', '\u00c2', '\u20a8', '\u007f', '__proto__', '"\\', '漢😀'),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e-7, 1e21, 2 ** 53 - 1, -(2 ** 53), 5e-324, 1.5e99),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(true, false, null),
    number,
    text,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(text, tie('json'), { maxKeys: 3 }),
  ),
}));
const ESCAPES = ['\\/', '\\u0041', '\\u001f', '\\x', '\\', '\\ud800'];
const NUMBERS = ['01', '-', '1.', '.5', '1e', '1e+', '1E400', '9007199254740993', '-12345678901234567890'];
const MARKS = ['"', ',', ':', '{', '}', '[', ']', ' ', '\t', '\u0000', 'tru', 'nul', 'NaN', '\ufeff'];

test('what is written as most JSON is, is copied, and says the same', () => {
  fc.assert(
    fc.property(json, (value) => {
      const written = JSON.stringify(value);
      const copy = copyOf(written);
      const isUsual = !/\\u/.test(written) && !/e[+-]\d{3}/.test(written) && !/\d{16}/.test(written);
      if (isUsual) expect(copy).toBeDefined();
      if (copy !== undefined) expect(JSON.parse(copy)).toEqual(parseJson(written));
    }),
    { numRuns: 500 },
  );
});

test('whatever else it is, what is copied is what a reader makes of it', () => {
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 2 }),
    by: fc.constantFrom('', ...ESCAPES, ...NUMBERS, ...MARKS),
  });
  fc.assert(
    fc.property(json, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
      const changed = changes.reduce((before, { at, length, by }) => {
        const place = at % (before.length + 1);
        return before.slice(0, place) + by + before.slice(place + length);
      }, JSON.stringify(value));
      // As it arrives: what is no UTF-8 does not come so far.
      const sent = Buffer.from(changed).toString();
      const copy = copyOf(sent);
      if (copy !== undefined) expect(JSON.parse(copy)).toEqual(parseJson(sent));
    }),
    { numRuns: 2000 },
  );
});

describe('copied is', () => {
  test.each([
    ['an integer that a double cannot hold, as a text', '[9007199254740993,-12345678901234567890]'],
    ['one that it can', '[9007199254740991,-9007199254740991]'],
    ['a number with an exponent', '[1e-7,1.5E+21,-2e5]'],
    ['what only looks like an integer', '["say: 12345678901234567890, [1]"]'],
  ])('%s', (_, written) => {
    const copy = copyOf(written);
    expect(JSON.parse(copy ?? '')).toEqual(parseJson(written));
  });

  test('a text without the escapes behind which a secret could hide', () => {
    expect(copyOf('"\\u0041\\/\\u00e9\\u6f22\\n"')).toBe('"A/é漢\\n"');
  });

  test('a text on one line, whoever counts', () => {
    expect(copyOf('"a\u0085b\u2028c\u2029d"')).toBe('"a\\u0085b\\u2028c\\u2029d"');
  });
});

test.each([
  ['numbers that a double may not hold', ['1e400', '1e-400', `${'9'.repeat(400)}.5`, '1234567890123456e99']],
  [
    'escapes that no text needs but these',
    ['"\\u001f"', '"\\u0022"', '"\\u005c"', '"\\ud83d\\ude00"', '"\\u2028"'],
  ],
  ['blanks', ['[1, 2]', '{"a" :1}', ' 1']],
  ['what is very deep', [`${'['.repeat(60)}${']'.repeat(60)}`]],
  [
    'no JSON',
    ['', '[1,]', '{"a":1,}', '{"a"}', '{1:2}', '"a', '-', '1.', '01', 'nul', '"\t"', '"\\x"', '1e'],
  ],
])('left to a reader are %s', (_, all) => expect(all.map(copyOf)).toEqual(all.map(() => undefined)));
