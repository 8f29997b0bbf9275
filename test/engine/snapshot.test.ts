import { describe, expect, test } from '@jest/globals';
import { DAY, wholeDays } from '../../src/engine/windows.ts';
import type { ReadContext, Row } from '../../src/engine/stream.ts';
import { failing, pages, rows, run, table } from './lab.ts';

const ALL = [rows('a', 'b'), rows('c'), rows('d')];

/** A list whose pages are kept: read from the page on that a state names, and broken off behind one. */
const snapshot = (breakAt = Infinity, asked: (Row | undefined)[] = []) =>
  table(
    'profiles',
    async function* ({ resume }) {
      asked.push(resume?.from);
      for (let page = Number(resume?.from?.['page'] ?? 0); page < ALL.length; page += 1) {
        if (page === breakAt) throw new Error('broken');
        if (page + 1 < ALL.length) resume?.reached({ session: 's', page: page + 1 });
        yield ALL[page] ?? [];
      }
    },
    { isSnapshot: true },
  );

describe('a snapshot', () => {
  test('tells where it is behind each page, and that it ended', async () => {
    const { complete, story, states } = await run([snapshot()]);
    expect(complete).toBe(true);
    expect(story('profiles')).toEqual([
      'STARTED',
      'RUNNING',
      'record a',
      'record b',
      'state 2',
      'record c',
      'state 1',
      'record d',
      'state 1',
      'COMPLETE',
    ]);
    expect(states('profiles')).toEqual([
      { session: 's', page: 1 },
      { session: 's', page: 2 },
      { completedAt: expect.any(String) },
    ]);
  });

  test('is read on where it broke off, and brings the rest', async () => {
    const broken = await run([snapshot(2)]);
    expect(broken.complete).toBe(false);
    const [state] = broken.states('profiles').slice(-1);
    const asked: (Row | undefined)[] = [];
    const rest = await run([snapshot(Infinity, asked)], { states: { profiles: state ?? {} } });
    expect(asked).toEqual([{ session: 's', page: 2 }]);
    expect([...broken.ids('profiles'), ...rest.ids('profiles')]).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each([
    ['that ended', { completedAt: '2026-01-15T00:00:00.000Z' }],
    ['that told nothing', {}],
  ])('begins anew behind a read %s', async (_, state) => {
    const asked: (Row | undefined)[] = [];
    await run([snapshot(Infinity, asked)], { states: { profiles: state } });
    expect(asked).toEqual([undefined]);
  });

  test('of a parent has no place to go on from', async () => {
    let resume: ReadContext<null>['resume'] | 'unasked' = 'unasked';
    const parent = table('cohorts', () => pages(rows('1')));
    const child = table(
      'members',
      (context) => {
        resume = context.resume;
        return pages(rows('a'));
      },
      { isSnapshot: true, parent: { stream: parent, keep: ['id'], path: () => '/' } },
    );
    await run([child], { states: { members: { page: 1 } } });
    expect(resume).toBeUndefined();
  });
});

describe('rows without a key', () => {
  const at = (id: string) => ({ id, time: '2026-01-14T05:00:00.000Z' });
  const events = (read: Parameters<typeof table>[1]) =>
    table('events', read, { primaryKey: [], cursor: 'time', windows: wholeDays(1) });

  test('are all written, also where they are alike, of another day, or without a time', async () => {
    const stream = events(({ window }) =>
      window.start.startsWith('2026-01-13') ? pages([at('a'), at('a')], [at('a'), { id: 'b' }]) : pages(),
    );
    const { complete, ids } = await run([stream], {
      modes: { events: 'incremental' },
      startDate: Date.UTC(2026, 0, 13),
    });
    expect(complete).toBe(true);
    expect(ids('events')).toEqual(['a', 'a', 'a', 'b']);
  });

  test('move their state all the same, and not where a window broke', async () => {
    const stream = events(({ window }) =>
      window.start.startsWith('2026-01-14') ? failing(new Error('broken'), [at('b')]) : pages([at('a')]),
    );
    const { complete, states } = await run([stream], {
      modes: { events: 'incremental' },
      startDate: Date.UTC(2026, 0, 13),
      concurrency: 1,
    });
    expect(complete).toBe(false);
    expect(states('events')).toEqual([{ time: '2026-01-14T00:00:00.000Z' }]);
  });
});

test('a session can have other windows than the stream', async () => {
  const asked: string[] = [];
  const stream = table(
    'events',
    ({ window }) => {
      asked.push(window.start.slice(0, 10));
      return pages();
    },
    { cursor: 'time', windows: wholeDays(1) },
  );
  const startDate = Date.UTC(2026, 0, 15) - 3 * DAY;
  await run([stream], { startDate, windows: () => ({ days: 2 }), modes: { events: 'incremental' } });
  expect(asked).toEqual(['2026-01-12', '2026-01-14']);
});

test('a read is told the columns of its catalog', async () => {
  let told: ReadonlySet<string> | undefined;
  const stream = table('events', ({ columns }) => {
    told = columns;
    return pages();
  });
  await run([stream], { columns: new Set(['id', 'name']) });
  expect([...(told ?? [])]).toEqual(['id', 'name']);
});
