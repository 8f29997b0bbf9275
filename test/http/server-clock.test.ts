import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServerClock } from '../../src/http/server-clock.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const dateOf = (time: number) => new Date(time).toUTCString();

test('nothing is known before an answer, nor from one without a date', () => {
  const clock = new ServerClock();
  for (const date of [undefined, '', 'yesterday', '1768478400', 12, {}]) clock.learn(date, NOW);
  expect(clock.ahead).toBeUndefined();
});

test('whatever the answers need to arrive, the server is never thought to be later than it is', () => {
  const answers = fc.array(fc.tuple(fc.nat(10_000), fc.nat(3000)), { minLength: 1 });
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), answers, (ahead, asked) => {
      const clock = new ServerClock();
      for (const [at, way] of asked) clock.learn(dateOf(NOW + at + ahead), NOW + at + way);
      expect(clock.ahead).toBeLessThanOrEqual(ahead);
      expect(clock.ahead).toBeGreaterThan(ahead - (asked[0]?.[1] ?? 0) - 1000);
    }),
  );
});

test('what comes after the first date changes nothing: the time that a run began with holds to its end', () => {
  const clock = new ServerClock();
  for (const date of ['nonsense', dateOf(NOW + 5000), 'Fri, 31 Dec 9999 23:59:59 GMT', dateOf(NOW)])
    clock.learn(date, NOW);
  expect(clock.ahead).toBe(5000);
});
