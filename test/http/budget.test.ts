import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RateBudget, type BudgetOptions } from '../../src/http/budget.ts';
import { HttpError } from '../../src/http/errors.ts';
import { FakeClock, LeapingClock, settle } from './clock.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** A budget whose requests end when the test says so. */
function lab(options: Partial<BudgetOptions> = {}) {
  const clock = (options.clock as FakeClock | undefined) ?? new FakeClock();
  const pauses: number[] = [];
  const resumes: number[] = [];
  const budget = new RateBudget({
    clock,
    concurrency: 4,
    onPause: (until) => pauses.push(until),
    onResume: () => resumes.push(clock.now()),
    ...options,
  });
  const underWay: (() => void)[] = [];
  let most = 0;
  const send = () =>
    new Promise<void>((resolve) => {
      underWay.push(resolve);
      most = Math.max(most, underWay.length);
    });
  return {
    clock,
    budget,
    pauses,
    resumes,
    underWay,
    most: () => most,
    ask: (path = '/x') => budget.run(path, send),
    answer: async (index = 0) => {
      underWay.splice(index, 1)[0]?.();
      await settle();
    },
  };
}

const kindOf = (error: unknown) => (error instanceof HttpError ? error.kind : String(error));

describe('concurrency', () => {
  test('is never exceeded, and every request gets its turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat({ max: 5 }), { maxLength: 30 }),
        async (concurrency, order) => {
          const { ask, answer, underWay, most } = lab({ concurrency });
          const asked = order.map(() => ask());
          await settle();
          for (const index of order) await answer(index % underWay.length);
          await Promise.all(asked);
          expect(most()).toBe(Math.min(concurrency, order.length));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a request that fails gives its place back', async () => {
    const { budget } = lab({ concurrency: 1 });
    for (let times = 0; times < 3; times += 1) {
      await expect(budget.run('/x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    }
    await expect(budget.run('/x', async () => 'yes')).resolves.toBe('yes');
  });
});

describe('a 429', () => {
  test('stops everything until its time is over, and is told once', async () => {
    const { clock, budget, ask, answer, underWay, pauses, resumes } = lab();
    const first = ask();
    await settle();
    budget.pause('/x', 30 * SECOND);
    budget.pause('/x', 20 * SECOND);
    const waiting = [ask(), ask(), ask()];
    await clock.advance(30 * SECOND - 1);
    expect(underWay).toHaveLength(1);
    expect(pauses).toEqual([clock.now() + 1]);
    expect(resumes).toEqual([]);

    await clock.advance(1);
    expect(pauses).toHaveLength(1);
    expect(resumes).toEqual([clock.now()]);
    await answer(); // the first, from before: the way is free
    expect(underWay).toHaveLength(3);
    for (let left = 3; left > 0; left -= 1) await answer();
    await Promise.all([first, ...waiting]);
  });

  test('that asks for longer while the pause is on makes it longer', async () => {
    const { clock, budget, ask, underWay, resumes } = lab();
    budget.pause('/x', 10 * SECOND);
    void ask();
    await clock.advance(5 * SECOND);
    budget.pause('/x', 10 * SECOND);
    await clock.advance(10 * SECOND - 1);
    expect(underWay).toHaveLength(0);
    await clock.advance(1);
    expect(underWay).toHaveLength(1);
    expect(resumes).toHaveLength(1);
  });

  test('and the next one is told again', async () => {
    const { clock, budget, ask, pauses, resumes } = lab();
    for (const times of [1, 2]) {
      budget.pause('/x', SECOND);
      void ask();
      await clock.advance(SECOND);
      expect([pauses, resumes].map(({ length }) => length)).toEqual([times, times]);
    }
  });

  test('longer than we wait is a failure for everyone, at once', async () => {
    const { clock, budget, ask, pauses } = lab({ longestWait: 600 * SECOND });
    expect(() => budget.pause('/a', HOUR)).toThrow(HttpError);
    const error = await ask('/b').catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'rate-limited', path: '/b', status: 429 });
    expect((error as HttpError).message).toContain(new Date(clock.now() + HOUR).toISOString());
    expect(clock.slept).toEqual([]);
    expect(pauses).toEqual([]);
  });

  test('after 429 without anything in between is a failure when it adds up to longer than we wait', async () => {
    const { clock, budget, ask } = lab({ longestWait: 600 * SECOND });
    budget.pause('/a', 400 * SECOND);
    await clock.advance(400 * SECOND);
    expect(() => budget.pause('/a', 201 * SECOND)).toThrow(/refused since 2026-01-15T12:00:00.000Z/);
    await expect(ask()).rejects.toThrow(HttpError);
    budget.passed();
    budget.pause('/a', 600 * SECOND);
  });

  test('is sat out where it asks for exactly the longest wait', async () => {
    const { clock, budget, ask, underWay } = lab({ longestWait: 600 * SECOND });
    budget.pause('/a', 600 * SECOND);
    void ask();
    await clock.advance(600 * SECOND);
    expect(underWay).toHaveLength(1);
  });

  test.each([1e15, 1e20, Number.MAX_VALUE])('for %p ms has no date, but is no crash', async (wait) => {
    const { budget, ask } = lab();
    expect(() => budget.pause('/a', wait)).toThrow(/asked to wait beyond the year 9999$/);
    await expect(ask()).rejects.toThrow(/asked to wait beyond the year 9999$/);
  });

  test('until the last moment that has a date names it', () => {
    const { clock, budget } = lab();
    const last = Date.UTC(9999, 11, 31, 23, 59, 59);
    expect(() => budget.pause('/a', last - clock.now())).toThrow(
      /asked to wait until 9999-12-31T23:59:59.000Z$/,
    );
  });

  test('longer than we wait, told during a pause, frees those who sit that pause out', async () => {
    const { clock, budget, ask } = lab({ longestWait: 600 * SECOND });
    budget.pause('/a', 10 * SECOND);
    const outcomes: string[] = [];
    for (const path of ['/b', '/c']) ask(path).catch((error: unknown) => outcomes.push(kindOf(error)));
    await clock.advance(5 * SECOND);
    expect(() => budget.pause('/a', 24 * HOUR)).toThrow(HttpError);
    await clock.advance(600 * SECOND);
    expect(outcomes).toEqual(['rate-limited', 'rate-limited']);
  });

  test('whose end passes between two looks at the clock does not leave a dead pause behind', async () => {
    const clock = new FakeClock();
    const { budget, ask, answer } = lab({ clock });
    budget.pause('/a', SECOND);
    const now = clock.now.bind(clock);
    let looks = 0;
    clock.now = () => now() + (looks++ > 0 ? SECOND : 0);
    const first = ask();
    await settle();
    await answer();
    await first;
    clock.now = now;
    budget.pause('/a', 10 * SECOND);
    // A dead pause would never let the event loop turn again: stop the spinning after a while.
    let spins = 0;
    clock.now = () => {
      if ((spins += 1) > 1000) throw new Error('spins');
      return now();
    };
    const second = ask().catch((error: Error) => error.message);
    await settle();
    expect(await Promise.race([second, settle().then(() => 'waits')])).toBe('waits');
  });
});

describe('what the answers say of the budget', () => {
  test('nothing remains: a pause until the reset, before a 429 is needed', async () => {
    const { clock, budget, ask, underWay, pauses, resumes } = lab();
    budget.learn(0, 10 * SECOND);
    void ask();
    await clock.advance(10 * SECOND - 1);
    expect([pauses.length, resumes.length, underWay.length]).toEqual([1, 0, 0]);
    await clock.advance(1);
    expect([pauses.length, resumes.length, underWay.length]).toEqual([1, 1, 1]);
  });

  test('little remains: so few are under way', async () => {
    const { budget, ask, answer, underWay } = lab({ concurrency: 8 });
    budget.learn(2, 10 * SECOND);
    for (let times = 0; times < 6; times += 1) void ask();
    await settle();
    expect(underWay).toHaveLength(2);
    await answer();
    expect(underWay).toHaveLength(2);
  });

  test('much remains: the concurrency holds', async () => {
    const { budget, ask, most } = lab({ concurrency: 3 });
    budget.learn(1000, 10 * SECOND);
    for (let times = 0; times < 6; times += 1) void ask();
    await settle();
    expect(most()).toBe(3);
  });

  test('after the reset there is room again', async () => {
    const { clock, budget, ask, underWay } = lab({ concurrency: 3 });
    budget.learn(1, 10 * SECOND);
    await clock.advance(10 * SECOND);
    for (let times = 0; times < 6; times += 1) void ask();
    await settle();
    expect(underWay).toHaveLength(3);
  });

  test('answers that overtake each other: the lowest figure of a period is the true one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 8, maxLength: 8 }),
        async (figures, wobble) => {
          const { budget, ask, underWay } = lab({ concurrency: 1000 });
          figures.forEach((figure, index) => budget.learn(figure, 60 * SECOND + (wobble[index] ?? 0)));
          for (let times = 0; times < 120; times += 1) void ask();
          await settle();
          expect(underWay).toHaveLength(Math.min(...figures));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a new period starts with its own figure', async () => {
    const { budget, ask, underWay } = lab({ concurrency: 8 });
    budget.learn(1, 2 * SECOND);
    budget.learn(5, 62 * SECOND);
    for (let times = 0; times < 8; times += 1) void ask();
    await settle();
    expect(underWay).toHaveLength(5);
  });

  test('what holds for longer than we wait is no guide: a 429 will say so where it is true', async () => {
    const { budget, ask, underWay, pauses } = lab({ longestWait: 600 * SECOND });
    budget.learn(0, 24 * HOUR);
    for (let times = 0; times < 4; times += 1) void ask();
    await settle();
    expect([underWay.length, pauses.length]).toEqual([4, 0]);
  });
});

describe('the end of the run', () => {
  test('ends a pause at once, for all who wait', async () => {
    const stop = new AbortController();
    const { clock, budget, ask, underWay } = lab({ signal: stop.signal });
    budget.pause('/x', 60 * SECOND);
    const waiting = [ask(), ask(), ask()].map((asked) => asked.catch((error: Error) => error.message));
    await settle();
    stop.abort(new Error('stopped'));
    expect(await Promise.all(waiting)).toEqual(['stopped', 'stopped', 'stopped']);
    expect([underWay.length, clock.sleeping]).toEqual([0, 0]);
  });

  test('lets nothing start any more', async () => {
    const { ask, underWay } = lab({ signal: AbortSignal.abort(new Error('stopped')) });
    await expect(ask()).rejects.toThrow('stopped');
    expect(underWay).toEqual([]);
  });

  test('frees those who wait for room as soon as those under way end', async () => {
    const stop = new AbortController();
    const { ask, answer, underWay } = lab({ concurrency: 1, signal: stop.signal });
    const first = ask();
    const second = ask();
    second.catch(() => undefined);
    await settle();
    expect(underWay).toHaveLength(1);
    stop.abort(new Error('stopped'));
    await answer();
    await first;
    await expect(second).rejects.toThrow('stopped');
    expect(underWay).toEqual([]);
  });
});

describe('a limit by the minute', () => {
  test('is used to the full, and never exceeded within any minute', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(40_000), { maxLength: 12 }),
        async (most, gaps) => {
          const { ask, answer, clock, underWay } = lab({
            limits: [{ requests: most, per: 60 * SECOND }],
            concurrency: 20,
          });
          const starts: number[] = [];
          const began = () => {
            while (starts.length < underWay.length + answered) starts.push(clock.now());
          };
          let answered = 0;
          const asked: Promise<void>[] = [];
          for (const gap of gaps) {
            asked.push(ask());
            await settle();
            began();
            for (let passed = 0; passed < gap; passed += 1000) {
              await clock.advance(1000);
              began();
            }
          }
          while (answered < gaps.length) {
            for (; underWay.length > 0; answered += 1) await answer();
            await clock.advance(1000);
            began();
          }
          await Promise.all(asked);
          expect(starts).toHaveLength(gaps.length);
          for (const [index, start] of starts.entries()) {
            const before = starts[index - most];
            if (before !== undefined) expect(start - before).toBeGreaterThanOrEqual(60 * SECOND);
          }
          // A whole minute of waiting is no more than a minute and a second or two.
          const last = starts.at(-1) ?? 0;
          const first = starts[0] ?? 0;
          const idle = gaps.reduce((sum, gap) => sum + gap, 0);
          expect(last - first).toBeLessThanOrEqual(idle + Math.ceil(gaps.length / most) * 63 * SECOND);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a limit that is kept to', () => {
  test('tells of a wait that people notice, once for all who wait, and of its end', async () => {
    const { ask, answer, clock, pauses, resumes } = lab({ limits: [{ requests: 1, per: HOUR }] });
    const started = clock.now();
    const asked = [ask(), ask(), ask()];
    await settle();
    await answer();
    expect(pauses).toEqual([started + HOUR + SECOND]);
    await clock.advance(HOUR + SECOND);
    expect(resumes).toEqual([started + HOUR + SECOND]);
    await answer();
    expect(pauses).toHaveLength(2);
    await clock.advance(HOUR + SECOND);
    await answer();
    await Promise.all(asked);
  });

  test('says nothing of short ones', async () => {
    const { ask, answer, clock, pauses } = lab({ limits: [{ requests: 1, per: 60 * SECOND }] });
    const asked = [ask(), ask()];
    await settle();
    await answer();
    await clock.advance(61 * SECOND);
    await answer();
    await Promise.all(asked);
    expect(pauses).toEqual([]);
  });
});

describe('several limits', () => {
  const window = fc.record({
    requests: fc.integer({ min: 1, max: 6 }),
    per: fc.integer({ min: 1, max: 90 }),
  });
  const limitsOf = (windows: { requests: number; per: number }[]) =>
    windows.map(({ requests, per }) => ({ requests, per: per * SECOND }));

  test('a start has room in all of them, and waits for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(window, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 14 }),
        async (windows, count) => {
          const limits = limitsOf(windows);
          const clock = new LeapingClock();
          const budget = new RateBudget({ clock, concurrency: 1, limits });
          const starts: number[] = [];
          for (let started = 0; started < count; started += 1)
            await budget.run('/x', async () => void starts.push(clock.now()));
          for (const [index, start] of starts.entries()) {
            const room = limits.map(({ requests, per }) => (starts[index - requests] ?? -Infinity) + per);
            expect(start).toBeGreaterThanOrEqual(Math.max(...room));
            expect(start).toBeLessThanOrEqual(Math.max(starts[index - 1] ?? start, ...room) + SECOND);
          }
        },
      ),
    );
  });

  test('60 an hour and 3 a second: a burst is spread, and the hour is full after 60', async () => {
    const clock = new LeapingClock();
    const limits = [
      { requests: 60, per: HOUR },
      { requests: 3, per: SECOND },
    ];
    const budget = new RateBudget({ clock, concurrency: 5, limits });
    const starts: number[] = [];
    const began = clock.now();
    const ask = () => budget.run('/x', async () => void starts.push(clock.now() - began));
    await Promise.all(Array.from({ length: 61 }, ask));
    expect(starts.slice(0, 7)).toEqual([0, 0, 0, 1500, 1500, 1500, 3000]);
    expect(starts.slice(59)).toEqual([28_500, HOUR + SECOND]);
  });
});

test('nobody waits behind one that the end of the run took away', async () => {
  const stop = new AbortController();
  const { budget, clock } = lab({ limits: [{ requests: 1, per: 60 * SECOND }], signal: stop.signal });
  await budget.run('/x', async () => undefined);
  budget.doubt();
  const ends = Promise.allSettled([
    budget.run('/x', async () => undefined, true),
    budget.run('/x', async () => undefined),
  ]);
  await settle();
  await clock.advance(1000);
  stop.abort(new Error('stopped'));
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
