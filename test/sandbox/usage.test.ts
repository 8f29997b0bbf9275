import { describe, expect, test } from '@jest/globals';
import { createSandbox, type Row } from '../../sandbox/segment/index.ts';
import { list } from './client.ts';

const NOW = '2026-03-14T15:09:26.535Z';
const sandbox = createSandbox({ now: NOW });
const month = (kind: string, period: string): Promise<Row[]> =>
  list(sandbox, `/usage/${kind}/daily?period=${period}`, 100);
const times = (rows: readonly Row[]): unknown[] => rows.map((row) => row['timestamp']);
const FEBRUARY = '2026-02-01T00:00:00.000Z';
const JANUARY = '2026-01-01T00:00:00.000Z';

test('a month holds its days and the first instant of the next month', async () => {
  const rows = await month('api-calls', '2026-02-01');
  expect(rows).toHaveLength(29);
  expect(times(rows).at(0)).toBe(FEBRUARY);
  expect(times(rows).at(-1)).toBe('2026-03-01T00:00:00.000Z');
});

test('counts grow within a month and are reset at its start', async () => {
  const counts = (await month('api-calls', '2026-02-01')).map((row) => BigInt(String(row['apiCalls'])));
  expect(counts[0]).toBe(0n);
  expect(counts).toEqual(counts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  expect(counts.at(-1)).toBeGreaterThan(0n);
});

describe('seams', () => {
  test('where a month has its own first row, the two differ and its own is true', async () => {
    const seam = (await month('api-calls', '2026-01-01')).find((row) => row['timestamp'] === FEBRUARY);
    const own = (await month('api-calls', '2026-02-01')).find((row) => row['timestamp'] === FEBRUARY);
    const truth = [...sandbox.workspace.tables['usage_api_calls_workspace_daily']!()];
    expect(own).not.toEqual(seam);
    expect(truth.filter((row) => row['timestamp'] === FEBRUARY)).toEqual([own]);
  });

  test('where it has none, the row of the month before is the only one', async () => {
    const seam = (await month('mtu', '2025-12-01')).find((row) => row['timestamp'] === JANUARY);
    const truth = [...sandbox.workspace.tables['usage_mtu_workspace_daily']!()];
    expect(times(await month('mtu', '2026-01-01'))).not.toContain(JANUARY);
    expect(truth.filter((row) => row['timestamp'] === JANUARY)).toEqual([seam]);
  });
});

test('all months together hold exactly the true keys', async () => {
  const truth = [...sandbox.workspace.tables['usage_mtu_per_source_daily']!()];
  const seen = new Set<string>();
  for (let offset = -15; offset <= 0; offset += 1) {
    const period = new Date(Date.UTC(2026, 2 + offset, 1)).toISOString().slice(0, 10);
    for (const row of await list(sandbox, `/usage/mtu/sources/daily?period=${period}`)) {
      seen.add(`${String(row['sourceId'])} ${String(row['timestamp'])}`);
    }
  }
  expect(seen).toEqual(new Set(truth.map((row) => `${String(row['sourceId'])} ${String(row['timestamp'])}`)));
});

test('the open month ends today, months outside of the history are empty', async () => {
  expect(times(await month('mtu', '2026-03-01')).at(-1)).toBe('2026-03-14T00:00:00.000Z');
  expect(await month('mtu', '2026-04-01')).toEqual([]);
  expect(await month('mtu', '2019-04-01')).toEqual([]);
});

test('some counts exceed what a double holds', () => {
  const rows = [...sandbox.workspace.tables['usage_mtu_per_source_daily']!()];
  const counts = rows.flatMap((row) => [row['anonymous'], row['identified'], row['neverIdentified']]);
  expect(counts.some((count) => BigInt(String(count)) > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
});

test('time that moves brings new days', async () => {
  const moving = createSandbox({ now: NOW });
  moving.advance(20 * 86_400_000);
  const rows = await list(moving, '/usage/mtu/daily?period=2026-04-01');
  // April is a month without a first row of its own.
  expect(times(rows)).toEqual(['2026-04-02T00:00:00.000Z', '2026-04-03T00:00:00.000Z']);
});
