import { describe, expect, test } from '@jest/globals';
import { createSandbox, encode, type Row, type Sandbox } from '../../sandbox/segment/index.ts';
import { and, ask, list } from './client.ts';

const NOW = '2026-03-14T15:09:26.535Z';

const text = (sandbox: Sandbox): string =>
  Object.values(sandbox.workspace.tables)
    .map((table) => encode([...table()]))
    .join('\n');

test('the same seed makes the same world, another one another', () => {
  const first = text(createSandbox({ now: NOW, seed: 7 }));
  expect(text(createSandbox({ now: NOW, seed: 7 }))).toBe(first);
  expect(text(createSandbox({ now: NOW, seed: 8 }))).not.toBe(first);
});

test('keys are present, scalar and unique in each table', () => {
  const { tables, keys } = createSandbox().workspace;
  for (const [name, table] of Object.entries(tables)) {
    const found = [...table()].map((row) => keys[name]!.map((field) => row[field]));
    expect(found.flat().every((value) => ['string', 'number', 'boolean'].includes(typeof value))).toBe(true);
    expect(new Set(found.map(String)).size).toBe(found.length);
    expect(found.length).toBeGreaterThan(name === 'workspace' ? 0 : 2);
  }
});

describe('the API tells the truth', () => {
  const sandbox = createSandbox({ now: NOW, undeclared: true, heavy: 4000 });
  const truth = (table: string): Row[] =>
    JSON.parse(encode([...sandbox.workspace.tables[table]!()])) as Row[];

  test.each([
    ['catalog_destinations', '/catalog/destinations'],
    ['catalog_sources', '/catalog/sources'],
    ['catalog_warehouses', '/catalog/warehouses'],
    ['destinations', '/destinations'],
    ['groups', '/groups'],
    ['sources', '/sources'],
    ['transformations', '/transformations'],
    ['users', '/users'],
    ['warehouses', '/warehouses'],
  ])('%s', async (table, path) => {
    expect(await list(sandbox, path, 2)).toEqual(truth(table));
  });

  test('below sources', async () => {
    const destinations: Row[] = [];
    const warehouses: Row[] = [];
    for (const { id } of truth('sources')) {
      destinations.push(...(await list(sandbox, `/sources/${String(id)}/connected-destinations`, 2)));
      const connected = await list(sandbox, `/sources/${String(id)}/connected-warehouses`, 2);
      warehouses.push(...connected.map((row) => ({ ...row, sourceId: id })));
    }
    expect(destinations).toEqual(truth('source_connected_destinations'));
    expect(warehouses).toEqual(truth('source_connected_warehouses'));
  });

  test('below destinations', async () => {
    const subscriptions: Row[] = [];
    const metrics: Row[] = [];
    for (const { id, sourceId } of truth('destinations')) {
      subscriptions.push(...(await list(sandbox, `/destinations/${String(id)}/subscriptions`, 2)));
      const path = and(`/destinations/${String(id)}/delivery-metrics`, { sourceId: String(sourceId) });
      const { data } = (await ask(sandbox, path)).body;
      metrics.push({ ...(data!['deliveryMetricsSummary'] as Row), destinationId: id });
    }
    expect(subscriptions).toEqual(truth('destination_subscriptions'));
    expect(metrics).toEqual(truth('destination_delivery_metrics_summary'));
  });
});

describe('nasty values', () => {
  const all = text(createSandbox({ now: NOW }));

  test.each([
    's3cr3t',
    '12345678901234567890',
    'monkey',
    'requiresPassword',
    '-----BEGIN PRIVATE KEY-----',
    '📱',
    '\u2028',
  ])('somewhere there is %j', (value) => {
    expect(all).toContain(value);
  });

  test('an integer beyond 2^53 is a number in the text', async () => {
    const reply = await ask(createSandbox(), '/destinations');
    expect(reply.text).toMatch(/:12345678901234567890[,}]/);
  });

  test('credentials carry the marker, and so do JWTs and keys under innocent names', () => {
    const named = /"(?:password|apiKey|api_key|clientSecret|access_token|privateKey|ciphertext)":"(.*?)"/gi;
    for (const [, value] of all.matchAll(named)) expect(value).toContain('s3cr3t');
    for (const [value] of all.matchAll(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g)) expect(value).toContain('s3cr3t');
    for (const [value] of all.matchAll(/-----BEGIN.*?-----END/g)) expect(value).toContain('s3cr3t');
  });

  test('optional fields are there, null, and absent', () => {
    const names = [...createSandbox({ sources: 30 }).workspace.tables['sources']!()].map(
      (row) => row['name'],
    );
    expect(names).toContain(undefined);
    expect(names).toContain(null);
    expect(names.some((name) => typeof name === 'string')).toBe(true);
  });
});

/** What no answer has: a connector makes it of others, or of bare values. */
const MADE = ['access_records', 'group_invites', 'group_permissions', 'invites', 'user_permissions'];

test('undeclared fields come only when asked for', () => {
  expect(text(createSandbox())).not.toContain('sandboxUndeclared');
  for (const [name, table] of Object.entries(createSandbox({ undeclared: true }).workspace.tables)) {
    if (MADE.includes(name)) continue;
    for (const row of table()) expect(row).toHaveProperty('sandboxUndeclared');
  }
});

test('rows can be made heavy', () => {
  const [row] = createSandbox({ heavy: 100_000 }).workspace.tables['destinations']!();
  expect(encode(row).length).toBeGreaterThan(100_000);
});
