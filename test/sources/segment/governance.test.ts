/** What tables about plans, functions and settings do that others need not. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { MASK } from '../../../src/protocol/mask.ts';
import { read } from '../../support/in-process.ts';
import { keyText, story } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
  network.answerBy(sandbox);
});

const readOne = async (name: string, config = {}) => {
  const { complete, messages, text } = await read({ sandbox, streams: [name], config });
  const { records, errors } = story(messages, name);
  return { complete, text, records, errors };
};
const rowsOf = (table: string) => [...(sandbox.workspace.tables[table]?.() ?? [])];

test('a rule of a whole type is a row of its own, beside others without a key and one with an empty key', async () => {
  const { complete, records } = await readOne('tracking_plan_rules');
  const [keyless, empty] = ['', '""'].map((key) => records.filter(({ ruleKey }) => ruleKey === key));
  const types = (rows: typeof records = []) => new Set(rows.map(({ type }) => type));
  expect(complete).toBe(true);
  expect(types(keyless)).toEqual(new Set(['COMMON', 'IDENTIFY', 'GROUP']));
  expect(new Set(keyless?.map(({ key }) => key))).toEqual(new Set([undefined, null]));
  expect([types(empty), new Set(empty?.map(({ key }) => key))]).toEqual([new Set(['GROUP']), new Set([''])]);
});

/** Rules of one type and version, in pages: by name and schema. */
const paged = (path: string, totalEntries: number | undefined, ...pages: [string, number][][]) =>
  pages.forEach((page, index) => {
    const rules = page.map(([key, jsonSchema]) => ({ type: 'TRACK', key, version: 1, jsonSchema }));
    const next = index % 2 === 0 ? 'next' : undefined;
    const pagination = { current: `${index}`, next, totalEntries };
    sandbox.fault({ path, on: index + 1, status: 200, body: { data: { rules, pagination } } });
  });

describe.each([4, undefined])('two rules that their key does not tell apart (total: %s)', (total) => {
  const readRules = async (...pages: [string, number][][]) => {
    sandbox.fault({
      path: '/tracking-plans',
      body: { data: { trackingPlans: [{ id: 'p' }], pagination: { current: 'x' } } },
    });
    paged('/tracking-plans/p/rules', total, ...pages);
    return readOne('tracking_plan_rules');
  };
  const page = (text: string) =>
    text.split(' ').map((rule): [string, number] => [rule.slice(0, 1), Number(rule.slice(1))]);
  const [first, second] = [page('a1 b1'), page('c1 a2')];

  test('are an error, also on two pages: one would be written over the other', async () => {
    const { complete, errors } = await readRules(first, second, first, second);
    expect(complete).toBe(false);
    expect(errors).toMatchObject([
      { failure_type: 'system_error', message: expect.stringContaining('two different rows with the same') },
    ]);
  });

  test('are one that changed and moved where the next reading brings one', async () => {
    const { complete, records } = await readRules(first, second, page('a2 b1'), page('c1 d1'));
    expect(complete).toBe(true);
    expect(new Set(records.map(({ key }) => key))).toEqual(new Set(['a', 'b', 'c', 'd']));
  });
});

test('a list of functions that changes is read again, whichever type it is of', async () => {
  // The first type has more than one page, the last one has not.
  sandbox.fault({ path: '/functions', on: 2, kind: 'remove-row' });
  const { complete, records } = await readOne('functions', { page_size: 2 });
  expect(complete).toBe(true);
  const keys = records.map((row) => keyText(row, ['id']));
  expect(keys).toEqual(expect.arrayContaining(rowsOf('functions').map((row) => keyText(row, ['id']))));
});

test('a type of functions that is refused is never one without functions', async () => {
  sandbox.fault({ path: '/functions', on: [5, 99], status: 422, body: { errors: [{ type: 'x' }] } });
  const { complete, errors } = await readOne('functions', { page_size: 200 });
  expect(complete).toBe(false);
  expect(errors).toMatchObject([{ failure_type: 'system_error' }]);
});

test('instances are asked for where there can be some, by the id without its prefix', async () => {
  await readOne('insert_function_instances', { page_size: 200 });
  const asked = sandbox.requests.filter(({ path }) => path === '/insert-function-instances');
  const inserts = rowsOf('functions').filter(({ resourceType }) =>
    String(resourceType).startsWith('INSERT_'),
  );
  expect(asked.map(({ query }) => query['functionId']).sort()).toEqual(
    inserts.map(({ id }) => String(id).slice('ifnd_'.length)).sort(),
  );
});

test('code is masked wherever it arrives, and told where secrets are', async () => {
  const row = {
    id: 'sfnc_1',
    code: 'const key = "s3cr3t"',
    previewWebhookUrl: 'https://fn.example/?b=s3cr3t',
  };
  sandbox.fault({
    path: '/functions',
    body: { data: { functions: [row], pagination: { current: 'MA==' } } },
  });
  for (const name of ['functions', 'function_versions', 'live_plugins', 'insert_function_instances'])
    expect((await readOne(name)).text).not.toContain('s3cr3t');
  for (const name of ['functions', 'live_plugins'])
    expect((await readOne(name, { include_secrets: true })).text).toContain('s3cr3t');
});

test('the address of a live plugin is masked where it is signed, and else that of a CDN', async () => {
  const path = '/sources/{id}/live-plugins/latest';
  const [open, signed] = [
    'https://cdn.shop.example/a.js',
    'https://cdn.shop.example/a.js?X-Amz-Signature=s3cr3t',
  ];
  sandbox.fault({ path, on: 1, body: { data: { livePlugin: { id: 'a', downloadURL: open } } } });
  sandbox.fault({ path, on: [2, 99], body: { data: { livePlugin: { id: 'b', downloadURL: signed } } } });
  const { records, text } = await readOne('live_plugins');
  expect(new Set(records.map(({ downloadURL }) => downloadURL))).toEqual(new Set([open, MASK]));
  expect(text).not.toContain('s3cr3t');
});

test.each(['source_schema_settings', 'live_plugins'])(
  '%s: an answer without its object is no answer',
  async (name) => {
    const path = name === 'live_plugins' ? '/sources/{id}/live-plugins/latest' : '/sources/{id}/settings';
    sandbox.fault({ path, kind: 'no-data' });
    const { complete, errors, records } = await readOne(name);
    expect([complete, records]).toEqual([false, []]);
    expect(errors).toMatchObject([{ failure_type: 'system_error' }]);
  },
);

test('a source that says 404 to its live plugin is not taken for one without', async () => {
  const [last] = rowsOf('live_plugins').slice(-1);
  const path = `/sources/${String(last?.['sourceId'])}/live-plugins/latest`;
  sandbox.fault({ path, kind: 'not-found' });
  const { complete, errors, records } = await readOne('live_plugins');
  expect(complete).toBe(false);
  expect(records).toHaveLength(rowsOf('live_plugins').length - 1);
  expect(errors).toMatchObject([
    {
      failure_type: 'config_error',
      message: expect.stringMatching(/^1 of 5 sources could not be read .*a live plugin in each source/),
    },
  ]);
});
