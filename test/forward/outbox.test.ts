/** An outbox between rows and a receiver: what it saves is never ahead of what was accepted. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { transientError } from '../../src/engine/errors.ts';
import { Outbox } from '../../src/forward/outbox.ts';
import { summary } from '../../src/forward/summary.ts';
import { settle } from '../http/clock.ts';

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ n: from + index }));

function lab({
  messages = 10,
  send = async () => undefined,
}: { messages?: number; send?: () => Promise<void> } = {}) {
  const accepted: string[] = [];
  const saved: object[] = [];
  const outbox = new Outbox({
    name: 'events',
    limits: { messageBytes: 100, batchBytes: 1000, messages },
    receiver: {
      send: async (batch) => {
        await send();
        accepted.push(...batch);
      },
    },
    messageOf: (row) => row,
    mask: (text) => text.replaceAll('secret', '***'),
    save: async (state) => void saved.push(state),
    watch: { sent: () => undefined, waits: () => undefined },
  });
  return { outbox, accepted, saved };
}

test('rows go out in full batches, and the rest at the end', async () => {
  const { outbox, accepted } = lab();
  await outbox.records(rows(0, 25));
  expect([accepted.length, outbox.batches]).toEqual([20, 2]);
  await outbox.status('COMPLETE');
  expect(accepted).toEqual(rows(0, 25).map((row) => JSON.stringify(row)));
  expect([outbox.total, outbox.sent, outbox.batches, outbox.isComplete]).toEqual([25, 25, 3, true]);
});

test('a state waits for the rows that came before it, and for no others', async () => {
  const { outbox, saved } = lab();
  await outbox.state({ at: 0 });
  expect(saved).toEqual([{ at: 0 }]);
  await outbox.records(rows(0, 7));
  await outbox.state({ at: 7 });
  await outbox.records(rows(7, 3));
  expect(saved).toEqual([{ at: 0 }]);
  await outbox.records(rows(10, 1));
  expect(saved).toEqual([{ at: 0 }, { at: 7 }]);
});

test('whoever brings rows waits while a batch is under way', async () => {
  let release = (): void => undefined;
  const { outbox } = lab({ send: () => new Promise((resolve) => (release = resolve)) });
  let taken = false;
  void outbox.records(rows(0, 11)).then(() => (taken = true));
  await settle();
  expect(taken).toBe(false);
  release();
  await settle();
  expect(taken).toBe(true);
});

describe('after a batch that is not accepted', () => {
  test('nothing is sent or saved any more, and the reason is told once', async () => {
    let tries = 0;
    const send = async () => {
      tries += 1;
      throw transientError('It is down.');
    };
    const { outbox, saved } = lab({ send });
    await expect(outbox.records(rows(0, 11))).rejects.toThrow('It is down.');
    await expect(outbox.records(rows(11, 30))).rejects.toThrow('It is down.');
    await outbox.state({ at: 41 });
    await outbox.status('INCOMPLETE');
    await outbox.failure(transientError('It is down.'));
    expect([tries, saved, outbox.sent, outbox.isComplete]).toEqual([1, [], 0, false]);
    expect(summary(outbox, 'state.json')).toBe(
      'events: 41 rows read, 0 accepted in 0 batches\nThe state in state.json is what it was\n\n' +
        'Not everything was forwarded; run it again with the same state to go on:\n  It is down.\n',
    );
  });
});

test('what was read before the reading failed is sent, and its state saved', async () => {
  const { outbox, accepted, saved } = lab();
  await outbox.records(rows(0, 3));
  await outbox.state({ at: 3 });
  await outbox.status('INCOMPLETE');
  expect([accepted.length, saved, outbox.isComplete]).toEqual([3, [{ at: 3 }], false]);
});

test('secrets are taken out before a text is cut', async () => {
  const { outbox, accepted } = lab();
  await outbox.records([{ name: 'a secret' }]);
  await outbox.status('COMPLETE');
  expect(accepted).toEqual(['{"name":"a ***"}']);
});

test('a state is never ahead of what was accepted, however rows, states and failures come', async () => {
  const step = fc.oneof(
    fc.nat(30).map((count) => ({ count })),
    fc.constant('state' as const),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step),
      fc.nat(8),
      fc.integer({ min: 1, max: 9 }),
      async (steps, failsAt, messages) => {
        let tries = 0;
        const send = async () => {
          await settle();
          if ((tries += 1) === failsAt) throw transientError('It is down.');
        };
        const { outbox, accepted, saved } = lab({ messages, send });
        let brought = 0;
        const calls = steps.map((one) => {
          if (one === 'state') return outbox.state({ at: brought });
          brought += one.count;
          return outbox.records(rows(brought - one.count, one.count));
        });
        const watched = () => {
          const { at = 0 } = (saved.at(-1) ?? {}) as { at?: number };
          expect(accepted.length).toBeGreaterThanOrEqual(at);
        };
        for (const call of calls) await call.catch(() => undefined).then(watched);
        await outbox.status('COMPLETE').catch(() => undefined);
        watched();
        expect(accepted).toEqual(rows(0, accepted.length).map((row) => JSON.stringify(row)));
        expect(outbox.isComplete).toBe(accepted.length === brought && (failsAt === 0 || tries < failsAt));
      },
    ),
    { numRuns: 60 },
  );
});
