/** A 200 whose export did not come to its end: asked for again, in smaller ranges, and never taken for the whole. */
import { describe, expect, test } from '@jest/globals';
import type { Mixpanel } from '../../../sandbox/mixpanel/index.ts';
import type { Answer, Incoming } from '../../../sandbox/kit/delivery.ts';
import type { FaultKind } from '../../../sandbox/kit/faults.ts';
import { logs } from '../../support/messages.ts';
import { inJson, network } from '../../support/network.ts';
import { askedFor, cursorsOf, DAY, lastStatesOf, project, readOne, sorted, truthOf } from './lab.ts';

const PATH = '/api/2.0/export';
const KINDS: readonly FaultKind[] = [
  'terminated-early',
  'export-terminated-early',
  'truncate',
  'reset-mid-body',
];
const WIDTHS = [1, 7];
const rangesOf = (sandbox: Mixpanel) =>
  askedFor(sandbox, PATH).map(
    ({ query }) => `${query['from_date']} ${query['to_date']} ${query['where'] ?? ''}`,
  );

/** Changes the export's answers, wherever the request is one of those that are meant. */
function spoilt(
  sandbox: Mixpanel,
  isMeant: (asked: URLSearchParams) => boolean,
  change: (answer: Answer) => Answer,
) {
  network.answerBy({
    serve: (asked: Incoming) => {
      const answer = sandbox.serve(asked);
      const isExport = asked.url.pathname === PATH;
      return answer && isExport && isMeant(asked.url.searchParams) ? change(answer) : answer;
    },
  });
}
const endedEarly = (answer: Answer): Answer => ({
  ...answer,
  chunks: () => [...(answer.chunks?.() ?? []), Buffer.from('terminated early\n')],
});

describe.each(WIDTHS)('with windows of %i days', (export_window_days) => {
  const config = { export_window_days };

  test.each(KINDS)('%s, once: all is read, and nothing twice', async (kind) => {
    const sandbox = project({ quotas: false });
    // Not one of the empty days.
    sandbox.fault({ path: PATH, kind, on: export_window_days === 1 ? 5 : 2, afterLines: 4 });
    const { complete, records, messages } = await readOne(sandbox, 'export', { config });
    expect(complete).toBe(true);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
    expect(logs(messages).join('\n')).toMatch(
      /export: the answer for .* broke \(.+\); it is asked for (again|in halves)/,
    );
  });

  test.each(KINDS)('%s, each time that a whole day is asked for: its parts bring it', async (kind) => {
    const sandbox = project({ quotas: false, eventsPerDay: 60 });
    const day = sandbox.firstDay;
    const isWholeDay = (query: URLSearchParams) => query.get('from_date') === day && !query.has('where');
    const broken: Record<string, (answer: Answer) => Answer> = {
      truncate: (answer) => ({ ...answer, chunks: () => [...(answer.chunks?.() ?? [])].slice(0, 2) }),
      'reset-mid-body': (answer) => ({ ...answer, mishap: 'reset-mid-body' }),
    };
    spoilt(sandbox, isWholeDay, broken[kind] ?? endedEarly);
    const { complete, records } = await readOne(sandbox, 'export', { config });
    expect(complete).toBe(true);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
    expect(
      rangesOf(sandbox).filter(
        (range) => range.startsWith(`${day} ${day} `) && range.includes('where') === false,
      ).length,
    ).toBeGreaterThan(2);
  });

  test.each(KINDS)('%s, for ever: the table is INCOMPLETE and its state not past it', async (kind) => {
    const sandbox = project({ quotas: false });
    const day = '2026-11-17';
    const isOfDay = (query: URLSearchParams) =>
      String(query.get('from_date')) <= day && day <= String(query.get('to_date'));
    const broken: Record<string, (answer: Answer) => Answer> = {
      truncate: (answer) => ({ ...answer, chunks: () => [Buffer.from('{"event":"a","prop')] }),
      'reset-mid-body': (answer) => ({
        ...answer,
        chunks: () => [Buffer.from('{"event":"a","prop')],
        mishap: 'reset-mid-body',
      }),
    };
    spoilt(sandbox, isOfDay, broken[kind] ?? endedEarly);
    const { complete, states, statuses, errors } = await readOne(sandbox, 'export', { config });
    expect(complete).toBe(false);
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain('export: ');
    for (const cursor of cursorsOf(states, 'time'))
      expect(Date.parse(String(cursor))).toBeLessThanOrEqual(Date.parse(day));

    // It goes on from there once Mixpanel is well.
    network.answerBy(sandbox);
    const next = await readOne(sandbox, 'export', {
      config,
      state: states.slice(-1).map((state) => ({ type: 'STREAM', stream: state.stream })),
    });
    expect(next.complete).toBe(true);
    const held = new Set(sorted(next.records));
    const due = truthOf(sandbox, 'export').filter((row) => row.includes(`["time","${day}`));
    expect(due.length).toBeGreaterThan(0);
    expect(due.filter((row) => !held.has(row))).toEqual([]);
  });
});

test('what a day brought before it broke is written again, and no other day is', async () => {
  const sandbox = project({ quotas: false, days: 2, eventsPerDay: 12_000 });
  sandbox.fault({ path: PATH, kind: 'reset-mid-body', on: 1, afterLines: 11_000 });
  const { complete, records } = await readOne(sandbox, 'export');
  expect(complete).toBe(true);
  const truth = truthOf(sandbox, 'export');
  const [held, counts] = [sorted(records), new Map<string, number>()];
  for (const row of held) counts.set(row, (counts.get(row) ?? 0) + 1);
  for (const row of truth) counts.set(row, (counts.get(row) ?? 0) - 1);
  const more = [...counts].filter(([, count]) => count !== 0);
  expect(more.every(([, count]) => count > 0)).toBe(true);
  const days = new Set(more.map(([row]) => /\["time","([^T]+)T/.exec(row)?.[1]));
  expect(days).toEqual(new Set([sandbox.firstDay]));
});

describe('a 200 that holds an error', () => {
  test.each([
    ['in place of the events', '{"error":"Something went wrong"}\n'],
    ['without a line break', '{"error":"Something went wrong"}'],
    ['with a status', '{"status":"error","error":"Something went wrong"}\n'],
    ['as HTML', '<html><body>Sorry</body></html>\n'],
    ['as a word', 'error\n'],
  ])('%s is none of an empty day', async (_, text) => {
    const sandbox = project({ quotas: false });
    sandbox.fault({ path: PATH, body: text, on: 20 });
    const once = await readOne(sandbox, 'export');
    expect(once.complete).toBe(true);
    expect(sorted(once.records)).toEqual(truthOf(sandbox, 'export'));

    sandbox.clearFaults();
    sandbox.fault({ path: PATH, body: text });
    const ever = await readOne(sandbox, 'export', { state: lastStatesOf(once) });
    expect(ever.statuses.at(-1)).toBe('INCOMPLETE');
    expect(ever.records).toEqual([]);
    expect(
      cursorsOf(ever.states, 'time').every((cursor) => String(cursor) <= '2026-11-27T10:30:15.000Z'),
    ).toBe(true);
  });

  test('an empty day is one', async () => {
    const sandbox = project({ quotas: false, eventsPerDay: 0 });
    const { complete, records, states } = await readOne(sandbox, 'export');
    expect({ complete, records }).toEqual({ complete: true, records: [] });
    expect(cursorsOf(states, 'time').at(-1)).toBe('2026-11-27T10:30:15.000Z');
  });
});

describe('Mixpanel that is not well', () => {
  test.each([
    ['500', { status: 500 }],
    ['a gateway that speaks HTML', { kind: 'html' }],
    ['a reset', { kind: 'reset' }],
  ] as const)('%s: the request is made again, five times', async (_, fault) => {
    const sandbox = project({ quotas: false });
    sandbox.fault({ path: PATH, ...fault, on: [3, 5] });
    const { complete, records } = await readOne(sandbox, 'export');
    expect(complete).toBe(true);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
    sandbox.fault({ path: PATH, ...fault });
    sandbox.requests.length = 0;
    const ever = await readOne(sandbox, 'export', { config: { export_window_days: 30 } });
    expect(ever.errors).toMatchObject([{ failure_type: 'transient_error' }]);
    expect(askedFor(sandbox, PATH)).toHaveLength(6);
  });
});

describe("Mixpanel's own timeout, a 400", () => {
  const config = { export_window_days: 30 };
  const timedOut = () => inJson({ request: PATH, error: 'Timeout Error.' }, 400);
  const daysOf = (asked: URLSearchParams) =>
    (Date.parse(asked.get('to_date') ?? '') - Date.parse(asked.get('from_date') ?? '')) / DAY + 1;

  test('of a range that is too large: its halves bring it, without another try', async () => {
    const sandbox = project({ quotas: false });
    spoilt(sandbox, (asked) => daysOf(asked) > 5, timedOut);
    const { complete, records } = await readOne(sandbox, 'export', { config });
    expect(complete).toBe(true);
    expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
    // 20 days, twice 10, four times 5.
    expect(askedFor(sandbox, PATH)).toHaveLength(7);
  });

  test('for ever: INCOMPLETE, after the tries of the smallest part', async () => {
    const sandbox = project({ quotas: false });
    spoilt(sandbox, () => true, timedOut);
    const { errors, statuses } = await readOne(sandbox, 'export', { config });
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors).toMatchObject([
      { failure_type: 'transient_error', message: expect.stringContaining('in its own time') },
    ]);
    expect(askedFor(sandbox, PATH).length).toBeLessThan(20);
  });
});
