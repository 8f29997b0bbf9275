/** Spaces at the simulated API: offsets as cursors, totals that fall, names in paths, limits of their own. */
import { expect, test } from '@jest/globals';
import { createSandbox } from '../../sandbox/segment/index.ts';
import { and, ask, list, paginationOf, rowsOf } from './client.ts';

const sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
const [space] = sandbox.workspace.tables['spaces']!();
const path = `/spaces/${String(space!['id'])}`;
const filters = `/filters?integrationId=${String(space!['id'])}`;

test('filters come ten at a time, with numbers as cursors', async () => {
  const first = await ask(sandbox, filters);
  expect(rowsOf(first)).toHaveLength(10);
  expect(paginationOf(first)).toEqual({ current: 0, next: 10, totalEntries: 12 });
  const last = await ask(sandbox, and(filters, { 'pagination.count': 10, 'pagination.cursor': 10 }));
  expect(rowsOf(last)).toHaveLength(2);
  expect(paginationOf(last)).toEqual({ current: 10, totalEntries: 12 });
});

test.each([
  ['/filters', 422],
  [and(filters, { 'pagination.count': 11 }), 422],
  [and(filters, { 'pagination.cursor': 'MTA=' }), 422],
  ['/filters?integrationId=nobody', 404],
  [`${path}/audiences?pagination.count=201`, 422],
  [`${path}/traits?includeSampleValues=true`, 422],
  [`${path}/traits?collection=people`, 422],
  [`${path}/events/nothing/properties`, 404],
  [`${path}/events/a%2Fb%2F..%2Fc/properties`, 200],
  [`${path}/events/a/b/../c/properties`, 404],
])('%s: %i', async (url, status) => {
  expect((await ask(sandbox, url)).status).toBe(status);
});

test('the total of traits is too high until the last page, and there is no way back', async () => {
  const all = await list(sandbox, `${path}/traits`, 200);
  const totals: unknown[] = [];
  for (let next: string | null | undefined = ''; next !== null && next !== undefined;) {
    const paging = { 'pagination.count': 3, ...(next && { 'pagination.cursor': next }) };
    const page = paginationOf(await ask(sandbox, and(`${path}/traits`, paging)));
    expect(page).not.toHaveProperty('previous');
    totals.push(page.totalEntries);
    next = page.next;
  }
  expect(totals.at(-1)).toBe(all.length);
  expect([...totals].sort((a, b) => Number(b) - Number(a))).toEqual(totals);
  expect(totals[0]).toBeGreaterThan(all.length);
});

test('by time, an event comes twice', async () => {
  const names = (await list(sandbox, `${path}/events`)).map(
    ({ type, name }) => `${String(type)} ${String(name)}`,
  );
  expect(new Set(names).size).toBe(names.length - 1);
});

test('an endpoint is refused beyond its own limit, and the others are not; another clock starts anew', async () => {
  const own = createSandbox({ time: () => 1_000_000 });
  const [first] = own.workspace.tables['spaces']!();
  const traits = `/spaces/${String(first!['id'])}/traits`;
  const ask26 = async () => {
    const statuses = [];
    for (let time = 0; time < 26; time += 1) statuses.push((await ask(own, traits)).status);
    return statuses;
  };
  const limited = [...Array.from({ length: 25 }, () => 200), 429];
  expect(await ask26()).toEqual(limited);
  expect((await ask(own, '/spaces')).status).toBe(200);
  own.goBy(() => 5);
  expect(await ask26()).toEqual(limited);
});
