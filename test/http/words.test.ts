import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wordsOf } from '../../src/http/words.ts';

test.each<[unknown, string]>([
  [{ errors: [{ type: 'a', field: 'b', message: 'c' }, null, { message: 'd' }, 'e', 7] }, 'a b c; d; e'],
  [{ error: 'Timeout Error.' }, 'Timeout Error.'],
  [{ error: { type: 'a', message: 'c' } }, 'a c'],
  [{ status: 'error', message: 'Not  here.\n' }, 'Not here.'],
  [' to_date cannot be later than today', 'to_date cannot be later than today'],
  ['Unable to authenticate request\r\n', 'Unable to authenticate request'],
  ['two\nlines', 'two lines'],
  ['a < b and c > d', 'a < b and c > d'],
])('%j says %j', (body, words) => expect(wordsOf(body)).toBe(words));

test.each<[string, unknown]>([
  ['HTML', '\n<!DOCTYPE html><p>No'],
  ['HTML that begins with a byte order mark', '\uFEFF<html>'],
  ['HTML that begins with words', 'Error <b>404</b>'],
  ['JSON that was cut short', '{"errors":[{"type":"bad-req'],
  ['a list that was cut short', '[{"a":1'],
  ['bytes that are no text', 'PK\u0003\u0004'],
  ['bytes that are not UTF-8', 'na\uFFFDve'],
  ['nothing', ' '],
  ['null', null],
  ['a number', 404],
  ['other JSON', { error: { code: 7 }, message: ['x'] }],
])('%s says nothing', (_, body) => expect(wordsOf(body)).toBe(''));

test('are cut between words, whatever they come in', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '1'), minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (all) => {
      const text = all.join(' ');
      const words = wordsOf(text);
      expect(wordsOf({ errors: [{ message: text }] })).toBe(words);
      expect(words.length).toBeLessThanOrEqual(501);
      if (text.length <= 500) expect(words).toBe(text);
      else {
        expect(words.endsWith('…')).toBe(true);
        const whole = words.slice(0, -1).trim();
        if (whole !== '') expect(`${text} `.startsWith(`${whole} `)).toBe(true);
      }
    }),
  );
});
