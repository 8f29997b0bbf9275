/** Tables with a limit of their own keep to it, and keep nobody else waiting. */
import { expect, jest, test } from '@jest/globals';
import { matches } from '../../../sandbox/kit/faults.ts';
import { createSandbox } from '../../../sandbox/segment/index.ts';
import { segment } from '../../../src/sources/segment/source.ts';
import { pathOf } from '../../faults/tables.ts';
import { road, SharedClock } from '../../faults/road.ts';
import { read } from '../../support/in-process.ts';
import { story } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const MINUTE = 60_000;
const SLOW = segment.streams.filter(({ requestsPerMinute = Infinity }) => requestsPerMinute <= 2);
const QUICK = segment.streams.filter(({ requestsPerMinute }) => requestsPerMinute === undefined);

// A slow machine is no failure.
jest.setTimeout(60_000);

test('two requests a minute are never exceeded, and every table without a limit is COMPLETE before the third', async () => {
  const clock = new SharedClock(Date.parse(NOW));
  const sandbox = createSandbox({ now: NOW, usageMonths: 2, time: () => clock.now() });
  network.answerBy(road(sandbox, clock, () => 10));
  const config = { max_concurrent_requests: 2, page_size: 200, start_date: '2026-11-20' };
  const { complete, messages } = await read({ sandbox, clock, config });
  expect(complete).toBe(true);
  expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  const thirds = SLOW.map((stream) => {
    const asked = sandbox.requests.filter(({ path }) => matches(pathOf(stream), path));
    expect(asked.length).toBeGreaterThan(2);
    return asked[2]?.at ?? 0;
  });
  expect(thirds.length).toBeGreaterThan(2);
  const third = Math.min(...thirds);
  expect(third).toBeGreaterThan(Date.parse(NOW) + MINUTE);
  const late = QUICK.filter(({ name }) => {
    const end = story(messages, name).messages.at(-1)?.trace;
    return end?.stream_status?.status !== 'COMPLETE' || end.emitted_at >= third;
  });
  expect(late.map(({ name }) => name)).toEqual([]);
});
