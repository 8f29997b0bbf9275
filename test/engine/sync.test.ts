import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { configError, transientError } from '../../src/engine/errors.ts';
import type { Row } from '../../src/engine/stream.ts';
import { daily } from '../../src/engine/windows.ts';
import { ReaderGone } from '../../src/protocol/writer.ts';
import { settle } from '../http/clock.ts';
import { failing, gate, pages, repeatedStates, rows, run, start, table } from './lab.ts';

describe('a stream', () => {
  test('goes STARTED, RUNNING, records, final STATE, COMPLETE', async () => {
    const { complete, story } = await run([table('users', () => pages(rows('a', 'b'), rows('c')))]);
    expect(complete).toBe(true);
    expect(story('users')).toEqual([
      'STARTED',
      'RUNNING',
      'record a',
      'record b',
      'record c',
      'state 3',
      'COMPLETE',
    ]);
  });

  test.each([
    ['without pages', () => pages()],
    ['with an empty page', () => pages([])],
  ])('that is empty, %s, goes the same way', async (_, read) => {
    const { complete, story } = await run([table('users', read)]);
    expect(complete).toBe(true);
    expect(story('users')).toEqual(['STARTED', 'RUNNING', 'state 0', 'COMPLETE']);
  });

  test('carries its namespace in every message', async () => {
    const { lines } = await run([table('users', () => pages(rows('a')))], { namespace: 'eu' });
    for (const { record, state, trace } of lines) {
      const descriptor = state?.stream.stream_descriptor ?? trace?.stream_status?.stream_descriptor;
      expect(record?.namespace ?? descriptor?.namespace).toBe('eu');
    }
  });

  test('that fails is INCOMPLETE with an ERROR trace of its own, without a final STATE', async () => {
    const { complete, story, error } = await run([
      table('users', () => failing(configError('Get a plan.', 'HTTP 403'), rows('a'))),
    ]);
    expect(complete).toBe(false);
    expect(story('users')).toEqual(['STARTED', 'RUNNING', 'record a', 'INCOMPLETE', 'ERROR config_error']);
    expect(error('users')).toMatchObject({
      message: 'Get a plan.',
      internal_message: 'HTTP 403',
      stream_descriptor: { name: 'users' },
    });
  });

  test('that fails does not hold up the others', async () => {
    const { complete, story } = await run([
      table('a', () => failing(new TypeError('our bug'))),
      table('b', () => pages(rows('x'))),
      table('c', () => failing(transientError('again later'))),
    ]);
    expect(complete).toBe(false);
    expect(story('a').slice(-2)).toEqual(['INCOMPLETE', 'ERROR system_error']);
    expect(story('b')).toEqual(['STARTED', 'RUNNING', 'record x', 'state 1', 'COMPLETE']);
    expect(story('c').slice(-2)).toEqual(['INCOMPLETE', 'ERROR transient_error']);
  });

  test('whose row has no key, or null for it, is INCOMPLETE: destinations would lose the row', async () => {
    for (const bad of [{}, { id: null }, { id: {} }]) {
      const { complete, error } = await run([table('users', () => pages([bad]))]);
      expect(complete).toBe(false);
      expect(error('users')).toMatchObject({ failure_type: 'system_error' });
      expect(error('users')?.message).toContain('"id"');
    }
  });

  test('is written masked and with what we add; the rest passes through', async () => {
    const { of } = await run([
      table('users', () => pages([{ id: 'a', settings: { apiKey: 'x', n: [1] }, extra: null }]), {
        secrets: { settings: 'credentials' },
        inject: () => ({ sourceId: 's' }),
      }),
    ]);
    expect(of('users')[2]?.record?.data).toEqual({
      id: 'a',
      settings: { apiKey: '**********', n: [1] },
      extra: null,
      sourceId: 's',
    });
  });
});

describe('the catalog', () => {
  test('asks for a stream that there is not: a config_error that names it, and the others are read', async () => {
    const { complete, story, error } = await run([table('users', () => pages(rows('a')))], {
      configured: ['nothing', 'users'],
    });
    expect(complete).toBe(false);
    expect(story('users').at(-1)).toBe('COMPLETE');
    expect(story('nothing')).toEqual(['STARTED', 'INCOMPLETE', 'ERROR config_error']);
    expect(error('nothing')?.message).toMatch(/nothing.*source-fake/);
  });

  test('asks for incremental where there is none: it is read in full', async () => {
    const users = table('users', () => pages(rows('a')));
    const { complete, story } = await run([users], { modes: { users: 'incremental' } });
    expect(complete).toBe(true);
    expect(story('users').slice(0, 3)).toEqual(['STARTED', 'RUNNING', 'record a']);
  });

  test('may be empty', async () => {
    const { complete, lines } = await run([table('users', () => pages())], { configured: [] });
    expect([complete, lines]).toEqual([true, []]);
  });
});

describe('counts', () => {
  test('of the STATEs add up to the records before each, for any pages of any streams', async () => {
    const sizes = fc.array(fc.nat({ max: 5 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 5 }), async (drawn) => {
        const { lines, of } = await run(
          drawn.map((pageSizes, at) =>
            table(`s${at}`, () =>
              pages(...pageSizes.map((size, page) => rows(...ids(size).map((id) => `${page}-${id}`)))),
            ),
          ),
        );
        expect(lines.length).toBeGreaterThan(0);
        drawn.forEach((pageSizes, at) => {
          let since = 0;
          let total = 0;
          for (const { record, state } of of(`s${at}`)) {
            if (record) since += 1;
            if (!state) continue;
            expect(state.sourceStats.recordCount).toBe(since);
            total += since;
            since = 0;
          }
          expect(total).toBe(pageSizes.reduce((sum, size) => sum + size, 0));
        });
      }),
      { numRuns: 30 },
    );
  });
});

const ids = (count: number) => Array.from({ length: count }, (_, id) => String(id));

describe('concurrency', () => {
  test('of all streams together is bounded', async () => {
    let now = 0;
    let most = 0;
    const streams = ids(12).map((id) =>
      table(`s${id}`, async function* () {
        most = Math.max(most, (now += 1));
        await settle();
        yield rows(id);
        await settle();
        now -= 1;
      }),
    );
    const { complete } = await run(streams, { concurrency: 3 });
    expect([complete, most]).toEqual([true, 3]);
  });

  test('a slow stream does not hold up the others', async () => {
    const slow = gate();
    const { done, story } = start([
      table('slow', async function* () {
        await slow.opened;
        yield rows('a');
      }),
      table('fast', () => pages(rows('b'))),
    ]);
    await settle();
    await settle();
    expect(story('fast').at(-1)).toBe('COMPLETE');
    expect(story('slow')).toEqual(['STARTED', 'RUNNING']);
    slow.open();
    expect(await done).toBe(true);
  });
});

describe('a rate limit', () => {
  const limited = async (given: readonly string[]) => {
    const door = gate();
    const started = start([
      table('slow', async function* () {
        yield rows(...given);
        await door.opened;
        yield rows('z');
      }),
      table('fast', () => pages(rows('b'))),
    ]);
    await settle();
    await settle();
    return { ...started, door };
  };

  test('is told for each stream that is not done, with its end and a STATE for the heartbeat', async () => {
    const { runtime, story, of, door, done, clock } = await limited(['a']);
    const until = clock.now() + 90_000;
    runtime().onPause?.(until);
    await settle();
    runtime().onResume?.();
    door.open();
    expect(await done).toBe(true);
    expect(story('slow')).toEqual([
      'STARTED',
      'RUNNING',
      'record a',
      'RUNNING limited',
      'state 1',
      'RUNNING',
      'record z',
      'state 1',
      'COMPLETE',
    ]);
    expect(of('slow')[3]?.trace?.stream_status?.reasons).toEqual([
      { type: 'RATE_LIMITED', rate_limited: { quota_reset: until } },
    ]);
    expect(story('fast')).not.toContain('RUNNING limited');
  });

  test('no two equal STATEs have records between them, however often it comes', async () => {
    const doors = [gate(), gate()];
    const { runtime, of, done } = start([
      table('slow', async function* () {
        yield rows('a');
        await doors[0]?.opened;
        yield rows('b');
        await doors[1]?.opened;
      }),
    ]);
    for (const door of doors) {
      await settle();
      await settle();
      runtime().onPause?.(1);
      await settle();
      door.open();
    }
    await done;
    expect(repeatedStates(of('slow'))).toEqual([]);
  });

  test('whenever it comes, a state can be gone on from', async () => {
    const events = table('events', () => pages([{ id: 'a', timestamp: '2026-01-15' }]), {
      cursor: 'timestamp',
      windows: daily(),
    });
    for (let turns = 0; turns < 30; turns += 1) {
      const { runtime, done, states } = start([events], { modes: { events: 'incremental' } });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      runtime().onPause?.(1);
      await done;
      for (const state of states('events')) expect(state).toHaveProperty('timestamp');
    }
  });

  test('is told for a stream that still waits for its parents', async () => {
    const door = gate();
    const parent = table('parents', async function* () {
      await door.opened;
      yield rows('p');
    });
    const child = table('children', () => pages(rows('c')), {
      parent: { stream: parent, keep: ['id'], path: () => '/' },
    });
    const { runtime, story, done } = start([parent, child], { configured: ['children'] });
    await settle();
    runtime().onPause?.(1);
    await settle();
    const told = story('children');
    door.open();
    await done;
    expect(told).toContain('RUNNING limited');
  });
});

describe('the heartbeat', () => {
  afterEach(() => void jest.useRealTimers());

  test('sends a STATE when no RECORD or STATE went out for a minute, and only then', async () => {
    jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const door = gate();
    const { done, clock, story } = start([
      table('slow', async function* () {
        yield rows('a');
        await door.opened;
      }),
    ]);
    const pass = async (ms: number) => {
      await clock.advance(ms);
      jest.advanceTimersByTime(ms);
      await settle();
      return story('slow').filter((word) => word.startsWith('state'));
    };
    expect(await pass(30_000)).toEqual([]);
    expect(await pass(30_000)).toEqual(['state 1']);
    expect(await pass(30_000)).toEqual(['state 1']);
    expect(await pass(30_000)).toEqual(['state 1', 'state 0']);
    door.open();
    expect(await done).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is one at a time: hours of a reader that takes nothing are no hours of states for it', async () => {
    jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const door = gate();
    const { done, clock, out, story } = start([
      table('slow', async function* () {
        yield rows('a');
        await door.opened;
      }),
    ]);
    await settle();
    const handed: unknown[] = [];
    const taken = jest.spyOn(out, 'write').mockImplementation((...given: unknown[]) => {
      handed.push(given.at(-1));
      return false;
    });
    for (let minute = 0; minute < 240; minute += 1) {
      await clock.advance(60_000);
      jest.advanceTimersByTime(60_000);
      await settle();
    }
    expect(taken).toHaveBeenCalledTimes(1);
    taken.mockRestore();
    for (const done of handed) (done as () => void)();
    door.open();
    expect(await done).toBe(true);
    // The final one; that of the heartbeat went to the reader that stood still.
    expect(story('slow').filter((word) => word.startsWith('state'))).toEqual(['state 0']);
  });
});

describe('the end of the run', () => {
  const endless = (name: string) =>
    table(name, async function* () {
      for (let id = 0; ; id += 1) {
        await settle();
        yield rows(`${name}${id}`);
      }
    });

  test('by a signal leaves every stream INCOMPLETE with its reason, and ends in order', async () => {
    const stop = new AbortController();
    const { done, story, error } = start([endless('a'), endless('b'), table('c', () => pages(rows('x')))], {
      stop,
    });
    for (let turn = 0; turn < 5; turn += 1) await settle();
    stop.abort(transientError('The run was stopped.'));
    expect(await done).toBe(false);
    for (const name of ['a', 'b']) {
      expect(story(name).slice(-2)).toEqual(['INCOMPLETE', 'ERROR transient_error']);
      expect(error(name)?.message).toBe('The run was stopped.');
    }
    expect(story('c').at(-1)).toBe('COMPLETE');
  });

  test('by a signal also ends the streams that wait for a list', async () => {
    const stop = new AbortController();
    const parent = endless('parents');
    const child = table('children', () => pages(), {
      parent: { stream: parent, keep: ['id'], path: () => '/' },
    });
    const { done, story } = start([parent, child], { stop });
    for (let turn = 0; turn < 5; turn += 1) await settle();
    stop.abort(transientError('The run was stopped.'));
    expect(await done).toBe(false);
    expect(story('children').slice(-2)).toEqual(['INCOMPLETE', 'ERROR transient_error']);
  });

  test('by a reader that went away is quiet', async () => {
    const { done, out } = start([endless('a'), endless('b')]);
    for (let turn = 0; turn < 5; turn += 1) await settle();
    out.destroy();
    await expect(done).rejects.toBeInstanceOf(ReaderGone);
  });
});

test('a rate limit that begins while the final state is written does not come between it and COMPLETE', async () => {
  const sync = start([table('a', () => pages(rows('1')))]);
  const push = sync.lines.push.bind(sync.lines);
  sync.lines.push = (line) => {
    if (line.state) {
      sync.runtime().onPause?.(sync.clock.now() + 5000);
      sync.runtime().onResume?.();
    }
    return push(line);
  };
  await sync.done;
  expect(sync.story('a')).toEqual(['STARTED', 'RUNNING', 'record 1', 'state 1', 'COMPLETE']);
});

describe('two rows with one key', () => {
  const twins = (second: Row, ...pagesOf: Row[][]) =>
    run([table('tables', () => pages(...(pagesOf.length > 0 ? pagesOf : [[{ id: 'a', n: 1 }, second]])))]);

  test('that differ within a page are an error: one of them would be lost', async () => {
    const { complete, error } = await twins({ id: 'a', n: 2 });
    expect(complete).toBe(false);
    expect(error('tables')).toMatchObject({
      failure_type: 'system_error',
      message: expect.stringContaining('two different rows with the same id'),
    });
  });

  test('that are the same, or come with two pages, are one', async () => {
    const same = await twins({ id: 'a', n: 1 });
    expect([same.complete, same.ids('tables')]).toEqual([true, ['a']]);
    const moved = await twins({}, [{ id: 'a', n: 1 }], [{ id: 'a', n: 2 }]);
    expect([moved.complete, moved.ids('tables')]).toEqual([true, ['a']]);
  });
});
