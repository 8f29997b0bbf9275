import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { utc, withTimes } from '../../../src/sources/moesif/times.ts';

describe('a time of Moesif', () => {
  test.each([
    ['2023-07-27T21:52:58.0990000Z', '2023-07-27T21:52:58.099Z'],
    ['2023-07-27T21:55:19.464', '2023-07-27T21:55:19.464Z'],
    ['2023-07-27T21:55:19', '2023-07-27T21:55:19.000Z'],
    ['2023-07-27T21:55:19Z', '2023-07-27T21:55:19.000Z'],
    ['2023-07-27T21:55:19.5+05:30', '2023-07-27T16:25:19.500Z'],
    ['2023-07-27T21:55:19-0800', '2023-07-28T05:55:19.000Z'],
    ['2023-07-27', '2023-07-27T00:00:00.000Z'],
    ['2023-07-27T21:52:58.0991234Z', '2023-07-27T21:52:58.0991234Z'],
    ['2023-07-27T21:52:58.099120', '2023-07-27T21:52:58.09912Z'],
    [1690494778099, '2023-07-27T21:52:58.099Z'],
  ])('%p is %s', (value, text) => expect(utc(value)).toBe(text));

  test.each([
    [null],
    [undefined],
    [''],
    ['never'],
    ['9223372036854775807'],
    [1e17],
    [{}],
    ['2023-02-30T00:00:00Z'],
  ])('that is none (%p) stays what it is', (value) => expect(utc(value)).toBe(value));

  const moments = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
  const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });

  test('is the same moment in every form', () => {
    fc.assert(
      fc.property(moments, offsets, fc.nat(4), (moment, offset, zeros) => {
        const text = moment.toISOString();
        const bare = text.slice(0, -1);
        const there = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const pad = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, '0');
        const zone = `${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`;
        for (const form of [text, bare, `${bare}${'0'.repeat(zeros)}Z`, there + zone, moment.getTime()])
          expect(utc(form)).toBe(text);
      }),
    );
  });

  test('keeps what is finer than a millisecond, and is itself when it is read again', () => {
    fc.assert(
      fc.property(moments, fc.stringMatching(/^\d{0,5}[1-9]$/), (moment, finer) => {
        const text = `${moment.toISOString().slice(0, -1)}${finer}Z`;
        expect(utc(text.slice(0, -1))).toBe(text);
        expect(utc(text)).toBe(text);
      }),
    );
  });
});

test('a row has its times in UTC, and nothing else changed', () => {
  const row = { a: '2023-07-27T21:55:19.464', b: '2023-07-27T21:55:19.464', c: null };
  expect(withTimes(row, ['a', 'c', 'd'])).toEqual({ ...row, a: '2023-07-27T21:55:19.464Z' });
});
