import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import Papa from 'papaparse';
import { MASK, masker } from '../../src/protocol/mask.ts';
import { anyCharacter } from '../support/characters.ts';

/** What a config accepts as a token: printable ASCII without blanks. */
const token = fc.stringMatching(/^[!-~]{12,80}$/);
const bytes = fc.uint8Array({ maxLength: 9 }).map((array) => Buffer.from(array));
/** Long enough to recognise, short enough that no few bits of a border matter. */
const CORE = 10;

const parts = (text: string) =>
  Array.from({ length: Math.max(text.length - CORE + 1, 0) }, (_, at) => text.slice(at, at + CORE));

describe('no form of a secret survives', () => {
  test('raw, URL-encoded and JSON-escaped', () => {
    fc.assert(
      fc.property(token, fc.string(), fc.string(), (secret, left, right) => {
        const mask = masker([secret]);
        for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
          expect(mask(`${left}${form}${right}`)).not.toContain(form);
        }
      }),
    );
  });

  test('in a cell of CSV, also of nested JSON', () => {
    fc.assert(
      fc.property(token, fc.string(), fc.string(), (secret, left, right) => {
        const text = `${left}${secret}${right}`;
        const lines = Papa.unparse([[text, JSON.stringify([text]), 'end']], { quotes: true });
        const [cells = [], ...more] = Papa.parse<string[]>(masker([secret])(lines, 'csv')).data;
        expect([cells.length, cells[2], more]).toEqual([3, 'end', []]);
        expect(cells[0]).not.toContain(secret);
        expect(JSON.stringify(JSON.parse(cells[1] ?? ''))).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });

  test('in a message as it is written', () => {
    fc.assert(
      fc.property(token, fc.string(), fc.string(), (secret, left, right) => {
        const line = masker([secret])(JSON.stringify({ log: { message: `${left} ${secret} ${right}` } }));
        const { log } = JSON.parse(line) as { log: { message: string } };
        expect(log.message).not.toContain(secret);
      }),
    );
  });

  test.each(['base64', 'base64url'] as const)('%s, whatever stands before and after it', (encoding) => {
    fc.assert(
      fc.property(token, bytes, bytes, (secret, left, right) => {
        const text = Buffer.concat([left, Buffer.from(secret), right]).toString(encoding);
        const masked = masker([secret])(text);
        expect(masked).toContain(MASK);
        // No run of characters that only the secret decides is left.
        const start = Math.ceil((left.length * 8) / 6);
        const end = Math.floor(((left.length + Buffer.byteLength(secret)) * 8) / 6);
        for (const part of parts(text.slice(start, end))) expect(masked).not.toContain(part);
      }),
    );
  });

  test('of any alphabet', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 12 }), (secret) => {
        const mask = masker([secret]);
        const base64 = Buffer.from(`user:${secret}`).toString('base64');
        expect(mask(secret)).not.toContain(secret);
        expect(mask(encodeURIComponent(secret))).not.toContain(encodeURIComponent(secret));
        expect(mask(base64)).not.toBe(base64);
      }),
    );
  });

  test('of several, also where one is a part of another', () => {
    const mask = masker(['abcdefgh', 'abcdefghijklmnop', 'xyz-12345']);
    expect(mask('1 abcdefghijklmnop 2 abcdefgh 3 xyz-12345')).toBe(`1 ${MASK} 2 ${MASK} 3 ${MASK}`);
  });

  test('at every place', () => {
    expect(masker(['sgp_abcdef'])('sgp_abcdefsgp_abcdef,sgp_abcdef')).toBe(`${MASK}${MASK},${MASK}`);
  });

  test.each(['$&$&$&$&$&', '(.*)(.*)(.*)', '\\d+\\d+\\d+', '$1$1$1$1$1'])(
    'also where it looks like a pattern: %s',
    (secret) => expect(masker([secret])(`a ${secret} b`)).toBe(`a ${MASK} b`),
  );

  test('URL-encoded in small letters', () => {
    const secret = 'sgp/abc+def=ghi';
    const form = encodeURIComponent(secret).toLowerCase();
    expect(masker([secret])(form)).toBe(MASK);
  });

  test('base64 within a URL', () => {
    const secret = 'sgp_~~~???>>>ooo';
    const form = encodeURIComponent(Buffer.from(secret).toString('base64'));
    expect(masker([secret])(form)).toContain(MASK);
  });

  test('half a surrogate pair is no crash', () => {
    expect(masker(['\ud800abcdefgh'])('x')).toBe('x');
  });
});

describe('innocent text', () => {
  test('is as it was', () => {
    fc.assert(
      fc.property(token, fc.string(), (secret, text) => {
        fc.pre(!text.includes(secret));
        expect(masker([secret])(text)).toBe(text);
      }),
    );
  });

  test('is as it was without secrets, and with empty or very short ones', () => {
    for (const secrets of [[], [''], ['a'], ['abc'], ['1234567']]) {
      expect(masker(secrets)('abc 1234567 YWJj')).toBe('abc 1234567 YWJj');
    }
  });

  test('a line stays one JSON value', () => {
    fc.assert(
      fc.property(token, fc.jsonValue(), fc.string(), (secret, value, text) => {
        const line = JSON.stringify({ value, text: `${text}${secret}${text}` });
        expect(() => JSON.parse(masker([secret])(line)) as unknown).not.toThrow();
      }),
      // Its end in JSON is how CSV has its middle.
      { examples: [['!!!!!!!!!!!"', '', '']] },
    );
  });
});

test('bytes hold a secret where the text that they are has one', () => {
  const held = fc.oneof(
    token,
    fc.string({ unit: anyCharacter, minLength: 8, maxLength: 20 }),
    fc.constant('sep\u2028\u0085arated'),
  );
  fc.assert(
    fc.property(held, fc.string(), fc.nat({ max: 4 }), (secret, around, form) => {
      const mask = masker([secret]);
      const written = [
        secret,
        encodeURIComponent(Buffer.from(secret).toString()),
        Buffer.from(around + secret).toString('base64'),
        '',
        around,
      ];
      const text = JSON.stringify({ text: `${around}${written[form]}${around}` });
      expect(mask.isIn(Buffer.from(text))).toBe(mask(text) !== text);
    }),
  );
});

test('nor does one survive that has line breaks of others, which the writer escapes', () => {
  const text = JSON.stringify('a secret\u2028of two lines').replaceAll('\u2028', '\\u2028');
  expect(masker(['a secret\u2028of two lines'])(text)).toBe(`"${MASK}"`);
});
