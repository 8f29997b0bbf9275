/** Profiles come page by page of one answer that Mixpanel keeps for a while: broken off, it goes on; forgotten, it begins anew. */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/kit/faults.ts';
import type { Mixpanel } from '../../../sandbox/mixpanel/index.ts';
import { logs, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { askedFor, lastStatesOf, project, readOne, sorted, stateOf, truthOf } from './lab.ts';

const PATH = '/api/query/engage';
const pagesOf = (sandbox: Mixpanel) => askedFor(sandbox, PATH).map(({ form }) => Number(form?.['page'] ?? 0));
const stopped = { status: 400, body: { error: 'no' } };
const config = { page_size: 100 };

/** A read of 450 profiles that ends behind so many pages of 100. */
async function brokenOff(sandbox: Mixpanel, pages: number) {
  sandbox.fault({ path: PATH, ...stopped, on: pages + 1 });
  const first = await readOne(sandbox, 'engage', { config });
  expect(first.statuses.at(-1)).toBe('INCOMPLETE');
  expect(first.records).toHaveLength(pages * 100);
  sandbox.clearFaults();
  sandbox.requests.length = 0;
  return first;
}
/** By key, as a destination that merges has them. */
const merged = (...reads: readonly (readonly Row[])[]) =>
  sorted(new Map(reads.flat().map((row) => [row['distinct_id'], row])).values());

describe('pages', () => {
  test.each([
    [undefined, 1],
    [450, 1],
    [449, 2],
    [150, 3],
    [100, 5],
  ])('of %s profiles: %i requests for 450', async (page_size, requests) => {
    const sandbox = project({ profiles: 450 });
    const { complete, records } = await readOne(sandbox, 'engage', {
      config: { ...(page_size && { page_size }) },
    });
    expect(complete).toBe(true);
    expect(pagesOf(sandbox)).toEqual(Array.from({ length: requests }, (_, page) => page));
    expect(askedFor(sandbox, PATH)[0]?.form?.['page_size']).toBe(String(page_size ?? 50_000));
    expect(sorted(records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test.each([true, false])('tell the total each time or at first only (%s)', async (alwaysTotal) => {
    const sandbox = project({ profiles: 450, alwaysTotal });
    const { records } = await readOne(sandbox, 'engage', { config });
    expect(sorted(records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test.each(['engage', 'cohort_members'])(
    'of %s that are too large for Mixpanel: it says so',
    async (table) => {
      const sandbox = project({ maxPageSize: 1000 });
      const { errors } = await readOne(sandbox, table);
      expect(errors).toMatchObject([
        {
          failure_type: 'config_error',
          message: expect.stringMatching(
            /Mixpanel refused the size of the page \(HTTP 400, "page_size must be .* 1000"\); set a lower "page_size"\.$/,
          ),
        },
      ]);
      expect(askedFor(sandbox, '/api/query/cohorts/list').length).toBeLessThan(2);
    },
  );

  test('of a project without profiles: one', async () => {
    const sandbox = project({ profiles: 0 });
    const { complete, records } = await readOne(sandbox, 'engage');
    expect({ complete, records, pages: pagesOf(sandbox) }).toEqual({
      complete: true,
      records: [],
      pages: [0],
    });
  });
});

describe('a read that broke off', () => {
  test('goes on at its page, and brings the rest', async () => {
    const sandbox = project({ profiles: 450 });
    const first = await brokenOff(sandbox, 3);
    const next = await readOne(sandbox, 'engage', { config, state: lastStatesOf(first) });
    expect(next.complete).toBe(true);
    expect(pagesOf(sandbox)).toEqual([3, 4]);
    expect(next.records).toHaveLength(150);
    expect(merged(first.records, next.records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test('can be gone on with from each of its states', async () => {
    const sandbox = project({ profiles: 450 });
    const { messages } = await readOne(sandbox, 'engage', { config });
    let written: Row[] = [];
    for (const { record, state } of messages) {
      if (record) written = [...written, record.data];
      if (!state) continue;
      const next = await readOne(sandbox, 'engage', {
        config,
        state: [{ type: 'STREAM', stream: state.stream }],
      });
      expect(next.complete).toBe(true);
      expect(merged(written, next.records)).toEqual(truthOf(sandbox, 'engage'));
    }
  });

  test('begins anew where Mixpanel has forgotten it in between', async () => {
    const sandbox = project({ profiles: 450 });
    const first = await brokenOff(sandbox, 3);
    sandbox.expireSessions();
    const next = await readOne(sandbox, 'engage', { config, state: lastStatesOf(first) });
    expect(next.complete).toBe(true);
    expect(pagesOf(sandbox)).toEqual([3, 0, 1, 2, 3, 4]);
    expect(sorted(next.records)).toEqual(truthOf(sandbox, 'engage'));
    expect(logs(next.messages)).toContainEqual(expect.stringMatching(/^engage: .*it begins anew/));
  });

  test.each<[string, Omit<Fault, 'path'>, asked: number[]]>([
    ['a 404', { status: 404, on: 1 }, [3, 0, 1, 2, 3, 4]],
    ['a 400 in other words', { ...stopped, on: 1 }, [3, 0, 1, 2, 3, 4]],
    [
      'a page without rows',
      { body: { status: 'ok', results: [] }, on: [1, 6] },
      [3, 3, 3, 3, 3, 3, 0, 1, 2, 3, 4],
    ],
  ])('begins anew where its place is answered by %s', async (_, fault, asked) => {
    const sandbox = project({ profiles: 450, quotas: false });
    const first = await brokenOff(sandbox, 3);
    sandbox.fault({ path: PATH, ...fault });
    const next = await readOne(sandbox, 'engage', { config, state: lastStatesOf(first) });
    expect(next.complete).toBe(true);
    expect(pagesOf(sandbox)).toEqual(asked);
    expect(merged(next.records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test.each<[string, Omit<Fault, 'path'>, requests: number]>([
    ['credentials that are not accepted', { status: 401 }, 1],
    ['a 400 of credentials', { status: 400, body: 'Unable to authenticate request' }, 1],
    ['a plan without it', { kind: 'plan' }, 1],
    ['a 400 also from the begin', stopped, 2],
    ["Mixpanel's own timeout", { kind: 'query-timeout' }, 6],
  ])('is INCOMPLETE where it meets %s', async (_, fault, requests) => {
    const sandbox = project({ profiles: 450, quotas: false });
    const first = await brokenOff(sandbox, 3);
    sandbox.fault({ path: PATH, ...fault });
    const next = await readOne(sandbox, 'engage', { config, state: lastStatesOf(first) });
    expect(next.statuses.at(-1)).toBe('INCOMPLETE');
    expect(pagesOf(sandbox)).toHaveLength(requests);
  });

  test.each([{ page: 99 }, { page: 5, total: 500 }, { page: -1 }, { page: 3, page_size: 0 }])(
    'begins anew where its place is none (%j), though Mixpanel keeps the answer',
    async (place) => {
      const sandbox = project({ profiles: 450 });
      const [state] = lastStatesOf(await brokenOff(sandbox, 3)) as { stream: { stream_state: Row } }[];
      const stream_state = { ...state?.stream.stream_state, ...place };
      const next = await readOne(sandbox, 'engage', { config, state: stateOf('engage', stream_state) });
      expect(next.complete).toBe(true);
      expect(pagesOf(sandbox)).toEqual([0, 1, 2, 3, 4]);
      expect(sorted(next.records)).toEqual(truthOf(sandbox, 'engage'));
    },
  );

  test('begins anew where other properties are to be read now', async () => {
    const sandbox = project({ profiles: 450 });
    const first = await brokenOff(sandbox, 3);
    const include_properties = ['plan'];
    const next = await readOne(sandbox, 'engage', {
      config: { ...config, include_properties },
      state: lastStatesOf(first),
    });
    expect(next.complete).toBe(true);
    expect(pagesOf(sandbox)).toEqual([0, 1, 2, 3, 4]);
    expect(next.records).toHaveLength(450);
  });

  test('goes on with pages of the size that it began with, where they may be larger now', async () => {
    const sandbox = project({ profiles: 450 });
    const first = await brokenOff(sandbox, 3);
    const next = await readOne(sandbox, 'engage', { config: { page_size: 400 }, state: lastStatesOf(first) });
    expect(next.complete).toBe(true);
    expect(askedFor(sandbox, PATH).map(({ form }) => form?.['page_size'])).toEqual(['100', '100']);
    expect(merged(first.records, next.records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test('begins anew where pages have to be smaller now', async () => {
    const sandbox = project({ profiles: 450 });
    sandbox.fault({ path: PATH, ...stopped, on: 2 });
    const first = await readOne(sandbox, 'engage', { config: { page_size: 200 } });
    sandbox.clearFaults();
    sandbox.requests.length = 0;
    const next = await readOne(sandbox, 'engage', { config, state: lastStatesOf(first) });
    expect(pagesOf(sandbox)).toEqual([0, 1, 2, 3, 4]);
    expect(sorted(next.records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test.each([
    {},
    { completedAt: '2026-11-27T10:00:00.000Z' },
    { session_id: 7, page: 'x' },
    { partitionsDone: 0 },
  ])('the state %j is the begin', async (stream_state) => {
    const sandbox = project();
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'engage' }, stream_state } }];
    const { records } = await readOne(sandbox, 'engage', { state });
    expect(sorted(records)).toEqual(truthOf(sandbox, 'engage'));
  });
});

describe('a session that ends half-way', () => {
  test('is begun anew: profiles come again, as a merging destination can bear, and none is missing', async () => {
    const sandbox = project({ profiles: 450 });
    let asked = 0;
    network.onRequest(({ url }) => {
      if (url.pathname === PATH && (asked += 1) === 4) sandbox.expireSessions();
    });
    const { complete, records } = await readOne(sandbox, 'engage', { config });
    expect(complete).toBe(true);
    expect(pagesOf(sandbox)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4]);
    expect(merged(records)).toEqual(truthOf(sandbox, 'engage'));
  });

  test('each time: INCOMPLETE, after some tries', async () => {
    const sandbox = project({ profiles: 450, quotas: false });
    network.onRequest(() => sandbox.expireSessions());
    const { statuses, errors } = await readOne(sandbox, 'engage', { config });
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors).toMatchObject([
      {
        failure_type: 'transient_error',
        message: expect.stringMatching(
          /^engage: Mixpanel forgot the answer between its pages .*raise "page_size"/,
        ),
      },
    ]);
    expect(askedFor(sandbox, PATH).length).toBeLessThan(10);
  });

  test('of a cohort is as well', async () => {
    const sandbox = project({ profiles: 450, quotas: false });
    let asked = 0;
    network.onRequest(({ url }) => {
      if (url.pathname === PATH && (asked += 1) === 7) sandbox.expireSessions();
    });
    const { complete, records } = await readOne(sandbox, 'cohort_members', { config });
    expect(complete).toBe(true);
    const unique = [...new Map(records.map((row) => [JSON.stringify(row), row])).values()];
    expect(sorted(unique)).toEqual(truthOf(sandbox, 'cohort_members'));
  });
});
