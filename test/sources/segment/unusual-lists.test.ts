/** Lists that are not like the others: two in one answer, of lists, and perhaps without pagination. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { read } from '../../support/in-process.ts';
import { keyText, story } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
  network.answerBy(sandbox);
});

async function readOne(name: string, page_size: number, rest = {}) {
  const config = { page_size, ...rest };
  const { complete, messages } = await read({ sandbox, streams: [name], config });
  const { records, errors } = story(messages, name);
  const key = sandbox.workspace.keys[name] ?? [];
  const truth = [...(sandbox.workspace.tables[name]?.() ?? [])].map((row) => keyText(row, key)).sort();
  return { complete, records, errors, truth, keys: records.map((row) => keyText(row, key)).sort() };
}

describe('credential_consumers', () => {
  const asked = () => sandbox.requests.filter(({ path }) => path.endsWith('/consumers'));

  test.each([1, 2, 200])('pages its two lists each by itself, by %i', async (size) => {
    const { complete, keys, truth } = await readOne('credential_consumers', size);
    expect(complete).toBe(true);
    expect(keys).toEqual(truth);
    for (const { query } of asked()) {
      const lists = new Set(
        Object.keys(query).map((name) => name.replace(/Pagination\.(count|cursor)$/, '')),
      );
      expect([['warehouses'], ['sources']]).toContainEqual([...lists]);
    }
    if (size === 200) expect(asked()).toHaveLength(2 * 5);
  });

  test('has a warehouse and a source of one id as two rows', async () => {
    const { records } = await readOne('credential_consumers', 200);
    const types = new Map<string, unknown[]>();
    for (const { credentialId, id, consumerType } of records) {
      const key = JSON.stringify([credentialId, id]);
      types.set(key, [...(types.get(key) ?? []), consumerType]);
    }
    expect([...types.values()]).toContainEqual(['WAREHOUSE', 'SOURCE']);
  });

  test.each(['repeat-cursor', 'no-pagination'] as const)(
    'takes %s for broken, not for the end',
    async (kind) => {
      sandbox.fault({ path: '/credentials/{id}/consumers', kind });
      const { complete, errors } = await readOne('credential_consumers', 2);
      expect(complete).toBe(false);
      expect(errors).toMatchObject([{ failure_type: 'system_error' }]);
    },
  );
});

describe('suppressions', () => {
  const answer = (suppressed: unknown[], pagination: object = { current: 'MQ==' }) =>
    sandbox.fault({ path: '/suppressions', body: { data: { suppressed, pagination } } });

  test('is a row for each subject, in however many lists it is', async () => {
    answer([
      { subjectType: 'userId', subjectIds: ['a', 'b'] },
      { subjectType: 'objectId', subjectIds: ['a'] },
      { subjectType: 'userId', subjectIds: [] },
      { subjectType: 'userId', subjectIds: ['b'] },
      { subjectType: 'userId', subjectIds: ['c'], undeclared: 1 },
    ]);
    const { complete, records } = await readOne('suppressions', 200);
    expect(complete).toBe(true);
    expect(records).toEqual([
      { subjectType: 'userId', subjectId: 'a' },
      { subjectType: 'userId', subjectId: 'b' },
      { subjectType: 'objectId', subjectId: 'a' },
      { subjectType: 'userId', subjectId: 'c', undeclared: 1 },
    ]);
  });

  test('relies on no total, which may count lists or subjects', async () => {
    answer([{ subjectType: 'userId', subjectIds: ['a', 'b', 'c'] }], { current: 'MQ==', totalEntries: 3 });
    expect(await readOne('suppressions', 200)).toMatchObject({ complete: true, errors: [] });
  });

  test.each([[undefined], [null], [{}], [['a', null]]])(
    'is no empty table where subjectIds is %j',
    async (ids) => {
      answer([{ subjectType: 'userId', subjectIds: ids }]);
      const { complete, errors } = await readOne('suppressions', 200);
      expect(complete).toBe(false);
      expect(errors).toMatchObject([
        { failure_type: 'system_error', message: expect.stringContaining('without a usable "subjectId"') },
      ]);
    },
  );
});

describe.each([
  ['source_regulations', '/regulations/sources/{id}', 2, 1],
  ['destination_subscriptions', '/destinations/{id}/subscriptions', 2, 1],
  ['audience_activations', '/spaces/{id}/audiences/{id}/activations', 2, 1],
  ['audience_destinations', '/spaces/{id}/audiences/{id}/destination-connections', 2, 1],
  ['profiles_warehouses', '/spaces/{id}/profiles-warehouses', 2, 1],
  // Of the first space there are two pages.
  ['space_filters', '/filters', 10, 3],
])('%s, whose answer may lack its pagination', (name, path, most, first) => {
  test('is whole where it has less rows than were asked for', async () => {
    sandbox.fault({ path, kind: 'no-pagination', on: [first, 99] });
    const { complete, keys, truth } = await readOne(name, 200, { max_concurrent_requests: 1 });
    expect(complete).toBe(true);
    expect(keys).toEqual(truth);
  });

  test('is not where it has just as many, and no word of more', async () => {
    sandbox.fault({ path, kind: 'no-pagination' });
    const { complete, errors } = await readOne(name, most);
    expect(complete).toBe(false);
    expect(errors).toMatchObject([
      { failure_type: 'system_error', message: expect.stringContaining('without "data.pagination"') },
    ]);
  });
});

describe('source_regulations', () => {
  test('is paged where it is', async () => {
    const { complete, keys, truth } = await readOne('source_regulations', 2);
    expect(complete).toBe(true);
    expect(keys).toEqual(truth);
    expect(sandbox.requests.some(({ query }) => query['pagination.cursor'] !== undefined)).toBe(true);
  });

  test('has one id in several sources', async () => {
    const { records } = await readOne('source_regulations', 200);
    expect(new Set(records.map(({ id }) => id)).size).toBeLessThan(records.length);
  });
});

describe('a list of just as many rows as an API may give where it passes over what it is asked', () => {
  const made = {
    seed: 59,
    sources: 2,
    destinationsPerSource: 2,
    warehouses: 0,
    users: 0,
    groups: 0,
    auditEvents: 0,
  };

  test('is whole where the API goes by what it is asked', async () => {
    sandbox = createSandbox({ ...made, now: '2026-12-31T23:59:59.999Z', endpointLimits: false });
    sandbox.advance(24 * 3600 * 1000);
    network.answerBy(sandbox);
    const { complete, keys, truth } = await readOne('reverse_etl_syncs', 200);
    const counts = sandbox.requests
      .filter(({ path }) => path.endsWith('/syncs'))
      .map(({ query }) => query['count']);
    expect(counts).toContain('9');
    expect([complete, keys]).toEqual([true, truth]);
  });

  test('is not where it does not', async () => {
    const id = String([...(sandbox.workspace.tables['sources']?.() ?? [])][0]?.['id']);
    const regulations = Array.from({ length: 10 }, (_, index) => ({ id: `reg-${index}` }));
    sandbox.fault({ path: `/regulations/sources/${id}`, body: { data: { regulations } } });
    const { complete, errors } = await readOne('source_regulations', 200);
    expect(complete).toBe(false);
    expect(errors).toMatchObject([
      { failure_type: 'system_error', message: expect.stringContaining('10 rows that may be cut') },
    ]);
  });
});
