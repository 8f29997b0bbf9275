import { afterEach, expect, test } from '@jest/globals';
import { RateBudget } from '../../src/http/budget.ts';
import { LeapingClock } from './clock.ts';
import { connect, get } from './lab.ts';
import { closeAll, json, serve } from './server.ts';

afterEach(closeAll);

/** A server that refuses `/slow` at first, a client that knows it for two requests a minute, and their pauses. */
async function lab() {
  let refused = false;
  const server = await serve((request, response) => {
    if (request.url !== '/slow' || refused) {
      json(response, {});
    } else {
      refused = true;
      response.writeHead(429, { 'Retry-After': '30' }).end();
    }
  });
  const clock = new LeapingClock();
  const slow: number[] = [];
  const budget = new RateBudget({
    clock,
    concurrency: 4,
    limits: [{ requests: 2, per: 60_000 }],
    onPause: (until) => slow.push(until - clock.now()),
  });
  const lanes = [{ holds: (path: string) => path === '/slow', budget }];
  return { server, slow, ...connect(server.url, { client: { clock, lanes }, budget: { clock } }), clock };
}

test('a refusal of an endpoint with a limit of its own pauses that endpoint alone', async () => {
  const { client, slow, pauses } = await lab();
  await get(client, '/slow');
  await get(client, '/quick');
  expect(slow).toEqual([30_000]);
  expect(pauses).toEqual([]);
});

test('whoever waits for it keeps no place of the others', async () => {
  const { client, server, clock } = await lab();
  const began = clock.now();
  const slow = Promise.all(Array.from({ length: 6 }, () => get(client, '/slow')));
  const quick = await Promise.all(Array.from({ length: 20 }, () => get(client, '/quick')));
  expect(quick).toHaveLength(20);
  await slow;
  // Six and the refused one, two a minute.
  expect(server.requests.filter(({ url }) => url === '/slow')).toHaveLength(7);
  expect(clock.now() - began).toBeGreaterThanOrEqual(3 * 60_000);
});
