import { expect, test } from '@jest/globals';
import { createSandbox } from '../../sandbox/segment/index.ts';
import { and, ask, list, paginationOf, rowsOf } from './client.ts';

test('pages of any size hold the same rows, in the same order', async () => {
  const sandbox = createSandbox();
  const whole = await list(sandbox, '/destinations');
  expect(whole).toHaveLength(15);
  expect(await list(sandbox, '/destinations', 2)).toEqual(whole);
  expect(await list(sandbox, '/destinations', 15)).toEqual(whole);
});

test('the last page says so by absence or by null; costly lists do not tell their size', async () => {
  const sandbox = createSandbox();
  const pagination = async (path: string) => Object.keys(paginationOf(await ask(sandbox, path))).sort();
  expect(await pagination('/sources')).toEqual(['current', 'totalEntries']);
  expect(await pagination('/destinations')).toEqual(['current', 'next', 'previous', 'totalEntries']);
  expect(paginationOf(await ask(sandbox, '/destinations'))).toMatchObject({ next: null, totalEntries: 15 });
  expect(await pagination('/groups')).toEqual(['current']);
  expect(paginationOf(await ask(sandbox, '/users'))).not.toHaveProperty('totalEntries');
});

test('`current` and `previous` lead back', async () => {
  const sandbox = createSandbox();
  const path = '/sources?pagination.count=2';
  const first = await ask(sandbox, path);
  const second = await ask(sandbox, and(path, { 'pagination.cursor': paginationOf(first).next! }));
  const again = await ask(sandbox, and(path, { 'pagination.cursor': paginationOf(second).current }));
  const back = await ask(sandbox, and(path, { 'pagination.cursor': paginationOf(second).previous! }));
  expect(again.text).toBe(second.text);
  expect(rowsOf(back)).toEqual(rowsOf(first));
});

test.each([
  ['another page size', '/audit-events?resourceType=source&pagination.count=3'],
  ['another filter', '/audit-events?resourceType=warehouse&pagination.count=2'],
  ['a parameter less', '/audit-events?pagination.count=2'],
  ['another path', '/users?pagination.count=2'],
])('a cursor is bound to its request: %s', async (_case, path) => {
  const sandbox = createSandbox();
  const origin = '/audit-events?resourceType=source&pagination.count=2';
  const cursor = paginationOf(await ask(sandbox, origin)).next!;
  expect((await ask(sandbox, and(origin, { 'pagination.cursor': cursor }))).status).toBe(200);
  expect((await ask(sandbox, and(path, { 'pagination.cursor': cursor }))).status).toBe(422);
  expect((await ask(sandbox, and(origin, { 'pagination.cursor': `${cursor}A` }))).status).toBe(422);
});

test('rows that go while paging shift the rest, as with real offsets', async () => {
  const sandbox = createSandbox();
  const path = '/sources?pagination.count=2';
  const all = await list(sandbox, '/sources');
  const cursor = paginationOf(await ask(sandbox, path)).next!;
  sandbox.remove('sources', String(all[0]!['id']));
  const rows = rowsOf(await ask(sandbox, and(path, { 'pagination.cursor': cursor })));
  expect(rows.map((row) => row['id'])).toEqual([all[3]!['id'], all[4]!['id']]);
});
