/**
 * The audit trail forwarded through faults, stops, kills and restarts: every event is accepted at least once, and is there
 * exactly once; the state never claims one that was not accepted.
 */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { listen } from '../../sandbox/segment/index.ts';
import type { Io } from '../../src/commands/command.ts';
import { forward } from '../../src/commands/forward.ts';
import type { Spec } from '../../src/engine/config.ts';
import { transientError } from '../../src/engine/errors.ts';
import { masker } from '../../src/protocol/mask.ts';
import { Writer } from '../../src/protocol/writer.ts';
import { segmentWith } from '../../src/sources/segment/source.ts';
import { TestClock } from '../support/clock.ts';
import { network } from '../support/network.ts';
import { endOf, start } from '../support/process.ts';
import { tells } from '../support/secrets.ts';
import { Trail, VERSION } from './forwarding.ts';
import { holds, parameters, timeout } from './soak.ts';

const BATCH = '/v1/batch';
const AT = '2026-11-22T10:30:15.250Z';
const HOUR = 3_600_000;
const SPEC = JSON.parse(readFileSync(new URL('../../spec.json', import.meta.url), 'utf8')) as Spec;

interface Attempt {
  readonly faults: readonly Fault[];
  /** The run is stopped at this batch. */
  readonly stopAt?: number | undefined;
}

interface Outcome {
  readonly complete: boolean;
  readonly output: string;
  readonly clock: TestClock;
}

/** Patience (ms, in real time) with an API that says nothing. */
const SILENCE = 60;
/** Small batches, so that a short trail has many. */
const SMALL = 40;

/** The command as the process runs it, with a clock of its own. */
async function attempt(trail: Trail, { faults, stopAt }: Attempt, config: object = {}): Promise<Outcome> {
  const { sandbox, tracking } = trail;
  network.answerBy(trail);
  sandbox.clearFaults();
  tracking.clearFaults();
  for (const fault of faults) (fault.path === BATCH ? tracking : sandbox).fault(fault);
  const clock = new TestClock(sandbox.workspace.now());
  sandbox.goBy(() => clock.now());
  const stop = new AbortController();
  let sent = 0;
  trail.onSend = () => {
    if ((sent += 1) === stopAt) stop.abort(transientError('The run was stopped.'));
  };
  const out = new PassThrough();
  const output = text(out);
  const hidden: string[] = [];
  const mask = (line: string) => masker(hidden)(line);
  const source = segmentWith({ timeout: SILENCE });
  const io: Io<never, never> = {
    source: {
      ...source,
      forwardings: (source.forwardings ?? []).map((one) => ({
        ...one,
        limits: { ...one.limits, messages: SMALL },
      })),
    } as object as Io<never, never>['source'],
    version: VERSION,
    spec: SPEC,
    writer: new Writer(out, mask),
    // Everything, as with --debug.
    log: (level, message) => void out.write(mask(`${level}: ${message}\n`)),
    clock,
    signal: stop.signal,
    hide: (secrets) => void hidden.push(...secrets),
    mask,
    print: (line) => void out.write(mask(line)),
  };
  const complete = await forward(io, { debug: true, ...trail.flags('http://127.0.0.1:1', config) });
  out.end();
  return { complete, output: await output, clock };
}

/** What is true after each run, however it ended. */
async function expectHonest(trail: Trail, of: Attempt, config?: object): Promise<Outcome> {
  const outcome = await attempt(trail, of, config);
  expect([...trail.wrong, ...trail.claims()]).toEqual([]);
  if (outcome.complete) expect(trail.differences()).toEqual([]);
  for (const secret of [trail.sandbox.token, trail.tracking.writeKey])
    expect(tells(outcome.output, secret)).toBe(false);
  return outcome;
}

type Trouble = Omit<Fault, 'path' | 'on'>;
const PASSING: readonly Trouble[] = [
  { status: 429 },
  { status: 429, headers: { 'Retry-After': '3' } },
  { status: 429, headers: { 'X-RateLimit-Reset': '5' } },
  { status: 500 },
  { status: 503, headers: { 'Retry-After': '2' } },
  { status: 503, taken: true },
  { kind: 'html' },
  { kind: 'reset' },
  { kind: 'reset', taken: true },
  { kind: 'reset-mid-body', taken: true },
  { kind: 'truncate', taken: true },
  { status: 200, body: '<html>Please log in</html>' },
  { status: 200, body: { success: false } },
  { delayMs: 5 },
];
const SLOW: readonly Trouble[] = [{ kind: 'hang' }, { kind: 'hang', taken: true }];
const ENDING: readonly Trouble[] = [
  { status: 400 },
  { status: 403 },
  { status: 302, headers: { Location: '/elsewhere' } },
  { status: 429, headers: { 'Retry-After': '3600' } },
];

describe('a fault at one batch', () => {
  test.each([...PASSING, ...SLOW])('%j passes: everything is there, once', async (trouble) => {
    const trail = new Trail({ auditEvents: 200, now: AT });
    const { complete } = await expectHonest(trail, { faults: [{ path: BATCH, on: 3, ...trouble }] });
    expect(complete).toBe(true);
    trail.close();
  });

  test.each(ENDING)('%j ends the run, and the next one goes on', async (trouble) => {
    const trail = new Trail({ auditEvents: 200, now: AT });
    const { complete, output } = await expectHonest(trail, { faults: [{ path: BATCH, on: 3, ...trouble }] });
    expect([complete, trail.tracking.kept.size]).toEqual([false, 2 * SMALL]);
    expect(output).toMatch(/^Not everything was forwarded; .*\n {2}\S.*\.$/m);
    expect((await expectHonest(trail, { faults: [] })).complete).toBe(true);
    trail.close();
  });

  test.each([
    ['Retry-After', 3000],
    ['X-RateLimit-Reset', 7000],
  ])('a 429 waits as long as %s says', async (header, wait) => {
    const trail = new Trail({ auditEvents: 100, now: AT });
    const limited = { status: 429, headers: { [header]: String(wait / 1000) } };
    const { clock } = await expectHonest(trail, { faults: [{ path: BATCH, on: 2, ...limited }] });
    expect(clock.slept).toEqual([wait]);
    trail.close();
  });
});

test('a trail that cannot be read to its end is sent as far as it was, and its state tells so', async () => {
  const trail = new Trail({ auditEvents: 400, now: AT });
  const config = { max_concurrent_requests: 1, page_size: 200 };
  const { complete } = await expectHonest(
    trail,
    { faults: [{ path: '/audit-events', on: [6, 99], kind: 'forbidden' }] },
    config,
  );
  expect([complete, trail.tracking.kept.size > 0, trail.cursor !== undefined]).toEqual([false, true, true]);
  expect((await expectHonest(trail, { faults: [] }, config)).complete).toBe(true);
  expect(trail.tracking.duplicates).toEqual([]);
  trail.close();
});

const turn = fc.oneof(
  fc.integer({ min: 1, max: 12 }),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .map(([from, more]): [number, number] => [from, from + more]),
);
const faultAt = (path: string, troubles: readonly Trouble[]) =>
  fc.tuple(turn, fc.constantFrom(...troubles)).map(([on, trouble]): Fault => ({ path, on, ...trouble }));
const anyFault = fc.oneof(
  { weight: 4, arbitrary: faultAt(BATCH, PASSING) },
  { weight: 1, arbitrary: faultAt(BATCH, [...ENDING, ...SLOW]) },
  {
    weight: 1,
    arbitrary: faultAt('/audit-events', [
      { status: 500 },
      { kind: 'reset' },
      { kind: 'forbidden' },
      { kind: 'truncate' },
    ]),
  },
);
const anyAttempt = fc.record({
  faults: fc.array(anyFault, { maxLength: 4 }),
  stopAt: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  /** What passes until the next one (ms). */
  later: fc.integer({ min: 0, max: 30 * HOUR }),
});

test(
  'whatever happens on the way, everything is accepted in the end, and is there once',
  async () => {
    const script = fc.record({
      world: fc.record({ seed: fc.nat(), auditEvents: fc.nat(600), now: fc.constant(AT) }),
      config: fc.record({
        page_size: fc.integer({ min: 5, max: 200 }),
        max_concurrent_requests: fc.integer({ min: 1, max: 10 }),
        lookback_window_days: fc.nat(3),
      }),
      attempts: fc.array(anyAttempt, { minLength: 1, maxLength: 4 }),
    });
    await holds(
      script,
      async ({ world, config, attempts }) => {
        const trail = new Trail(world);
        try {
          for (const { later, ...one } of attempts) {
            const { clock } = await expectHonest(trail, one, config);
            trail.sandbox.advance(clock.now() - trail.sandbox.workspace.now() + later);
          }
          expect((await expectHonest(trail, { faults: [] }, config)).complete).toBe(true);
        } finally {
          trail.close();
        }
      },
      parameters(12, 0.2),
    );
  },
  timeout(120_000, 0.2),
);

/** Through the process. */
class Runs {
  readonly trail: Trail;
  readonly #flags: readonly string[];
  readonly close: () => Promise<void>;

  private constructor(trail: Trail, url: string, close: () => Promise<void>) {
    this.trail = trail;
    const { config, to, state } = trail.flags(url, { page_size: 1000 });
    this.#flags = ['forward', '--config', config, '--to', to, '--state', state];
    this.close = async () => {
      await close();
      trail.close();
    };
  }

  static async open(trail: Trail): Promise<Runs> {
    const server = await listen(trail);
    return new Runs(trail, server.url, () => server.close());
  }

  start() {
    return start(this.#flags);
  }

  /** Signals the process when this batch arrives; how it ended. */
  async signalled(signal: NodeJS.Signals, at: number) {
    let sent = 0;
    const child = this.start();
    this.trail.onSend = () => {
      if ((sent += 1) === at) child.kill(signal);
    };
    const { code, stdout, stderr } = await endOf(child);
    this.trail.onSend = () => undefined;
    return { code, stdout, stderr };
  }
}

const ENDS = new Set<number | null>([null, 0]);

test(
  'killed at any batch, again and again, it loses nothing, and what it repeats is there once',
  async () => {
    const kills = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 });
    const script = fc.record({ auditEvents: fc.integer({ min: 500, max: 5000 }), seed: fc.nat(), kills });
    await holds(
      script,
      async ({ auditEvents, seed, kills: all }) => {
        const runs = await Runs.open(new Trail({ auditEvents, seed, running: true }));
        const { trail } = runs;
        try {
          for (const at of all) {
            const { code } = await runs.signalled('SIGKILL', at);
            expect(ENDS).toContain(code);
            expect([...trail.wrong, ...trail.claims()]).toEqual([]);
          }
          const { code, stdout, stderr } = await endOf(runs.start());
          expect([code, stderr]).toEqual([0, '']);
          expect(stdout).toMatch(/^audit_events: ([\d,]+) rows? read, \1 accepted in /);
          expect(trail.differences()).toEqual([]);
        } finally {
          await runs.close();
        }
      },
      parameters(2, 0.2),
    );
  },
  timeout(120_000, 0.2),
);

test.each<[string, Trouble]>([
  ['a batch hangs that was taken all the same', { kind: 'hang', taken: true }],
  ['a rate limit holds', { status: 429, headers: { 'Retry-After': '300' } }],
])('stopped while %s, it ends by itself, and what was accepted is saved', async (_, trouble) => {
  const runs = await Runs.open(new Trail({ auditEvents: 3000, running: true }));
  const { trail } = runs;
  trail.tracking.fault({ path: BATCH, on: [3, 99], ...trouble });
  const began = performance.now();
  const { code, stdout, stderr } = await runs.signalled('SIGTERM', 3);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect([code, stderr]).toEqual([143, '']);
  expect(stdout).toContain('The run was stopped (SIGTERM)');
  expect(stdout).toContain('The state is saved in');
  trail.tracking.clearFaults();
  expect((await endOf(runs.start())).code).toBe(0);
  expect(trail.differences()).toEqual([]);
  await runs.close();
});
