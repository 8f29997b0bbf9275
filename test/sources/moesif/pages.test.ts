/** Pages that are not what was asked for, and profiles that are one person. */
import { describe, expect, test } from '@jest/globals';
import type { Incoming } from '../../../sandbox/kit/delivery.ts';
import { inJson, network } from '../../support/network.ts';
import { app, byKey, read, truthOf } from './lab.ts';

type Search = Record<string, unknown>;

/** A sandbox whose answers pass through somebody's hands: `asked` changes what is searched, `told` the answer. */
function between(
  sandbox: ReturnType<typeof app>,
  hands: { asked?: (search: Search) => Search; told?: (answer: Search) => unknown },
) {
  const { asked = (search) => search, told } = hands;
  const serve = (incoming: Incoming) => {
    const search = asked(JSON.parse(String(incoming.body)) as Search);
    const answer = sandbox.serve({ ...incoming, body: Buffer.from(JSON.stringify(search)) });
    if (!told || !answer || answer.status >= 300) return answer;
    return inJson(told(JSON.parse(answer.text) as Search), answer.status, answer.headers);
  };
  network.answerBy({ serve });
}

describe('a page', () => {
  test.each(['int', 'object'] as const)(
    'that is shorter than was asked for is not the last one, where there are more: a total that is an %s',
    async (total) => {
      const sandbox = app({ total });
      between(sandbox, { asked: (search) => ({ ...search, size: Math.min(Number(search['size']), 4) }) });
      const { complete, records } = await read(sandbox, 'identify_calls');
      expect(complete).toBe(true);
      expect(byKey(sandbox, 'identify_calls', records)).toEqual(truthOf(sandbox, 'identify_calls'));
    },
  );

  test('without a total is the last one where nothing is behind it', async () => {
    const sandbox = app();
    between(sandbox, {
      told: ({ hits, ...rest }) => ({ ...rest, hits: { ...(hits as object), total: undefined } }),
    });
    const { complete, records } = await read(sandbox, 'users', { config: { page_size: 10 } });
    expect([complete, records.length]).toEqual([true, truthOf(sandbox, 'users').size]);
  });

  test('without a hit, of a search that found some, is no empty table', async () => {
    const sandbox = app();
    between(sandbox, { told: ({ hits, ...rest }) => ({ ...rest, hits: { ...(hits as object), hits: [] } }) });
    const { complete, errors } = await read(sandbox, 'users');
    expect([complete, errors[0]?.message]).toEqual([false, expect.stringContaining('and brought none')]);
  });
});

describe('a later page without a hit', () => {
  const firstOf = (size: number) => (search: Search) =>
    search['search_after'] ? { ...search, query: { terms: { _id: ['nobody'] } } } : { ...search, size };

  test.each(['users', 'events'] as const)('is no end of %s where more were found than came', async (name) => {
    const sandbox = app({ days: 1 });
    let total: unknown;
    between(sandbox, {
      asked: firstOf(5),
      told: ({ hits, ...rest }) => {
        total ??= (hits as Search)['total'] || undefined;
        return { ...rest, hits: { ...(hits as object), total } };
      },
    });
    const { complete, errors } = await read(sandbox, name);
    expect([complete, errors[0]?.message]).toEqual([false, expect.stringMatching(/found \d+ and brought 5/)]);
  });

  test('is one where the others have left the search meanwhile', async () => {
    const sandbox = app();
    between(sandbox, { asked: firstOf(5) });
    const { complete, records } = await read(sandbox, 'users');
    expect([complete, records.length]).toEqual([true, 5]);
  });
});

describe('two profiles of one person', () => {
  const two = (page_size: number) => {
    const sandbox = app({ users: 0 });
    const add = (_id: string, day: string) =>
      sandbox.addUser({
        _id,
        _source: { user_id: 'ada', name: day, modified_time: `2026-11-${day}T00:00:00Z` },
      });
    add('a-after', '21');
    add('b-before', '20');
    return read(sandbox, 'identify_calls', { config: { page_size } });
  };
  const namesOf = (records: readonly Record<string, unknown>[]) =>
    records.map(({ traits }) => (traits as Search)['name']);

  test('on one page both come, the newer one last', async () => {
    const { complete, records } = await two(10);
    expect([complete, namesOf(records)]).toEqual([true, ['20', '21']]);
  });

  test('on two pages both come in the order of ids, and their times tell which is the newer one', async () => {
    const { complete, records } = await two(1);
    expect([complete, namesOf(records)]).toEqual([true, ['21', '20']]);
    const [newer, older] = records.map(({ timestamp }) => String(timestamp));
    expect(String(newer) > String(older)).toBe(true);
  });
});

test('metrics under another name are left out, and whoever reads the log can say under which', async () => {
  const sandbox = app();
  between(sandbox, {
    told: (answer) =>
      JSON.parse(JSON.stringify(answer).replaceAll('last24HourAggResults', 'weeklyMetrics')) as Search,
  });
  const { complete, records, logged } = await read(sandbox, 'identify_calls', { config: { page_size: 10 } });
  expect(complete).toBe(true);
  expect(records.some(({ traits }) => 'last24HourAggResults' in (traits as object))).toBe(false);
  const told = logged.filter((line) => line.includes('please report what they have'));
  expect(told).toEqual([expect.stringContaining('weeklyMetrics')]);
});
