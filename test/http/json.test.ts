import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../src/http/json.ts';

/** The first integer that a double rounds. */
const BIG = '9007199254740993';
const unsafe = fc
  .bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
  .filter((n) => n > BigInt(Number.MAX_SAFE_INTEGER) || n < BigInt(Number.MIN_SAFE_INTEGER));
const isSafe = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isInteger(value) || Number.isSafeInteger(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(isSafe);
const safeJson = fc.jsonValue().filter(isSafe);
const indent = fc.constantFrom(undefined, 1, 2, '\t', '\n', '\r\n \t');

describe('integers that a double cannot hold', () => {
  test('become strings of the same digits, wherever they stand', () => {
    fc.assert(
      fc.property(unsafe, fc.constantFrom('', ' ', '\n', '\t', '\r\n  '), (n, gap) => {
        const text = `{"a":${gap}${n}${gap},"b":[${gap}${n}${gap},[${n}],{"c":${n}}],"d":${n}}`;
        const digits = String(n);
        expect(parseJson(text)).toEqual({ a: digits, b: [digits, [digits], { c: digits }], d: digits });
      }),
    );
  });

  test('and those that it can hold stay numbers, to the last one', () => {
    const { MAX_SAFE_INTEGER: max, MIN_SAFE_INTEGER: min } = Number;
    expect(parseJson(`{"max":${max},"min":${min},"over":${max + 1},"under":${min - 1}}`)).toEqual({
      max,
      min,
      over: '9007199254740992',
      under: '-9007199254740992',
    });
  });

  test('digits inside text are text', () => {
    expect(parseJson(`{"${BIG}":": ${BIG}, [${BIG}]","n":${BIG}}`)).toEqual({
      [BIG]: `: ${BIG}, [${BIG}]`,
      n: BIG,
    });
  });

  test.each(['0.1234567890123456789', '12345678901234567.5', '1e400', '1E2', '-0', '-0.0', '1.5e-300'])(
    '%s is a number as usual',
    (number) => {
      expect(parseJson(`{"n":${number},"big":${BIG}}`)).toStrictEqual({
        n: JSON.parse(number) as number,
        big: BIG,
      });
      expect(parseJson(`[${number}]`)).toStrictEqual([JSON.parse(number)]);
    },
  );
});

describe('everything else is as JSON.parse has it', () => {
  test('without a big integer', () => {
    fc.assert(
      fc.property(safeJson, indent, (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseJson(text)).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  test('beside a big integer', () => {
    fc.assert(
      fc.property(safeJson, indent, (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseJson(`[${text},${BIG}]`)).toStrictEqual([JSON.parse(text), BIG]);
      }),
    );
  });

  test('also for names that mean something to JavaScript', () => {
    const text = `{"__proto__":{"a":1},"constructor":2,"toString":3,"n":${BIG}}`;
    const parsed = parseJson(text) as Record<string, unknown>;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(Object.keys(parsed)).toEqual(['__proto__', 'constructor', 'toString', 'n']);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('also for a name that comes twice: the last one counts', () => {
    expect(parseJson(`{"a":1,"a":2,"n":${BIG}}`)).toEqual({ a: 2, n: BIG });
  });

  test('also for lone surrogates and escapes', () => {
    const text = String.raw`{"a":"\ud800","b":"\u0000\/\b\f","n":${BIG}}`;
    expect(parseJson(text)).toEqual({ a: '\ud800', b: '\u0000/\b\f', n: BIG });
  });

  test.each(['', '{', '[1,', '{"a":1', `[${BIG}`, `{"a":${BIG},`, `[${BIG},]`, `[${BIG}] x`, '<html>'])(
    '%s is refused',
    (text) => expect(() => parseJson(text)).toThrow(SyntaxError),
  );

  test('a body cut anywhere is refused', () => {
    const text = JSON.stringify({ data: { rows: [{ id: 'a', n: [1, { b: null }] }] } }).replace('1', BIG);
    for (let end = 0; end < text.length; end += 1) {
      expect(() => parseJson(text.slice(0, end))).toThrow(SyntaxError);
    }
  });
});

/** JSON text, written by hand as any server may, and what it says. */
interface Written {
  readonly text: string;
  readonly value: unknown;
}
const blank = fc.constantFrom('', '', ' ', '\n', '\r\n\t');
const tricky = fc.constantFrom(
  '"',
  '\\',
  '\\"',
  '/',
  ':',
  ',',
  '[',
  ' ',
  '1',
  BIG,
  `[${BIG},`,
  '\u2028',
  '🦩',
);
const words = fc
  .array(fc.oneof(tricky, fc.string({ maxLength: 3 })), { maxLength: 8 })
  .map((all) => all.join(''));
const escaped = (text: string) =>
  [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const writtenWord: fc.Arbitrary<{ text: string; value: string }> = fc.oneof(
  words.map((value) => ({ text: JSON.stringify(value), value })),
  fc.constantFrom('a', '7', BIG).map((value) => ({ text: `"${escaped(value)}"`, value })),
);
const name = fc.oneof(writtenWord, fc.constant({ text: '"__proto__"', value: '__proto__' }));
const scalar: fc.Arbitrary<Written> = fc.oneof(
  unsafe.map((n) => ({ text: String(n), value: String(n) })),
  fc.constantFrom('1.5', '-0', '1e400', '0.12345678901234567', '12345678901234567.5', '1E21').map((text) => ({
    text,
    value: JSON.parse(text) as unknown,
  })),
  fc.constantFrom(null, true, 7, Number.MAX_SAFE_INTEGER).map((value) => ({ text: String(value), value })),
  writtenWord,
);
const { document } = fc.letrec<{ document: Written }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.tuple(fc.array(tie('document'), { maxLength: 4 }), blank).map(([rows, gap]) => ({
      text: `[${gap}${rows.map(({ text }) => text).join(`${gap},${gap}`)}${gap}]`,
      value: rows.map(({ value }) => value),
    })),
    fc.tuple(fc.array(fc.tuple(name, tie('document')), { maxLength: 4 }), blank).map(([members, gap]) => ({
      text: `{${members.map(([key, { text }]) => `${gap}${key.text}${gap}:${gap}${text}${gap}`).join(',')}}`,
      // As JSON.parse has it: an own property whatever it is called, and the last one of a name counts.
      value: Object.fromEntries(members.map(([key, { value }]) => [key.value, value])),
    })),
  ),
}));

test('any document is what it says, with the digits of its big integers and every text as it was', () => {
  fc.assert(
    fc.property(document, blank, ({ text, value }, gap) => {
      expect(parseJson(`${gap}${text}${gap}`)).toStrictEqual(value);
    }),
    { numRuns: 1000 },
  );
});

test('what JSON.parse refuses is refused, and nothing else', () => {
  const token = fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '-', '.', 'e', '1', BIG, '"a"', ' ');
  const outcome = (parse: (text: string) => unknown, text: string) => {
    try {
      return parse(text);
    } catch (error) {
      return (error as Error).name;
    }
  };
  fc.assert(
    fc.property(fc.array(token, { maxLength: 9 }), (tokens) => {
      const text = tokens.join('');
      const [ours, theirs] = [outcome(parseJson, text), outcome(JSON.parse, text)];
      expect(ours === 'SyntaxError').toBe(theirs === 'SyntaxError');
    }),
    { numRuns: 5000 },
  );
});

test('a huge body full of escapes takes no stack', () => {
  const long = `\\"\n[${BIG}], `.repeat(300_000);
  expect(parseJson(`{"text":${JSON.stringify(long)},"n":${BIG}}`)).toEqual({ text: long, n: BIG });
});

test('a text that looks like a big integer in JSON stays a text, beside one that is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = `${before}[${BIG}, ${BIG}]${after}`;
      expect(parseJson(JSON.stringify({ text, n: 1 }))).toEqual({ text, n: 1 });
      expect(parseJson(`{"text":${JSON.stringify(text)},"n":${BIG}}`)).toEqual({ text, n: BIG });
    }),
  );
});
