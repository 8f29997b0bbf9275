/**
 * Sums that still grow: whenever and however often a sync runs, what is held is what the API has counted by then; a day
 * that is over is never left half-counted, also without a look-back.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSandbox } from '../../../sandbox/segment/index.ts';
import { segment } from '../../../src/sources/segment/source.ts';
import { pathOf } from '../../faults/tables.ts';
import { TestClock } from '../../support/clock.ts';
import { read } from '../../support/in-process.ts';
import { keyText, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const MIDNIGHT = Date.UTC(2026, 10, 22);
const TABLES = [
  'events_volume',
  'delivery_overview_failed_delivery',
  'delivery_overview_successfully_received',
];
const pathOfTable = (name: string) =>
  segment.streams.filter((stream) => stream.name === name).map(pathOf)[0] ?? '';

/** Around midnight, where a day ends and is not yet counted to its end; and whole days away. */
const aMoment = fc.oneof(
  fc.constantFrom(0, 1, SECOND, 30 * SECOND, MINUTE - 1, MINUTE, 90 * SECOND, 91 * SECOND, 2 * MINUTE),
  fc.integer({ min: 0, max: 2 * HOUR }),
  fc.integer({ min: 0, max: 3 * DAY }),
);
const syncs = fc.record({
  before: fc.constantFrom(0, MINUTE, HOUR, 5 * HOUR),
  pauses: fc.array(aMoment, { minLength: 1, maxLength: 5 }),
  /** The request of each sync that fails for good, if it has so many. */
  broken: fc.array(fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined, freq: 2 }), {
    minLength: 6,
    maxLength: 6,
  }),
  lookback: fc.constantFrom(0, 0, 1),
  pageSize: fc.constantFrom(1, 3, 200),
});

test('after any syncs, each that is COMPLETE has left the truth of its time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TABLES), syncs, async (name, { before, pauses, broken, ...how }) => {
      const now = new Date(MIDNIGHT - before).toISOString();
      const sandbox = createSandbox({ now, auditDays: 2, sources: 2, destinationsPerSource: 1 });
      network.answerBy(sandbox);
      const key = sandbox.workspace.keys[name] ?? [];
      const held = new Map<string, Row>();
      const config = {
        start_date: '2026-11-19',
        lookback_window_days: how.lookback,
        page_size: how.pageSize,
      };
      let state: unknown;
      for (const [index, pause] of [...pauses, 0].entries()) {
        sandbox.clearFaults();
        const on = broken[index];
        if (on !== undefined) sandbox.fault({ path: pathOfTable(name), on: [on, 1000], status: 500 });
        const clock = new TestClock(sandbox.workspace.now());
        const { complete, messages } = await read({ sandbox, clock, streams: [name], state, config });
        const { records, states } = story(messages, name);
        for (const row of records) held.set(keyText(row, key), row);
        const last = states.at(-1);
        if (last) state = [{ type: 'STREAM', stream: last.stream }];
        if (complete) {
          const truth = [...(sandbox.workspace.tables[name]?.() ?? [])];
          const wrong = truth.filter((row) => held.get(keyText(row, key))?.['count'] !== row['count']);
          expect(wrong).toEqual([]);
          expect(held.size).toBe(truth.length);
        }
        sandbox.advance(pause);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
