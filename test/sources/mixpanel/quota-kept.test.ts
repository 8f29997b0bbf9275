/** What a project may ask in an hour is never asked more than that, and all that is waited for is waited for in the open. */
import { describe, expect, test } from '@jest/globals';
import type { Answer, Incoming } from '../../../sandbox/kit/delivery.ts';
import type { LoggedRequest, Mixpanel, MixpanelOptions } from '../../../sandbox/mixpanel/index.ts';
import { SharedClock } from '../../faults/road.ts';
import { logs, story, type Message } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { askedFor, columnsOf, HOUR, NOW, project, read, readOne, sorted, truthOf } from './lab.ts';

const isQuery = ({ path }: LoggedRequest) => path.startsWith('/api/query/');
const isExport = ({ path }: LoggedRequest) => path === '/api/2.0/export';

/** The most requests within any such time (ms). */
function most(requests: readonly LoggedRequest[], within: number): number {
  const times = requests.map(({ at }) => at).sort((a, b) => a - b);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + within).length));
}

/** A project at the end of a way that takes some time, and a clock that it shares with the connector. */
function far(options: MixpanelOptions = {}) {
  const sandbox = project({ now: NOW, ...options });
  const clock = new SharedClock(Date.parse(NOW));
  const underWay: Record<string, number> = {};
  const atOnce: Record<string, number> = {};
  network.answerBy({
    serve: async (asked: Incoming): Promise<Answer> => {
      const api =
        asked.url.pathname === '/api/2.0/export' ? 'export' : (asked.url.pathname.split('/')[2] ?? '');
      underWay[api] = (underWay[api] ?? 0) + 1;
      atOnce[api] = Math.max(atOnce[api] ?? 0, underWay[api]);
      await clock.travel(700);
      const answer = sandbox.serve(asked);
      await clock.travel(700);
      underWay[api] -= 1;
      if (!answer) throw new Error(`nobody answers ${asked.url.href}`);
      return answer;
    },
  });
  return { sandbox, clock, atOnce, hours: () => (clock.now() - Date.parse(NOW)) / HOUR };
}
const refusals = (sandbox: Mixpanel) => sandbox.requests.filter(({ status }) => status === 429);
const pausesOf = (messages: readonly Message[], name: string) =>
  story(messages, name).messages.filter(({ trace }) =>
    trace?.stream_status?.reasons?.some(({ type }) => type === 'RATE_LIMITED'),
  );

test('70 cohorts, 40 funnels, profiles, days: all tables share 60 queries an hour and 5 at once', async () => {
  const { sandbox, clock, atOnce, hours } = far({
    cohorts: 70,
    funnels: 40,
    profiles: 450,
    days: 90,
    eventsPerDay: 2,
  });
  const { complete, messages } = await read(sandbox, { clock, config: { page_size: 100 } });
  expect(complete).toBe(true);
  for (const name of ['cohort_members', 'engage', 'funnels', 'export'])
    expect(sorted(story(messages, name).records)).toEqual(truthOf(sandbox, name));
  expect(refusals(sandbox)).toEqual([]);
  expect(most(sandbox.requests.filter(isQuery), HOUR)).toBe(60);
  expect(most(sandbox.requests.filter(isExport), HOUR)).toBe(60);
  expect(most(sandbox.requests.filter(isExport), 1000)).toBeLessThanOrEqual(3);
  expect(atOnce['query']).toBe(5);
  expect(atOnce['export']).toBeLessThanOrEqual(4);
  // As long as the quota makes it, and no longer.
  const hoursDue = Math.floor((sandbox.requests.filter(isQuery).length - 1) / 60);
  expect(hours()).toBeLessThan(hoursDue + 0.1);
});

test('discovery is within the same quota', async () => {
  const { sandbox, clock } = far();
  await columnsOf(sandbox, {}, clock);
  await columnsOf(sandbox, {}, clock);
  expect(sandbox.requests.filter(isQuery)).toHaveLength(4);
});

describe('where others have used some of the quota', () => {
  const hints = ['seconds', 'date', 'none'] as const;

  test.each(hints)('queries wait, as Retry-After (%s) or the words tell', async (retryAfter) => {
    const { sandbox, clock, hours } = far({ cohorts: 12, retryAfter, quotas: { query: { perHour: 10 } } });
    const { complete, records, messages } = await readOne(sandbox, 'cohort_members', { clock });
    expect(complete).toBe(true);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'cohort_members'));
    expect(
      most(
        sandbox.requests.filter(({ status }) => status === 200),
        HOUR,
      ),
    ).toBeLessThanOrEqual(10);
    expect(hours()).toBeLessThan(1.2);
    // A refusal is waited out, not hammered: each five minutes where no time is told.
    expect(refusals(sandbox).length).toBeLessThanOrEqual(retryAfter === 'none' ? 20 : 6);
    expect(pausesOf(messages, 'cohort_members').length).toBeGreaterThan(0);
  });

  test.each(hints)('the export too (%s)', async (retryAfter) => {
    const { sandbox, clock, hours } = far({ retryAfter, quotas: { export: { perHour: 10 } } });
    const { complete, records, messages } = await readOne(sandbox, 'export', { clock });
    expect(complete).toBe(true);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
    expect(hours()).toBeLessThan(1.3);
    expect(refusals(sandbox).length).toBeLessThan(20);
    expect(pausesOf(messages, 'export').length).toBeGreaterThan(0);
  });

  test('five at once of which others have some is waited out for seconds', async () => {
    const { sandbox, clock, hours } = far({ cohorts: 12, latencyMs: 0 });
    sandbox.fault({
      path: '/api/query/engage',
      on: [3, 5],
      status: 429,
      body: {
        error:
          'Query rate limit exceeded for project_id: 1. 6/5 queries running concurrently and 12/60 queries running in the last hour.',
      },
    });
    const { complete } = await readOne(sandbox, 'cohort_members', { clock });
    expect(complete).toBe(true);
    expect(hours()).toBeLessThan(0.1);
  });

  test('for longer than an hour: the table ends with what is to be done, and its state', async () => {
    const { sandbox, clock, hours } = far({ quotas: { query: { perHour: 0 } }, retryAfter: 'none' });
    const { errors, statuses } = await readOne(sandbox, 'cohorts', { clock });
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors).toMatchObject([
      {
        failure_type: 'transient_error',
        message: expect.stringContaining('rate limit holds longer than we wait'),
      },
    ]);
    expect(hours()).toBeGreaterThan(1);
    expect(hours()).toBeLessThan(1.3);
  });
});

describe('a wait for more of the quota', () => {
  test('is told to the platform, with its end, and so is that it goes on', async () => {
    const { sandbox, clock } = far({ cohorts: 70 });
    const { messages } = await readOne(sandbox, 'cohort_members', { clock });
    const told = pausesOf(messages, 'cohort_members').map(({ trace }) => trace?.stream_status);
    expect(told).toMatchObject([
      {
        status: 'RUNNING',
        reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: expect.any(Number) } }],
      },
    ]);
    const { reasons } = told[0] as unknown as { reasons: [{ rate_limited: { quota_reset: number } }] };
    expect(reasons[0].rate_limited.quota_reset - Date.parse(NOW)).toBeGreaterThan(0.9 * HOUR);
    expect(reasons[0].rate_limited.quota_reset - Date.parse(NOW)).toBeLessThan(1.1 * HOUR);
    expect(logs(messages)).toContainEqual(
      expect.stringMatching(/^The query quota is used up; waiting until 2026-11-27T11:3/),
    );
  });

  test('is foreseen before the first request that it is about', async () => {
    const { sandbox, clock } = far({ cohorts: 70, days: 90, eventsPerDay: 1, profiles: 250 });
    const { messages } = await read(sandbox, { clock, config: { page_size: 100 } });
    const said = logs(messages);
    for (const [sentence, request] of [
      [
        'export: 90 requests of the export quota at least, which takes about 1 h at 60 an hour.',
        'GET /api/2.0/export',
      ],
      ['cohort_members: 70 requests of the query quota at least', 'POST /api/query/engage'],
      ['funnels: 3 requests of the query quota at least', 'GET /api/query/funnels:'],
      ['revenue: 3 requests of the query quota at least', 'GET /api/query/engage/revenue'],
    ] as const) {
      const at = said.findIndex((line) => line.startsWith(sentence));
      expect({ sentence, isSaid: at >= 0 }).toEqual({ sentence, isSaid: true });
      if (request !== 'POST /api/query/engage')
        expect(at).toBeLessThan(said.findIndex((line) => line.startsWith(request)));
    }
    // Pages are known with the first of them.
    expect(said.join('\n')).toContain('engage: 3 requests of the query quota at least');
  });
});

test('what asks for nothing is not foreseen', async () => {
  const sandbox = project({ cohorts: 0 });
  const { messages } = await readOne(sandbox, 'cohort_members');
  expect(logs(messages).join('\n')).not.toContain('requests of the query quota');
});

describe('cohort_members', () => {
  test('takes one request per cohort and page, and one for the list', async () => {
    const sandbox = project({ cohorts: 18, profiles: 250 });
    const { records } = await readOne(sandbox, 'cohort_members', { config: { page_size: 100 } });
    const pages = new Map<unknown, number>();
    for (const { cohort_id: id } of records) pages.set(id, (pages.get(id) ?? 0) + 1);
    const due = [...(sandbox.workspace.tables['cohorts']?.() ?? [])].map(({ id }) =>
      Math.max(1, Math.ceil((pages.get(id) ?? 0) / 100)),
    );
    expect(askedFor(sandbox, '/api/query/engage')).toHaveLength(due.reduce((sum, one) => sum + one, 0));
    expect(askedFor(sandbox, '/api/query/cohorts/list')).toHaveLength(1);
    expect(refusals(sandbox)).toEqual([]);
  });

  test('and cohorts together ask for the list once', async () => {
    const sandbox = project();
    await read(sandbox, { streams: ['cohorts', 'cohort_members'] });
    expect(askedFor(sandbox, '/api/query/cohorts/list')).toHaveLength(1);
  });
});
