import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backoff, isPassing, rateLimitPause, serverWait } from '../../src/http/retry.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();

describe('faults that pass', () => {
  test.each([408, 500, 502, 503, 504, 520, 599])('HTTP %i is asked again', (status) => {
    expect(isPassing({ kind: 'status', status })).toBe(true);
  });

  test.each(['network', 'malformed'] as const)('a %s fault is asked again', (kind) => {
    expect(isPassing({ kind })).toBe(true);
  });

  test('an answer that is too large is not: it stays so', () => {
    expect(isPassing({ kind: 'too-large' })).toBe(false);
  });

  test.each([204, 301, 302, 307, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 451])(
    'HTTP %i says the same when asked again',
    (status) => expect(isPassing({ kind: 'status', status })).toBe(false),
  );
});

describe('backoff', () => {
  const attempt = fc.nat({ max: 2000 });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('is whole milliseconds between nothing and the cap', () => {
    fc.assert(
      fc.property(attempt, chance, (n, random) => {
        const wait = backoff(n, random);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** n));
      }),
    );
  });

  test('jitter is full: it starts at nothing and grows with chance', () => {
    fc.assert(
      fc.property(attempt, chance, chance, (n, one, other) => {
        expect(backoff(n, 0)).toBe(0);
        expect(backoff(n, Math.min(one, other))).toBeLessThanOrEqual(backoff(n, Math.max(one, other)));
      }),
    );
  });

  test('doubles up to its cap', () => {
    const almost = 1 - Number.EPSILON;
    expect([0, 1, 2, 5, 6, 60].map((n) => backoff(n, almost))).toEqual([
      500, 1000, 2000, 16_000, 30_000, 30_000,
    ]);
  });
});

describe('the pause after a 429', () => {
  const blocked = fc.nat({ max: 3_600_000 });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("is the server's own time, but never less than a second nor than a tenth of what it lasted so far", () => {
    fc.assert(
      fc.property(fc.nat(), blocked, chance, (named, lasted, random) => {
        expect(rateLimitPause(named, lasted, random)).toBe(Math.round(Math.max(named, 1000, lasted / 10)));
      }),
    );
  });

  test('without such a time costs a tenth of what it lasted so far at most, or 5 seconds', () => {
    fc.assert(
      fc.property(blocked, chance, (lasted, random) => {
        const pause = rateLimitPause(undefined, lasted, random);
        expect(pause).toBeLessThanOrEqual(Math.round(Math.max(5000, lasted / 10)));
        expect(pause).toBeGreaterThanOrEqual(3750);
      }),
    );
  });
});

describe("the server's own waiting time", () => {
  test('goes by Retry-After, then msBeforeNext, then X-RateLimit-Reset', () => {
    const all = { retryAfter: '3', msBeforeNext: 2000, reset: inSeconds(60) };
    expect(serverWait(all, NOW)).toBe(3000);
    expect(serverWait({ ...all, retryAfter: undefined }, NOW)).toBe(2000);
    expect(serverWait({ reset: all.reset }, NOW)).toBe(60_000);
    expect(serverWait({}, NOW)).toBeUndefined();
  });

  test.each([
    ['seconds', '7', 7000],
    ['seconds with blanks', ' 7 ', 7000],
    ['a fraction of seconds', '0.5', 500],
    ['nothing to wait', '0', 0],
    ['an HTTP date', inSeconds(90), 90_000],
    ['an HTTP date of now', inSeconds(0), 0],
    ['years', '1000000000', 1e12],
  ])('Retry-After can be %s', (_, retryAfter, wait) => expect(serverWait({ retryAfter }, NOW)).toBe(wait));

  test.each([
    ['negative', '-5'],
    ['a date gone by', inSeconds(-90)],
    ['empty', ''],
    ['blank', '  '],
    ['words', 'soon'],
    ['no number', 'NaN'],
    ['without end', 'Infinity'],
    ['beyond all numbers', '9'.repeat(400)],
    ['hexadecimal', '0x10'],
    ['an exponent', '1e9'],
    ['two values', '5, 10'],
    ['a list', ['5']],
    ['null', null],
    ['an object', {}],
    ['a number below 0', -1],
    ['NaN itself', NaN],
  ])('a Retry-After that is %s is passed over', (_, retryAfter) => {
    expect(serverWait({ retryAfter, msBeforeNext: 1234 }, NOW)).toBe(1234);
    expect(serverWait({ retryAfter }, NOW)).toBeUndefined();
  });

  test.each([
    [2500, 2500],
    ['2500', 2500],
    [0, 0],
    [1e15, 1e15],
  ])('msBeforeNext %p is milliseconds', (msBeforeNext, wait) =>
    expect(serverWait({ msBeforeNext }, NOW)).toBe(wait),
  );

  test.each([-1, '-1', '', 'soon', NaN, Infinity, null, true, [], {}])(
    'msBeforeNext %p is passed over',
    (msBeforeNext) => {
      expect(serverWait({ msBeforeNext, reset: inSeconds(9) }, NOW)).toBe(9000);
    },
  );

  test.each([
    'Thu, 15 Jan 2026 12:00:30 GMT',
    'Thu, 15 Jan 2026 12:00:30 +0000',
    'Thu, 15 Jan 2026 12:00:30 UT',
    'Thu, 15 Jan 2026 13:00:30 +0100',
    'Thu, 15 Jan 2026 06:30:30 -0530',
    'Thu, 15 Jan 2026 07:00:30 EST',
    'Thu, 15 Jan 2026 04:00:30 PST',
    '15 Jan 2026 12:00:30 GMT',
    'Thu, 15 Jan 2026 13:00:30 +0100 (CET)',
  ])('X-RateLimit-Reset can be %s', (reset) => expect(serverWait({ reset }, NOW)).toBe(30_000));

  test.each(['1768478430', 1768478430, '', 'never', 'Thu, 45 Foo 2026 99:00:30 GMT', null])(
    'X-RateLimit-Reset %p is passed over',
    (reset) => expect(serverWait({ reset }, NOW)).toBeUndefined(),
  );

  test('X-RateLimit-Reset can be seconds where the vendor is one that sends these', () => {
    expect(serverWait({ resetSeconds: '7' }, NOW)).toBe(7000);
    expect(serverWait({ resetSeconds: 7, retryAfter: '2' }, NOW)).toBe(2000);
    expect(serverWait({ resetSeconds: inSeconds(7) }, NOW)).toBeUndefined();
  });

  test("a date is measured against the answer's own Date, so a wrong clock of ours does no harm", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.nat({ max: 86_400 }), (skew, wait) => {
        const ourNow = NOW + skew * 1000;
        const hints = { reset: inSeconds(wait), date: inSeconds(0) };
        expect(serverWait(hints, ourNow)).toBe(wait * 1000);
        expect(serverWait({ retryAfter: hints.reset, date: hints.date }, ourNow)).toBe(wait * 1000);
      }),
    );
  });

  test('an unreadable Date leaves our own clock', () => {
    expect(serverWait({ reset: inSeconds(5), date: 'yesterday' }, NOW)).toBe(5000);
  });

  test('is never negative, never NaN, whatever the server sends', () => {
    const junk = fc.oneof(fc.string(), fc.double(), fc.anything(), fc.date().map(String));
    fc.assert(
      fc.property(junk, junk, junk, junk, (retryAfter, msBeforeNext, reset, date) => {
        const wait = serverWait({ retryAfter, msBeforeNext, reset, date }, NOW);
        if (wait !== undefined) expect(wait).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
