/** Moesif to `forward` to Segment's Tracking API, over HTTP and through the built process, trait by trait. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen } from '../../../sandbox/kit/listen.ts';
import { createMoesif } from '../../../sandbox/moesif/index.ts';
import { createTracking } from '../../../sandbox/tracking/index.ts';
import { asRecord, type Row } from '../../support/messages.ts';
import { endOf, Files, start } from '../../support/process.ts';

/** Users are others at whole hours: of the machine's own time, a run would meet one now and then. */
const BEGIN = '2026-11-27T10:30:15.250Z';

describe.each(['us', 'eu'] as const)('to a source of the region %s', (region) => {
  const sandbox = createMoesif({ now: BEGIN, quotas: false, still: true, users: 60 });
  const tracking = createTracking({ region });
  const files = new Files();
  let server: Awaited<ReturnType<typeof listen>>;
  let flags: string[];

  beforeAll(async () => {
    server = await listen({
      serve: (incoming) => (incoming.url.pathname === '/v1/batch' ? tracking : sandbox).serve(incoming),
    });
    flags = [
      ...['--config', files.json('config.json', sandbox.config(server.url))],
      ...['--to', files.json('to.json', tracking.target(server.url))],
      ...['--state', files.path('state.json')],
    ];
  });
  afterAll(async () => {
    await server.close();
    files.remove();
  });
  const forward = (...more: string[]) =>
    endOf(start(['forward', ...flags, '--stream', 'identify_calls', ...more], { SOURCE: 'moesif' }));

  /** What is due, by userId: each as a message has it. */
  const due = () =>
    new Map(
      [...(sandbox.workspace.tables['identify_calls']?.() ?? [])].map((row) => {
        const { timestamp, context, ...rest } = asRecord(row);
        return [
          String(row['userId']),
          { ...rest, ...(timestamp != null && { timestamp }), context },
        ] as const;
      }),
    );

  test('each user arrives with every trait, once, and the next run sends who was modified', async () => {
    const { code, stdout, stderr } = await forward();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^identify_calls: 60 rows read, 60 accepted in 1 batch\n/);
    expect([tracking.dropped, tracking.duplicates]).toEqual([[], []]);
    const arrived = new Map(
      [...tracking.kept.values()].map(({ messageId, context, ...message }) => {
        expect(messageId).toMatch(/^moesif-[0-9a-f]{64}$/);
        const { library, ...place } = context as Row;
        expect(library).toMatchObject({ name: 'source-moesif' });
        return [String(message['userId']), { ...message, context: place }] as const;
      }),
    );
    expect(arrived).toEqual(due());

    const [id, name] = ['user-0', 'Somebody Else'];
    sandbox.advance(60_000);
    sandbox.changeUser(id, { name, modified_time: new Date(sandbox.workspace.now()).toISOString() });
    sandbox.advance(60_000);
    const known = tracking.kept.size;
    expect((await forward()).code).toBe(0);
    const fresh = [...tracking.kept.values()].slice(known);
    expect(fresh).toMatchObject([{ traits: { name } }]);
    expect(tracking.dropped).toEqual([]);
  });

  test('another table than this has no such form', async () => {
    const { code, stderr } = await forward('--stream', 'users');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('source-moesif has a form for: identify_calls'),
    ]);
  });
});

/** What goes wrong and passes, of the searches and of the batches; taken is what was kept all the same. */
const USERS = { path: '/v1/search/~/search/usermetrics/users', having: '_source.includes' };
const BATCH = '/v1/batch';
const NOW = { 'Retry-After': '0' };

describe('whatever happens on the way, every user is there in the end, and once', () => {
  const open = async () => {
    const sandbox = createMoesif({ now: BEGIN, quotas: false, still: true, users: 900 });
    const tracking = createTracking();
    const files = new Files();
    let onBatch: () => void = () => undefined;
    const server = await listen({
      serve: (incoming) => {
        if (incoming.url.pathname !== BATCH) return sandbox.serve(incoming);
        onBatch();
        return tracking.serve(incoming);
      },
    });
    const flags = [
      ...['--config', files.json('config.json', { ...sandbox.config(server.url), page_size: 100 })],
      ...['--to', files.json('to.json', tracking.target(server.url))],
      ...['--state', files.path('state.json'), '--stream', 'identify_calls'],
    ];
    return {
      sandbox,
      tracking,
      begin: () => start(['forward', ...flags], { SOURCE: 'moesif' }),
      onBatch: (act: () => void) => void (onBatch = act),
      expectWhole: () => {
        const due = [...(sandbox.workspace.tables['identify_calls']?.() ?? [])].map(({ userId }) => userId);
        const arrived = [...tracking.kept.values()].map(({ userId }) => userId);
        expect(arrived.sort()).toEqual(due.sort());
        expect(tracking.dropped).toEqual([]);
        // What came twice is what it was.
        for (const one of tracking.duplicates)
          expect(one).toEqual(tracking.kept.get(String(one['messageId'])));
      },
      close: async () => {
        await server.close();
        files.remove();
      },
    };
  };

  test('at either API', async () => {
    const { sandbox, tracking, begin, expectWhole, close } = await open();
    try {
      sandbox.fault({ ...USERS, on: 2, kind: 'timed-out' });
      sandbox.fault({ ...USERS, on: 4, kind: 'reset-mid-body' });
      tracking.fault({ path: BATCH, on: 1, status: 503, taken: true, headers: NOW });
      tracking.fault({ path: BATCH, on: 3, kind: 'reset', taken: true });
      expect(await endOf(begin())).toMatchObject({ code: 0, stderr: '' });
      expect(tracking.duplicates.length).toBeGreaterThan(0);
      expectWhole();
    } finally {
      await close();
    }
  });

  test('and killed in the middle', async () => {
    const { tracking, begin, onBatch, expectWhole, close } = await open();
    try {
      tracking.fault({ path: BATCH, on: 2, kind: 'hang' });
      const first = begin();
      onBatch(() => tracking.requests.length === 1 && first.kill('SIGKILL'));
      expect(await endOf(first)).toMatchObject({ code: null });
      tracking.clearFaults();
      const { size } = tracking.kept;
      expect([size > 0, size < 900]).toEqual([true, true]);
      expect(await endOf(begin())).toMatchObject({ code: 0, stderr: '' });
      expectWhole();
    } finally {
      await close();
    }
  });
});
