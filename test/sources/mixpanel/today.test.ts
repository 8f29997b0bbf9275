/** No day is asked for before it has begun at Mixpanel, in the zone in which it counts: "to_date cannot be later than today". */
import { describe, expect, test } from '@jest/globals';
import { logs, story } from '../../support/messages.ts';
import { TestClock } from '../../support/clock.ts';
import { DAY, HOUR, lastStatesOf, NOW, project, read, sorted, truthOf } from './lab.ts';

const ZONES = ['Pacific/Kiritimati', 'Asia/Kathmandu', 'UTC', 'America/Los_Angeles', 'Pacific/Niue'];
const NOTES = '/api/app/projects/{id}/annotations';
const TABLES = ['export', 'funnels', 'revenue', 'annotations'];
/** A day on which Los Angeles sets its clocks forward. */
const MIDNIGHT = Date.UTC(2026, 2, 8);

/** What is wrong with a read of the tables that have days. */
function problemsOf(
  sandbox: ReturnType<typeof project>,
  { complete, messages }: Awaited<ReturnType<typeof read>>,
) {
  const wrong = TABLES.flatMap((name) => {
    const { errors, records } = story(messages, name);
    const isWhole = JSON.stringify(sorted(records)) === JSON.stringify(truthOf(sandbox, name));
    return [...errors.map(({ message }) => message), ...(isWhole ? [] : [`${name} is not the truth`])];
  });
  const refused = sandbox.requests
    .filter(({ status }) => status !== 200)
    .map(({ path, query }) => ({ path, query }));
  return { complete, wrong, refused };
}
const FINE = { complete: true, wrong: [], refused: [] };

describe.each(ZONES)('in %s', (timezone) => {
  test.each([true, false])(
    'each hour around midnight reads all of today and nothing of tomorrow (made before 2023: %s)',
    async (createdBefore2023) => {
      for (let hour = -13; hour <= 13; hour += 1) {
        const now = new Date(MIDNIGHT + hour * HOUR + 15_000).toISOString();
        const sandbox = project({
          now,
          timezone,
          createdBefore2023,
          days: 2,
          eventsPerDay: 3,
          funnels: 1,
          quotas: false,
        });
        const result = await read(sandbox, { streams: TABLES });
        expect({ hour, ...problemsOf(sandbox, result) }).toEqual({ hour, ...FINE });
      }
    },
  );
});

describe("a machine whose clock is not Mixpanel's", () => {
  const NEAR_MIDNIGHT = ['2026-11-27T23:59:59.900Z', '2026-11-28T00:00:01.100Z', '2026-11-27T12:00:00.000Z'];
  const SKEWS = [-20 * DAY, -DAY, -2 * HOUR, -1500, 1500, 2 * HOUR, DAY, 20 * DAY];

  // Mixpanel tells whole seconds.
  test.each(NEAR_MIDNIGHT)('reads all at %s, however far apart they are', async (now) => {
    for (const skew of SKEWS) {
      for (const auth of ['service-account', 'api-secret'] as const) {
        const sandbox = project({ now, auth, days: 2, eventsPerDay: 3, funnels: 1, quotas: false });
        const clock = new TestClock(Date.parse(now) + skew);
        const result = await read(sandbox, { streams: TABLES, clock });
        expect({ skew, auth, ...problemsOf(sandbox, result) }).toEqual({ skew, auth, ...FINE });
      }
    }
  });

  test.each([true, false])('loses nothing that happens later (notes told: %s)', async (isOpen) => {
    const sandbox = project({ now: '2026-11-27T23:00:00Z', days: 8, eventsPerDay: 3 });
    if (!isOpen) sandbox.fault({ path: NOTES, kind: 'forbidden' });
    const ahead = () => new TestClock(sandbox.workspace.now() + 3 * HOUR);
    const config = { attribution_window: 0 };
    const first = await read(sandbox, { streams: ['export'], config, clock: ahead() });
    sandbox.advance(HOUR / 2);
    sandbox.happen({ event: 'just before midnight' });
    sandbox.advance(5 * HOUR);
    const state = lastStatesOf(first);
    const second = await read(sandbox, { streams: ['export'], config, clock: ahead(), state });
    const names = story(second.messages, 'export').records.map(({ event }) => event);
    expect(names).toContain('just before midnight');
  });

  test('trusts its own, and says so, where Mixpanel does not tell the time', async () => {
    const sandbox = project({ days: 2, eventsPerDay: 3, funnels: 1 });
    sandbox.fault({ path: NOTES, kind: 'forbidden' });
    sandbox.fault({ path: '/api/2.0/export', kind: 'forbidden', on: 1 });
    const { complete, messages } = await read(sandbox, { streams: ['export', 'revenue'] });
    expect(complete).toBe(true);
    expect(sorted(story(messages, 'export').records)).toEqual(truthOf(sandbox, 'export'));
    expect(logs(messages).join('\n')).toMatch(
      /Mixpanel's time is not known .*; this machine's clock is trusted/,
    );
  });

  test('asks for it as long as people wait, not as long as an hour of a quota', async () => {
    const sandbox = project({ days: 2 });
    sandbox.fault({ path: NOTES, kind: 'rate-limit', headers: { 'Retry-After': '3000' } });
    const clock = new TestClock(NOW);
    const { complete } = await read(sandbox, { streams: ['export', 'revenue'], clock });
    expect(complete).toBe(true);
    expect(clock.now() - Date.parse(NOW)).toBeLessThan(60_000);
  });
});

test('the time is asked for once, and only where something is read along it', async () => {
  const sandbox = project();
  await read(sandbox, { streams: ['cohorts', 'engage'] });
  const notesAsked = () => sandbox.requests.filter(({ path }) => path.endsWith('/annotations')).length;
  expect(notesAsked()).toBe(0);
  await read(sandbox, { streams: ['export', 'funnels', 'revenue'] });
  expect(notesAsked()).toBe(1);
});
