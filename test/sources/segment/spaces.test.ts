/** Tables below spaces: parents of parents, names in URLs, offsets as cursors, and what must not be asked for. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { segment as inUrl, Unnameable } from '../../../src/sources/segment/paths.ts';
import { TestClock } from '../../support/clock.ts';
import { read } from '../../support/in-process.ts';
import { keyText, logs, story } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const NOW = '2026-11-22T10:30:15.250Z';
let sandbox: Sandbox;
let clock: TestClock;
beforeEach(() => {
  sandbox = createSandbox({ now: NOW });
  clock = new TestClock(NOW);
  network.answerBy(sandbox);
});

const rowsOf = (table: string) => [...(sandbox.workspace.tables[table]?.() ?? [])];
const keysOf = (table: string) =>
  rowsOf(table)
    .map((row) => keyText(row, sandbox.workspace.keys[table] ?? []))
    .sort();
const firstSpace = () => String(rowsOf('spaces')[0]?.['id']);

async function readOne(name: string, config = {}) {
  const { complete, messages } = await read({ sandbox, streams: [name], clock, config });
  const { records, errors } = story(messages, name);
  const keys = records.map((row) => keyText(row, sandbox.workspace.keys[name] ?? [])).sort();
  return { complete, keys, errors, told: logs(messages).join('\n') };
}

describe('a parent of a parent', () => {
  const BELOW = [
    ['audience_activations', 'audiences', /\/activations/],
    ['audience_schedules', 'spaces', /\/schedules/],
    ['space_event_properties', 'spaces', /\/properties/],
    ['entity_properties', 'spaces', /\/properties/],
  ] as const;

  test.each(BELOW)('%s: %s that vanish leave the others whole', async (name, list, path) => {
    const id = String(rowsOf(list)[0]?.['id']);
    network.onRequest(({ url }) => {
      if (path.test(url.href)) sandbox.remove(list, id);
    });
    const { complete, keys, told } = await readOne(name, { max_concurrent_requests: 1 });
    expect(complete).toBe(true);
    expect(keys).toEqual(keysOf(name));
    expect(told).toContain(`/${list}/${id}`);
    expect(told).toContain('was deleted');
  });

  test.each([
    ['audience_activations', '/spaces/{id}/audiences/{id}', '/spaces/{id}/audiences/{id}/activations'],
    ['space_event_properties', '/spaces/{id}/events/{name}/properties'],
    ['entity_properties', '/spaces/{id}/entities/{slug}/properties'],
  ] as const)('%s: that is listed, yet answers 404, is closed and not gone', async (name, ...paths) => {
    for (const path of paths) sandbox.fault({ path, kind: 'not-found' });
    // In one page each: a list that cannot tell whether it changed proves nothing either way.
    const { complete, errors } = await readOne(name, { page_size: 200 });
    expect(complete).toBe(false);
    expect(errors).toMatchObject([{ failure_type: 'config_error' }]);
  });

  test('is not asked for the children of a list that is closed', async () => {
    sandbox.fault({ path: '/spaces/{id}/audiences', kind: 'forbidden' });
    const { errors } = await readOne('audience_references');
    expect(errors[0]?.message).toMatch(
      /^audience_references needs the list of audiences, .* Audience feature/,
    );
    expect(sandbox.requests.some(({ path }) => path.endsWith('/audience-references'))).toBe(false);
  });
});

describe('names in URLs', () => {
  test.each([
    ['a/b/../c', 'a%2Fb%2F..%2Fc'],
    ['100% off %2F', '100%25%20off%20%252F'],
    ['q?x=1#z', 'q%3Fx%3D1%23z'],
    ['検索 📱', '%E6%A4%9C%E7%B4%A2%20%F0%9F%93%B1'],
    ['...', '...'],
  ])('%s goes as %s', (name, escaped) => expect(inUrl(name)).toBe(escaped));

  test.each(['', '.', '..', 'half \ud83d'])('%j goes in none', (name) => {
    expect(() => inUrl(name)).toThrow(Unnameable);
  });

  test('that cannot go leave the others, and their table INCOMPLETE', async () => {
    const event = { type: 'TRACK', lastSeenAt: NOW };
    const events = ['..', 'Order Completed', ''].map((name) => ({ name, ...event }));
    sandbox.fault({
      path: `/spaces/${firstSpace()}/events`,
      body: { data: { events, pagination: { current: 'a' } } },
    });
    const { complete, keys, errors } = await readOne('space_event_properties');
    expect(complete).toBe(false);
    expect(keys.filter((key) => key.includes('Order Completed')).length).toBeGreaterThan(5);
    expect(errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining('no request can name ".."') },
    ]);
    const astray = sandbox.requests.filter(({ path }) =>
      /events\/+properties|spaces\/[^/]+\/properties/.test(path),
    );
    expect(astray).toEqual([]);
  });

  test('of events are asked about once, whatever the types', async () => {
    await readOne('space_event_properties', { page_size: 200 });
    const asked = sandbox.requests.map(({ path }) => path).filter((path) => path.endsWith('/properties'));
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeLessThan(rowsOf('space_events').length);
  });
});

describe('what profiles are made of', () => {
  const TABLES = [
    'space_traits',
    'space_events',
    'space_event_properties',
    'entity_paths',
    'entity_properties',
  ];

  test('is asked for without sample values, and by name where the order would move', async () => {
    for (const name of TABLES) await readOne(name);
    for (const { path, query } of sandbox.requests) {
      expect(Object.keys(query).filter((field) => /sample/i.test(field))).toEqual([]);
      if (/traits$/.test(path)) expect(query['sortBy']).toBe('trait');
      if (/events(\/[^/]+\/properties)?$/.test(path)) expect(query['sortBy']).toBe('name');
    }
  });

  test('is asked for no faster than its own limit allows', async () => {
    await readOne('space_event_properties', { page_size: 1 });
    expect(sandbox.requests.length).toBeGreaterThan(30);
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  });
});

describe('offsets as cursors', () => {
  const filter = (id: string) => ({
    id,
    workspaceId: 'w',
    integrationId: 's',
    createdAt: NOW,
    updatedAt: NOW,
  });
  const answer = (on: number, data: object) => sandbox.fault({ path: '/filters', on, body: { data } });
  const cursors = () =>
    sandbox.requests.filter(({ path }) => path === '/filters').map(({ query }) => query['pagination.cursor']);
  const readFilters = () => readOne('space_filters', { max_concurrent_requests: 1, page_size: 200 });

  test('go on from page to page, with ten rows each', async () => {
    const { complete } = await readFilters();
    expect(complete).toBe(true);
    expect(cursors()).toEqual([undefined, '10', undefined, undefined, undefined]);
    expect(sandbox.requests.at(-1)?.query['pagination.count']).toBe('10');
  });

  test('may point behind the end', async () => {
    answer(1, { filters: [filter('a')], pagination: { current: 0, next: 1 } });
    answer(2, { filters: [], pagination: { current: 1, next: 2 } });
    answer(3, { filters: [filter('a')], pagination: { current: 0, next: 1 } });
    answer(4, { filters: [], pagination: { current: 1, next: 2 } });
    const { complete, keys } = await readFilters();
    expect(complete).toBe(true);
    expect(keys.filter((key) => key.endsWith('"a"]'))).toHaveLength(1);
    expect(cursors().slice(0, 4)).toEqual([undefined, '1', undefined, '1']);
  });

  test('of a list that says that it is empty need no rows', async () => {
    sandbox.fault({ path: '/filters', body: { data: { pagination: { totalEntries: 0 } } } });
    expect(await readFilters()).toMatchObject({ complete: true, keys: [] });
  });

  test.each([
    ['no rows where there should be some', { pagination: { totalEntries: 1 } }],
    ['no rows and no count', { pagination: {} }],
    ['nothing at all', {}],
    ['the same page again', { filters: [filter('a')], pagination: { current: 0, next: 0 } }],
    ['an end before the last row', { filters: [filter('a')], pagination: { current: 0, totalEntries: 2 } }],
  ])('%s is an error', async (_, data) => {
    sandbox.fault({ path: '/filters', body: { data } });
    const { complete, errors } = await readFilters();
    expect(complete).toBe(false);
    expect(errors).toMatchObject([{ failure_type: 'system_error' }]);
  });
});
