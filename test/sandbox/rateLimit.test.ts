import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createSandbox, type Hint } from '../../sandbox/segment/index.ts';
import { ask } from './client.ts';

const NOW = Date.parse('2026-03-14T15:09:26.500Z');

beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a success tells what is left and until when', async () => {
  const sandbox = createSandbox({ rateLimit: { requests: 3, windowMs: 10_000 } });
  const { headers } = await ask(sandbox, '/');
  expect(headers.get('x-ratelimit-consumed')).toBe('1');
  expect(headers.get('x-ratelimit-remaining')).toBe('2');
  expect(headers.get('x-ratelimit-reset')).toBe('Sat, 14 Mar 2026 15:09:37 GMT');
});

test('a used-up window refuses, and opens again', async () => {
  const sandbox = createSandbox({ rateLimit: { requests: 2, windowMs: 10_000 } });
  await ask(sandbox, '/');
  await ask(sandbox, '/sources');
  jest.setSystemTime(NOW + 2500);
  const refused = await ask(sandbox, '/');
  expect(refused.status).toBe(429);
  expect(refused.body.errors?.[0]?.data).toEqual({
    remainingPoints: 0,
    msBeforeNext: 7500,
    consumedPoints: 3,
  });
  expect(refused.headers.get('retry-after')).toBe('8');
  // Counted from the answer's own Date, which is the sandbox's frozen time.
  expect(refused.headers.get('date')).toBe('Sat, 14 Mar 2026 15:09:26 GMT');
  expect(refused.headers.get('x-ratelimit-reset')).toBe('Sat, 14 Mar 2026 15:09:34 GMT');
  jest.setSystemTime(NOW + 10_000);
  expect((await ask(sandbox, '/')).status).toBe(200);
});

test.each<[Hint[], { retryAfter: boolean; ms: boolean; reset: boolean }]>([
  [['retry-after'], { retryAfter: true, ms: false, reset: false }],
  [['msBeforeNext'], { retryAfter: false, ms: true, reset: false }],
  [['reset'], { retryAfter: false, ms: false, reset: true }],
  [[], { retryAfter: false, ms: false, reset: false }],
])('hints %j', async (hints, wanted) => {
  const sandbox = createSandbox({ rateLimit: { requests: 0, windowMs: 1000, hints } });
  const { headers, body } = await ask(sandbox, '/');
  expect({
    retryAfter: headers.has('retry-after'),
    ms: 'msBeforeNext' in (body.errors?.[0]?.data ?? {}),
    reset: headers.has('x-ratelimit-reset'),
  }).toEqual(wanted);
});

test('without a limit nothing is ever refused, and the headers say so', async () => {
  const { headers } = await ask(createSandbox(), '/');
  expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(100_000);
});
