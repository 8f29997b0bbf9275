import { describe, expect, test } from '@jest/globals';
import type { Mixpanel, Row } from '../../sandbox/mixpanel/index.ts';
import { ask, bySecret, DAY, make } from './mixpanel-client.ts';

const truth = (mixpanel: Mixpanel, table: string): Row[] => [...mixpanel.workspace.tables[table]!()];

interface Page {
  page: number;
  page_size?: number;
  session_id: string;
  total?: number;
  results: { $distinct_id: string | number; $properties: Row }[];
}
type Query = Record<string, string | number>;

const ENGAGE = '/api/query/engage';
const page = (mixpanel: Mixpanel, query: Query = {}): Page => {
  const { status, text, body } = ask(mixpanel, ENGAGE, { query });
  if (status !== 200) throw new Error(text);
  return body as Page;
};
const ids = ({ results }: Page) => results.map(({ $distinct_id }) => $distinct_id);

describe('profiles', () => {
  test('total and page_size are told once, or always', () => {
    const mixpanel = make();
    const { session_id, total, page_size } = page(mixpanel, { page_size: 20 });
    expect([total, page_size]).toEqual([45, 20]);
    const second = page(mixpanel, { page_size: 20, page: 1, session_id });
    expect(Object.keys(second)).toEqual(['page', 'session_id', 'status', 'results']);
    const always = make({ alwaysTotal: true });
    const first = page(always, { page_size: 20 });
    expect(page(always, { page_size: 20, page: 1, session_id: first.session_id }).total).toBe(45);
  });

  test('pages come in any order, the last one is short, and behind it is nothing', () => {
    const mixpanel = make();
    const first = page(mixpanel, { page_size: 15 });
    const at = (number: number) =>
      page(mixpanel, { page_size: 15, page: number, session_id: first.session_id });
    const [third, fourth, second] = [at(2), at(3), at(1)];
    expect(fourth.results).toEqual([]);
    expect([first, second, third].flatMap(ids)).toEqual(ids(page(mixpanel)));
  });

  test('a session shows what there was when it began', () => {
    const mixpanel = make();
    const before = ids(page(mixpanel));
    const { session_id } = page(mixpanel, { page_size: 5 });
    mixpanel.addProfile({ distinct_id: 'new', properties: {} });
    mixpanel.deleteProfile(String(before[7]));
    mixpanel.changeProfile(String(before[8]), { $email: 'changed' });
    const second = page(mixpanel, { page_size: 5, page: 1, session_id });
    expect(ids(second)).toEqual(before.slice(5, 10));
    expect(second.results[3]?.$properties['$email']).not.toBe('changed');
    const after = page(mixpanel);
    expect(ids(after)).toEqual(['new', ...before.slice(0, 7), ...before.slice(8)]);
    expect(after.results[8]?.$properties['$email']).toBe('changed');
    expect(truth(mixpanel, 'engage')).toHaveLength(45);
  });

  test('a later page needs a session that lives and was asked for the same', () => {
    const mixpanel = make();
    const { session_id } = page(mixpanel, { page_size: 5 });
    const second = { page: 1, page_size: 5, session_id };
    const sentence = 'request for page in uncached query for params';
    const refused = (query: Query) => (ask(mixpanel, ENGAGE, { query }).body as { error: string }).error;
    expect(refused({ page: 1, page_size: 5 })).toBe(sentence);
    expect(refused({ ...second, session_id: 'x' })).toBe(sentence);
    expect(refused({ ...second, page_size: 6 })).toBe(sentence);
    expect(refused({ ...second, where: 'properties["$last_seen"] >= "2026-01-01"' })).toBe(sentence);
    mixpanel.expireSessions();
    expect(refused(second)).toBe(sentence);
  });

  test('a filter by time hides those that have none', () => {
    const mixpanel = make();
    const filtered = page(mixpanel, { where: 'properties["$last_seen"] >= "0"' });
    expect(filtered.total).toBeGreaterThan(10);
    expect(filtered.total).toBeLessThan(45);
    const since = '2026-06-01T00:00:00';
    const recent = page(mixpanel, { where: `properties["$last_seen"] >= "${since}"` });
    expect(recent.results.every(({ $properties }) => String($properties['$last_seen']) >= since)).toBe(true);
  });

  test('only the properties asked for', () => {
    const { results } = page(make(), { output_properties: '["$last_seen"]' });
    const names = new Set(results.flatMap(({ $properties }) => Object.keys($properties)));
    expect(names).toEqual(new Set(['$last_seen']));
  });

  test('in a form, in JSON, in the query', () => {
    const mixpanel = make();
    const post = (type: string, body: string) =>
      (ask(mixpanel, ENGAGE, { method: 'POST', headers: { 'content-type': type }, body }).body as Page).total;
    const filter = '{"id":4000}';
    const wanted = page(mixpanel, { filter_by_cohort: filter }).total;
    expect(wanted).toBeGreaterThan(0);
    expect(post('application/x-www-form-urlencoded', `filter_by_cohort=${encodeURIComponent(filter)}`)).toBe(
      wanted,
    );
    expect(post('application/json', `{"filter_by_cohort":${filter}}`)).toBe(wanted);
    expect(post('application/json; charset=utf-8', JSON.stringify({ filter_by_cohort: filter }))).toBe(
      wanted,
    );
  });
});

describe('cohorts', () => {
  const mixpanel = make();
  const members = (id: number, more: Query = {}) =>
    page(mixpanel, { filter_by_cohort: `{"id":${id}}`, ...more });

  test('ids without a profile, unless they are not wanted', () => {
    const all = members(1000);
    expect(all.results.slice(-2)).toEqual(
      ['ghost-1', '404'].map(($distinct_id) => ({ $distinct_id, $properties: {} })),
    );
    expect(members(1000, { include_all_users: 'false' }).total).toBe(Number(all.total) - 2);
  });

  test('nobody, and a group that was deleted', () => {
    expect(members(2000)).toMatchObject({ total: 0, results: [] });
    const { status, text } = ask(mixpanel, ENGAGE, { query: { filter_by_cohort: '{"id":3000}' } });
    expect(status).toBe(404);
    expect(text).toContain('Missing Datagroup');
    expect(truth(mixpanel, 'cohort_members').some(({ cohort_id }) => cohort_id === 3000)).toBe(false);
  });

  test('digits beyond what JavaScript holds', () => {
    expect(ask(mixpanel, '/api/query/cohorts/list').text).toContain('"data_group_id":987654321012345678,');
    expect(truth(mixpanel, 'cohorts')[2]).toMatchObject({ data_group_id: '987654321012345678' });
  });

  test('one whose count is stale', () => {
    const own = make();
    own.changeCohort(1000, { count: 0 });
    expect(truth(own, 'cohorts')[0]).toMatchObject({ count: 0, name: 'Cohort 1' });
    expect(truth(own, 'cohort_members').some(({ cohort_id }) => cohort_id === 1000)).toBe(true);
  });
});

describe('funnels', () => {
  const query = { funnel_id: 7509, from_date: '2026-11-01', to_date: '2026-11-22' };
  type Funnel = { meta: { dates: string[] }; data: Record<string, Row> };
  const read = (mixpanel: Mixpanel) => ask(mixpanel, '/api/query/funnels', { query }).body as Funnel;

  test('days in no order, with one that is no day', () => {
    const { meta, data } = read(make());
    const [first, ...days] = Object.keys(data);
    expect(first).toBe('$overall');
    expect(days).not.toEqual(meta.dates);
    expect(days.sort()).toEqual(meta.dates);
    expect(meta.dates[0]).toBe(make().firstDay);
  });

  test('every shape of a day', () => {
    const texts = truth(make({ days: 60 }), 'funnels').map(({ steps, analysis }) =>
      JSON.stringify([steps, analysis]),
    );
    for (const part of [
      '[null,null]',
      '[[],',
      ',null],null]',
      '"avg_time":null',
      '"count":0',
      '"custom_event":true',
    ])
      expect([part, texts.some((one) => one.includes(part))]).toEqual([part, true]);
  });

  test('what past days were converted into grows, for 90 days', () => {
    const mixpanel = make();
    const completions = () =>
      truth(mixpanel, 'funnels')
        .filter(({ date }) => String(date) < '2026-11-20')
        .map(({ analysis }) => Number((analysis as Row | null)?.['completion'] ?? 0));
    const now = completions();
    mixpanel.advance(10 * DAY);
    const then = completions();
    expect(then.every((value, index) => value >= now[index]!)).toBe(true);
    expect(then).not.toEqual(now);
    mixpanel.advance(90 * DAY);
    const settled = completions();
    mixpanel.advance(30 * DAY);
    expect(completions()).toEqual(settled);
  });

  test('deleted between the list and the query', () => {
    const mixpanel = make();
    mixpanel.deleteFunnel(7509, { isListed: true });
    const listed = () =>
      (ask(mixpanel, '/api/query/funnels/list').body as Row[]).map(({ funnel_id }) => funnel_id);
    expect(listed()).toContain(7509);
    const { status, body } = ask(mixpanel, '/api/query/funnels', { query });
    expect([status, body]).toEqual([404, { error: expect.any(String), status: 'error' }]);
    expect(truth(mixpanel, 'funnels').some(({ funnel_id }) => funnel_id === 7509)).toBe(false);
    mixpanel.deleteFunnel(7509);
    expect(listed()).not.toContain(7509);
  });
});

describe('annotations', () => {
  const mixpanel = make({ apiSecret: 'abc' });

  test('both forms of a date, two of one day, tags and user missing or null', () => {
    const rows = truth(mixpanel, 'annotations');
    expect(rows.map(({ date }) => String(date).length).sort()).toEqual([19, 19, 19, 25, 25, 25]);
    const days = rows.map(({ date }) => String(date).slice(0, 10));
    expect(new Set(days).size).toBeLessThan(days.length);
    expect(rows.some(({ tags, user }) => tags === null && user === null)).toBe(true);
    expect(rows.some((row) => !('tags' in row))).toBe(true);
  });

  test('between two days, both of them within; without any, all of them', () => {
    const path = `/api/app/projects/${mixpanel.projectId}/annotations`;
    const found = (query: Query) =>
      (ask(mixpanel, path, { query }).body as { results: Row[] }).results.length;
    expect(found({})).toBe(6);
    expect(found({ fromDate: '2026-11-20', toDate: '2026-11-20' })).toBe(2);
    expect(found({ fromDate: '2026-11-21' })).toBe(2);
    expect(ask(mixpanel, path, { query: { from_date: '2026-11-21' } }).status).toBe(400);
    const old = ask(mixpanel, '/api/2.0/annotations', bySecret('abc'));
    expect(old.status).toBe(400);
  });

  test('changed and deleted', () => {
    const own = make();
    const [first, second] = truth(own, 'annotations').map(({ id }) => Number(id));
    own.changeAnnotation(first!, { description: 'other' });
    own.deleteAnnotation(second!);
    expect(truth(own, 'annotations')[0]).toMatchObject({ id: first, description: 'other' });
    expect(truth(own, 'annotations')).toHaveLength(5);
  });
});

test('names of events and properties', () => {
  const mixpanel = make();
  const names = Object.keys(ask(mixpanel, '/api/query/events/properties/top').body as Row);
  for (const name of ['UTM_source', 'utm_source', 'event', '', '__proto__', 'Call To Action\n', '$insert_id'])
    expect(names).toContain(name);
  const top = { query: { event: 'Purchase' } };
  expect(Object.keys(ask(mixpanel, '/api/query/events/properties/top', top).body as Row)).toHaveLength(10);
  const { results } = ask(mixpanel, '/api/2.0/engage/properties').body as { results: Record<string, Row> };
  const types = new Set(Object.values(results).map(({ type }) => type));
  expect(types).toContain(undefined);
  expect(types).toContain('unknown');
  expect(Object.keys(results)).toContain('$properties');
  const general = { query: { type: 'general' } };
  expect(ask(mixpanel, '/api/query/events/names', general).body).toContain('c"d');
});
