/** Answers that are not what the documents promise: asked for again, then told; never an empty table or half of one. */
import { describe, expect, test } from '@jest/globals';
import { logs, type Row } from '../../support/messages.ts';
import { inJson, network } from '../../support/network.ts';
import { askedFor, project, readOne, sorted, truthOf } from './lab.ts';

const ENGAGE = '/api/query/engage';
const rows = (...ids: unknown[]) => ids.map(($distinct_id) => ({ $distinct_id, $properties: {} }));
const many = (from: number, count: number) =>
  rows(...Array.from({ length: count }, (_, index) => `p${from + index}`));

/** engage answers with these pages, by their number; each as often as it is asked for. */
async function reading(pages: readonly object[], table = 'engage') {
  const sandbox = project({ quotas: false, cohorts: 1 });
  network.answerBy(
    {
      serve: ({ url, body }) => {
        if (url.pathname !== ENGAGE) return undefined;
        const page = Number(new URLSearchParams(body?.toString()).get('page') ?? 0);
        return inJson({ page, status: 'ok', ...pages[page] });
      },
    },
    sandbox,
  );
  return readOne(sandbox, table, { config: { page_size: 100 } });
}
const first = { page_size: 100, session_id: 's', total: 250, results: many(0, 100) };
const second = { session_id: 's', results: many(100, 100) };
const third = { session_id: 's', results: many(200, 50) };

describe.each(['engage', 'cohort_members'])('pages of %s', (table) => {
  test.each<[string, object[]]>([
    ['as documented', [first, second, third]],
    ['with an empty one at the end', [{ ...first, total: 200 }, second, { session_id: 's', results: [] }]],
    ['whose total grows', [first, { ...second, total: 300 }, { ...third, results: many(200, 100) }]],
    ['that each tell the total', [first, { ...second, total: 250 }, { ...third, total: 250 }]],
    ['of a size that Mixpanel chose', [{ ...first, page_size: 100, results: many(0, 100) }, second, third]],
  ])('%s are read to the end', async (_, pages) => {
    const { complete, records } = await reading(pages, table);
    const due = pages.flatMap((page) => (page as typeof first).results).length;
    expect({ complete, count: new Set(records.map(({ distinct_id: id }) => id)).size }).toEqual({
      complete: true,
      count: due,
    });
  });

  test.each<[string, object[]]>([
    ['page 0 without session_id though more is due', [{ ...first, session_id: undefined }]],
    ['a short page before the total', [first, { ...second, results: many(100, 99) }, third]],
    ['an empty page before the total', [first, { ...second, results: [] }]],
    ['a total that grew, and nothing more', [first, { ...second, total: 300 }, third]],
    ['an error in a 200', [first, { ...second, error: 'Something' }, third]],
    ['a status that is an error', [first, { ...second, status: 'error' }, third]],
    ['no results', [first, { ...second, results: undefined }]],
    ['results that are no list', [first, { ...second, results: { a: 1 } }]],
    ['results of something else', [first, { ...second, results: ['p1'] }]],
    ['no total', [{ ...first, total: undefined }]],
    ['a page size of 0', [{ ...first, page_size: 0 }]],
    ['a profile without its id', [{ ...first, total: 1, results: [{ $properties: {} }] }]],
    ['no object at all', [[] as object]],
  ])('%s: INCOMPLETE', async (_, pages) => {
    const { complete, statuses, errors } = await reading(pages, table);
    expect(complete).toBe(false);
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors[0]?.message).not.toContain('but with');
    expect(errors).toMatchObject([
      { failure_type: 'system_error', message: expect.stringContaining('documented shape') },
    ]);
  });
});

test('a page that is too short says what may help', async () => {
  const { errors } = await reading([first, { ...second, results: many(100, 99) }]);
  expect(errors[0]?.message).toContain('a page that ends at 199 of 250: lower "page_size"');
});

describe('profiles', () => {
  test('on two pages are one', async () => {
    const repeated = { ...second, results: [...rows('p99'), ...many(100, 99)] };
    const { complete, records } = await reading([first, repeated, third]);
    expect(complete).toBe(true);
    expect(records.filter(({ distinct_id: id }) => id === 'p99')).toHaveLength(1);
  });

  test('have an id that is a text, also where Mixpanel sends a number', async () => {
    const { records } = await reading([{ ...first, total: 4, results: rows(4, '4x', 0, '') }]);
    expect(records.map(({ distinct_id: id }) => id)).toEqual(['4', '4x', '0', '']);
  });

  test('keep what stands beside their properties', async () => {
    const results = [{ $distinct_id: 'a', $properties: { x: 1 }, $last_seen: 'now' }, { $distinct_id: 'b' }];
    const { records } = await reading([{ ...first, total: 2, results }]);
    expect(records).toEqual([{ distinct_id: 'a', x: 1, mp_reserved_last_seen: 'now' }, { distinct_id: 'b' }]);
  });

  test('whose properties are none are an error', async () => {
    const { errors } = await reading([
      { ...first, total: 1, results: [{ $distinct_id: 'a', $properties: [1] }] },
    ]);
    expect(errors).toHaveLength(1);
  });
});

describe('lists', () => {
  const LISTS: readonly [table: string, path: string][] = [
    ['cohorts', '/api/query/cohorts/list'],
    ['cohort_members', '/api/query/cohorts/list'],
    ['funnels', '/api/query/funnels/list'],
    ['funnels', '/api/query/funnels'],
    ['revenue', '/api/query/engage/revenue'],
    ['annotations', '/api/app/projects/{id}/annotations'],
  ];
  const ODD: readonly [what: string, body: unknown][] = [
    ['null', null],
    ['a number', 7],
    ['a list of texts', ['a']],
    ['an empty object', {}],
    ['an error', { error: 'Something' }],
    ['rows of something else', { results: 'none', data: [], annotations: 3 }],
    ['rows that are none', { results: { x: 1 }, data: { '2026-11-27': 3 }, status: 'ok' }],
    ['text', 'error'],
  ];

  describe.each(LISTS)('of %s at %s', (table, path) => {
    test.each(ODD)('%s is an error, and is asked for again before', async (_, body) => {
      const sandbox = project({ quotas: false });
      sandbox.fault({ path, body });
      const { complete, records, errors } = await readOne(sandbox, table);
      expect({ complete, records }).toEqual({ complete: false, records: [] });
      expect(errors).toHaveLength(1);
      expect(sandbox.requests.filter(({ fault }) => fault).length).toBeGreaterThanOrEqual(6);
      sandbox.clearFaults();
      sandbox.fault({ path, body, on: 1 });
      const passing = await readOne(sandbox, table);
      expect(sorted(passing.records)).toEqual(truthOf(sandbox, table));
    });
  });

  test.each(LISTS.filter(([table, path]) => table !== 'cohort_members' && path !== '/api/query/funnels'))(
    'of %s that is empty is an empty table',
    async (table, path) => {
      const sandbox = project();
      const body =
        table === 'cohorts' || table === 'funnels'
          ? []
          : { status: 'ok', results: table === 'revenue' ? {} : [] };
      sandbox.fault({ path, body });
      const { complete, records } = await readOne(sandbox, table);
      expect({ complete, records }).toEqual({ complete: true, records: [] });
    },
  );
});

test('the id of a group is a text, however large it is', async () => {
  const sandbox = project();
  const body =
    '[{"id":1,"data_group_id":77},{"id":2,"data_group_id":987654321012345678},{"id":3,"data_group_id":null}]';
  sandbox.fault({ path: '/api/query/cohorts/list', body });
  const { records } = await readOne(sandbox, 'cohorts');
  expect(records.map((row) => row['data_group_id'])).toEqual(['77', '987654321012345678', null]);
});

describe('a cohort of a group that was deleted', () => {
  test('has no members, and it is said', async () => {
    const sandbox = project();
    const { complete, records, messages } = await readOne(sandbox, 'cohort_members');
    expect(complete).toBe(true);
    expect(askedFor(sandbox, ENGAGE).filter(({ status }) => status === 404)).toHaveLength(1);
    expect(records.some((row: Row) => row['cohort_id'] === 3000)).toBe(false);
    expect(logs(messages)).toContain(
      'cohort_members: the group that cohort 3000 is made of was deleted, so it has no members.',
    );
  });

  test('nor has one that was deleted itself after it was listed', async () => {
    const sandbox = project();
    const [{ id } = {}] = [...(sandbox.workspace.tables['cohorts']?.() ?? [])];
    sandbox.fault({ path: ENGAGE, on: 1, status: 400, body: { error: 'no such cohort' } });
    sandbox.fault({ path: '/api/query/cohorts/list', on: 2, body: [] });
    const { complete, messages } = await readOne(sandbox, 'cohort_members');
    expect(complete).toBe(true);
    expect(logs(messages)).toContain(`cohort_members: cohort ${String(id)} was deleted after it was listed.`);
  });

  test('but one that is still listed is an error, and the others are read', async () => {
    const sandbox = project({ quotas: false });
    const [{ id } = {}] = [...(sandbox.workspace.tables['cohorts']?.() ?? [])];
    sandbox.fault({ path: ENGAGE, on: 1, status: 400, body: { error: 'bad luck' } });
    const { records, errors } = await readOne(sandbox, 'cohort_members');
    expect(errors[0]?.message).toMatch(
      /^1 of \d+ cohorts could not be read for it \(first cohort \d+\): cohort_members: /,
    );
    expect(sorted(records)).toEqual(
      truthOf(sandbox, 'cohort_members').filter((row) => !row.includes(`["cohort_id",${String(id)}]`)),
    );
  });

  test('but another 404 is an error', async () => {
    const sandbox = project();
    sandbox.fault({ path: ENGAGE, kind: 'not-found', on: 1 });
    expect((await readOne(sandbox, 'cohort_members')).statuses.at(-1)).toBe('INCOMPLETE');
  });
});
