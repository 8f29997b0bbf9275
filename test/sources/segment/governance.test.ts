/** What tables about plans, functions and settings do that others need not. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { setupServer } from 'msw/node';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { read } from '../../support/in-process.ts';
import { keyText, story } from '../../support/messages.ts';

const server = setupServer();
let sandbox: Sandbox;
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z' });
  server.use(...sandbox.handlers);
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const readOne = async (name: string, config = {}) => {
  const { complete, messages, text } = await read({ sandbox, streams: [name], config });
  const { records, errors } = story(messages, name);
  return { complete, text, records, errors };
};
const rowsOf = (table: string) => [...(sandbox.workspace.tables[table]?.() ?? [])];

test('a rule of a whole type is a row of its own, beside others without a key', async () => {
  const { records } = await readOne('tracking_plan_rules');
  const keyless = records.filter(({ ruleKey }) => ruleKey === '');
  expect(new Set(keyless.map(({ type }) => type))).toEqual(new Set(['COMMON', 'IDENTIFY', 'GROUP']));
  expect(new Set(keyless.map(({ key }) => key))).toEqual(new Set([undefined, null, '']));
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
