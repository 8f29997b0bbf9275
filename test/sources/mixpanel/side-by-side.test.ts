/** Two quotas: whoever waits for one of them must not keep the others from using theirs. */
import { expect, test } from '@jest/globals';
import { SharedClock } from '../../faults/road.ts';
import { askedFor, HOUR, NOW, project, read } from './lab.ts';

test('events go on while queries wait, and the other way round', async () => {
  const sandbox = project({ cohorts: 240, profiles: 1, days: 240, eventsPerDay: 1, funnels: 70 });
  const clock = new SharedClock(Date.parse(NOW));
  const { complete } = await read(sandbox, { clock });
  expect(complete).toBe(true);
  const hoursOf = (path: string) =>
    (Math.max(...askedFor(sandbox, path).map(({ at }) => at)) - Date.parse(NOW)) / HOUR;
  // 240 days are over with the fourth sixty of them.
  expect(hoursOf('/api/2.0/export')).toBeLessThan(3.2);
  const queries = sandbox.requests.filter(({ path }) => path.startsWith('/api/query/')).length;
  expect((clock.now() - Date.parse(NOW)) / HOUR).toBeLessThan(Math.floor((queries - 1) / 60) + 0.1);
});
