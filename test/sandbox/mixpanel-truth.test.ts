import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../../src/http/json.ts';
import { encode } from '../../sandbox/kit/json.ts';
import {
  createMixpanel,
  type Mixpanel,
  type MixpanelOptions,
  type Row,
} from '../../sandbox/mixpanel/index.ts';
import { ask, bySecret } from './mixpanel-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MixpanelOptions = {}) => createMixpanel({ now: NOW, quotas: false, ...options });

/** As it goes over the wire: what is no JSON does not come back. */
const truth = (mixpanel: Mixpanel, table: string): Row[] =>
  [...mixpanel.workspace.tables[table]!()].map((row) => JSON.parse(encode(row)) as Row);

/** A name as the table has it: three lines of a rule that the sandbox has in its own words. */
function renamed(properties: Row, columns: string[]): Row {
  const entries = Object.entries(properties).map(([name, value]): [string, unknown] => {
    if (name[0] === '$') return ['mp_reserved_' + name.slice(1), value];
    const ours = ['mp_reserved_', 'mp_property_'].some((start) => name.startsWith(start));
    return [
      name === '' || ours || columns.includes(name.toLowerCase()) ? 'mp_property_' + name : name,
      value,
    ];
  });
  expect(new Set(entries.map(([name]) => name)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

/** A matcher takes `__proto__` for a prototype: it is read by another name. */
const PROTO = '"__proto__"';
const safe = (text: string) => text.replaceAll(PROTO, '"%proto%"');
const unsafe = (row: Row): Row => JSON.parse(JSON.stringify(row).replaceAll('"%proto%"', PROTO)) as Row;

const lines = (text: string): { event: string; properties: Row }[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseJson(safe(line)) as { event: string; properties: Row });

/** In any order: an export has none. */
const sorted = (rows: Row[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))),
    )
    .sort();

function exported(mixpanel: Mixpanel, instantOf: (time: number) => number = (time) => time): Row[] {
  const query = { from_date: '2020-01-01', to_date: '2026-11-22', time_in_ms: 'true' };
  return lines(ask(mixpanel, '/api/2.0/export', { query }).text).map(({ event, properties }) => {
    const { time, distinct_id = null, ...rest } = properties;
    return unsafe({
      event,
      time: new Date(instantOf(time as number)).toISOString(),
      time_epoch: time,
      distinct_id,
      ...renamed(rest, ['event', 'time', 'time_epoch', 'distinct_id', 'properties']),
    });
  });
}

interface Page {
  session_id: string;
  total?: number;
  results: { $distinct_id: string | number; $properties: Row }[];
}

function engaged(mixpanel: Mixpanel, query: Record<string, string | number> = {}): Page['results'] {
  const all: Page['results'] = [];
  for (let page = 0, session = ''; ; page += 1) {
    const more: Record<string, string | number> = page === 0 ? {} : { page, session_id: session };
    const { text, status } = ask(mixpanel, '/api/query/engage', {
      query: { ...query, page_size: 7, ...more },
    });
    if (status !== 200) throw new Error(text);
    const { session_id, results } = parseJson(safe(text)) as Page;
    session = session_id;
    all.push(...results);
    if (results.length < 7) return all;
  }
}

test('the same seed makes the same project, another one another', () => {
  const all = (seed: number) =>
    Object.values(make({ seed }).workspace.tables)
      .map((table) => encode([...table()]))
      .join('\n');
  const first = all(7);
  expect(all(7)).toBe(first);
  expect(all(8)).not.toBe(first);
});

test('keys are present, scalar and unique in each table', () => {
  const { workspace } = make();
  for (const [name, key] of Object.entries(workspace.keys)) {
    const found = [...workspace.tables[name]!()].map((row) => key.map((field) => row[field]));
    expect(found.length).toBeGreaterThan(2);
    expect(found.flat().every((value) => ['string', 'number'].includes(typeof value))).toBe(true);
    if (key.length > 0) expect(new Set(found.map(String)).size).toBe(found.length);
  }
});

describe('the API tells the truth', () => {
  const mixpanel = make();

  test('export', () => {
    const rows = exported(mixpanel);
    expect(rows.length).toBeGreaterThan(600);
    expect(sorted(rows)).toEqual(sorted(truth(mixpanel, 'export')));
  });

  test('engage', () => {
    const rows = engaged(mixpanel).map(({ $distinct_id, $properties }) =>
      unsafe({ distinct_id: String($distinct_id), ...renamed($properties, ['distinct_id', 'properties']) }),
    );
    expect(rows).toEqual(truth(mixpanel, 'engage'));
  });

  test('cohorts and their members', () => {
    const { text } = ask(mixpanel, '/api/query/cohorts/list');
    const cohorts = parseJson(text) as (Row & { id: number })[];
    expect(cohorts).toEqual(truth(mixpanel, 'cohorts'));
    const members = cohorts
      .filter(({ data_group_id }) => typeof data_group_id !== 'string')
      .flatMap(({ id }) =>
        engaged(mixpanel, { filter_by_cohort: JSON.stringify({ id }) }).map(({ $distinct_id }) => ({
          cohort_id: id,
          distinct_id: String($distinct_id),
        })),
      );
    expect(members).toEqual(truth(mixpanel, 'cohort_members'));
  });

  test('funnels', () => {
    const rows = (ask(mixpanel, '/api/2.0/funnels/list').body as Row[]).flatMap(({ funnel_id, name }) => {
      const query = { funnel_id: Number(funnel_id), from_date: '2026-01-01', to_date: '2026-11-22' };
      const { data } = ask(mixpanel, '/api/2.0/funnels', { query }).body as { data: Record<string, Row> };
      expect(data).toHaveProperty('$overall');
      return Object.keys(data)
        .filter((date) => date !== '$overall')
        .sort()
        .map((date) => ({ funnel_id, name, date, ...data[date] }));
    });
    expect(rows).toEqual(truth(mixpanel, 'funnels'));
  });

  test('revenue', () => {
    const query = { from_date: '2026-01-01', to_date: '2026-11-22', unit: 'day' };
    const { results } = ask(mixpanel, '/api/query/engage/revenue', { query }).body as {
      results: Record<string, Row>;
    };
    const { $overall, ...days } = results;
    expect($overall).toBeDefined();
    expect(Object.entries(days).map(([date, row]) => ({ date, ...row }))).toEqual(truth(mixpanel, 'revenue'));
  });

  test('annotations, by each of the two APIs', () => {
    const path = `/api/app/projects/${mixpanel.projectId}/annotations`;
    const { results } = ask(mixpanel, path).body as { results: Row[] };
    expect(results).toEqual(truth(mixpanel, 'annotations'));
    const old = make({ apiSecret: 'abc', auth: 'api-secret' });
    const query = { from_date: '2000-01-01', to_date: '2100-01-01' };
    const { body } = ask(old, '/api/2.0/annotations', { ...bySecret('abc'), query });
    expect((body as { annotations: Row[] }).annotations).toEqual(truth(old, 'annotations'));
  });
});
