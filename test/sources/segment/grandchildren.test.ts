/** Tables below tables that are below others: what vanishes on the way, and what only seems to. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { read } from '../../support/in-process.ts';
import { keyText, logs, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
  network.answerBy(sandbox);
});

const rowsOf = (name: string): Row[] => [...(sandbox.workspace.tables[name]?.() ?? [])];

async function readOne(name: string) {
  const { complete, messages } = await read({ sandbox, streams: [name] });
  const { records, errors } = story(messages, name);
  const keys = (rows: readonly Row[]) =>
    rows.map((row) => keyText(row, sandbox.workspace.keys[name] ?? [])).sort();
  return { complete, errors, said: logs(messages).join('\n'), read: keys(records), held: keys(rowsOf(name)) };
}

/** Deletes a row as soon as something is asked for at this path. */
function removeAt(part: string, list: string, id: unknown): void {
  network.onRequest(({ url }) => {
    if (url.href.includes(part)) sandbox.remove(list, String(id));
  });
}

describe('a row that is deleted after it was listed has no rows below it, and that is said', () => {
  test.each([
    ['a warehouse', 'warehouse_syncs', '/syncs', 'warehouses', 'warehouseId'],
    [
      'one that sources are connected to',
      'warehouse_selective_syncs',
      '/selective',
      'warehouses',
      'warehouseId',
    ],
    ['a destination with subscriptions', 'reverse_etl_syncs', '/subscriptionId/', 'destinations', undefined],
  ])('%s', async (_, name, part, list, field) => {
    const last = rowsOf(field ? name : 'destination_subscriptions').filter((row) => field ?? row['modelId']);
    const id = String(last.at(-1)?.[field ?? 'destinationId']);
    removeAt(part, list, id);
    const { complete, said, read, held } = await readOne(name);
    expect(complete).toBe(true);
    expect(said).toMatch(new RegExp(`/${list}/${id}.* was deleted after it was listed`));
    expect(read).toEqual(held);
  });

  test('a source that is connected to warehouses', async () => {
    const [, , , id] = rowsOf('sources').map((row) => String(row['id']));
    removeAt('/selective-syncs', 'sources', id);
    const { complete, said, read, held } = await readOne('warehouse_selective_syncs');
    expect([complete, read]).toEqual([true, held]);
    expect(said).toMatch(new RegExp(`/connected-sources/${id} was deleted`));
  });
});

describe('a 404 below a row that is still listed is no empty table', () => {
  test.each([
    ['warehouse_selective_syncs', '/warehouses/{id}/connected-sources/{id}/selective-syncs'],
    ['reverse_etl_syncs', '/reverse-etl-models/{id}/subscriptionId/{id}/syncs'],
    ['warehouse_connection_state', '/warehouses/{id}/connection-state'],
  ])('%s', async (name, path) => {
    sandbox.fault({ path, kind: 'not-found' });
    sandbox.fault({ path: '/destinations/{id}/subscriptions/{id}', kind: 'not-found' });
    const { complete, errors } = await readOne(name);
    expect(complete).toBe(false);
    expect(errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringMatching(/HTTP 404.*which needs/) },
    ]);
  });
});
