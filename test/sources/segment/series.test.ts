/** Lists of what has run: they only grow, page in their own ways, and are too slow to be read twice. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { matches } from '../../../sandbox/kit/faults.ts';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { read } from '../../support/in-process.ts';
import { keyText, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const SYNCS = '/warehouses/{id}/syncs';
const REVERSE = '/reverse-etl-models/{id}/subscriptionId/{id}/syncs';
let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
  network.answerBy(sandbox);
});

const rowsOf = (name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];
const keys = (name: string, rows: readonly Row[]) =>
  rows.map((row) => keyText(row, sandbox.workspace.keys[name] ?? []));
const asked = (path: string) => sandbox.requests.filter((request) => matches(path, request.path));

async function readOne(name: string, page_size: number) {
  const { complete, messages } = await read({ sandbox, streams: [name], config: { page_size } });
  return { complete, told: story(messages, name) };
}

describe('warehouse_syncs', () => {
  test('are read once, though their list does not tell its length', async () => {
    const { complete, told } = await readOne('warehouse_syncs', 4);
    expect([complete, told.records.length]).toEqual([true, rowsOf('warehouse_syncs').length]);
    expect(asked(SYNCS)).toHaveLength(6);
  });

  test('that start meanwhile push none away, and repeat none', async () => {
    const before = keys('warehouse_syncs', rowsOf('warehouse_syncs'));
    network.onAnswer(() => {
      if (asked(SYNCS).length === 4) sandbox.advance(5 * 3_600_000);
    });
    const { complete, told } = await readOne('warehouse_syncs', 2);
    const came = keys('warehouse_syncs', told.records);
    expect(complete).toBe(true);
    expect(came).toEqual(expect.arrayContaining(before));
    expect(new Set(came).size).toBe(came.length);
  });

  test('are read again where their list became shorter, as some may have slipped through', async () => {
    const rows = ['a', 'b'].map((sourceId) => ({ sourceId, start: '2026-11-22' }));
    const page = (totalEntries: number, next?: string) => ({
      status: 200,
      body: { data: { reports: rows, pagination: { current: 'x', next, totalEntries } } },
    });
    sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z', warehouses: 1 });
    network.answerBy(sandbox);
    [page(5, '1'), page(6, '2'), page(4), page(4, '1'), page(4)].forEach((fault, index) =>
      sandbox.fault({ path: SYNCS, on: index + 1, ...fault }),
    );
    const { complete, told } = await readOne('warehouse_syncs', 2);
    expect(told.errors).toEqual([]);
    expect([complete, asked(SYNCS).length]).toEqual([true, 5]);
  });
});

describe('reverse_etl_syncs', () => {
  test('are asked for a hundred at once, of subscriptions that have a model', async () => {
    await readOne('reverse_etl_syncs', 200);
    const models = rowsOf('destination_subscriptions').filter(({ modelId }) => modelId !== undefined);
    expect(models.length).toBeLessThan(rowsOf('destination_subscriptions').length);
    expect(asked(REVERSE)).toHaveLength(models.length);
    for (const { query } of asked(REVERSE)) expect(query).toEqual({ count: '100' });
  });

  test('a page that is full cannot be the last one without saying so', async () => {
    const row = { syncId: 'a' };
    const bare = (...syncStatuses: object[]) => ({ path: REVERSE, body: { data: { syncStatuses } } });
    sandbox.fault(bare(row));
    expect((await readOne('reverse_etl_syncs', 2)).complete).toBe(true);
    sandbox.clearFaults();
    sandbox.fault(bare(row, { syncId: 'b' }));
    const { complete, told } = await readOne('reverse_etl_syncs', 2);
    expect(complete).toBe(false);
    expect(told.errors[0]?.message).toContain('without "data.pagination"');
  });
});
