/** What each kind of trouble means for a table: never a green sync that is short of rows. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/kit/faults.ts';
import { createSandbox, encode, type Sandbox } from '../../../sandbox/segment/index.ts';
import { user } from '../../../src/sources/segment/schemas/access.ts';
import { TestClock } from '../../support/clock.ts';
import { lastStates, read } from '../../support/in-process.ts';
import { logs, story } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const NOW = '2026-11-22T10:30:15.250Z';
let sandbox: Sandbox;
let clock: TestClock;
beforeEach(() => {
  sandbox = createSandbox({ now: NOW });
  clock = new TestClock(NOW);
  network.answerBy(sandbox);
});

const readOne = async (name: string, config = {}, state?: unknown) => {
  const result = await read({ sandbox, streams: [name], clock, config, state });
  return { ...result, ...{ told: story(result.messages, name) } };
};
const sizeOf = (table: string) => [...(sandbox.workspace.tables[table]?.() ?? [])].length;

describe('a table that is closed to the token is never an empty one', () => {
  const CLOSED: Fault['kind'][] = ['forbidden', 'unauthorized', 'not-found', 'plan'];
  const TABLES = [
    ['groups', '/groups'],
    ['audit_events', '/audit-events'],
    ['destination_subscriptions', '/destinations/{id}/subscriptions'],
    ['usage_mtu_workspace_daily', '/usage/mtu/daily'],
  ] as const;

  test.each(CLOSED.flatMap((kind) => TABLES.map(([name, path]) => [kind, name, path] as const)))(
    '%s on %s is a config_error',
    async (kind, name, path) => {
      sandbox.fault({ path, ...(kind && { kind }) });
      const { complete, told } = await readOne(name);
      expect(complete).toBe(false);
      expect(told.statuses.at(-1)).toBe('INCOMPLETE');
      expect(told.errors).toMatchObject([
        {
          failure_type: 'config_error',
          message: expect.stringMatching(
            kind === 'plan'
              ? /plan does not have this table \(HTTP 400, "bad-request Your plan does not include this resource."\); get/
              : /cannot read the table \(HTTP 40[134]\), which needs .*; get/,
          ),
        },
      ]);
      expect(told.states).toEqual([]);
      expect(clock.slept).toEqual([]);
    },
  );

  test('a role that lacks one source leaves the others, and says how many are missing', async () => {
    const [first] = [...(sandbox.workspace.tables['sources']?.() ?? [])].slice(2);
    sandbox.fault({ path: `/sources/${String(first?.['id'])}/connected-warehouses`, kind: 'forbidden' });
    const { complete, told } = await readOne('source_connected_warehouses', { max_concurrent_requests: 1 });
    expect(complete).toBe(false);
    expect(told.errors[0]?.message).toMatch(/^1 of 5 sources could not be read/);
    expect(told.records.length).toBeGreaterThan(0);
  });

  test('a destination that the API refuses leaves the others, and is said', async () => {
    const [, , third] = [...(sandbox.workspace.tables['destinations']?.() ?? [])];
    const refusal = { errors: [{ type: 'input-validation', message: 'no subscriptions here' }] };
    sandbox.fault({
      path: `/destinations/${String(third?.['id'])}/subscriptions`,
      status: 422,
      body: refusal,
    });
    const { complete, told } = await readOne('destination_subscriptions');
    expect(complete).toBe(false);
    expect(told.errors).toMatchObject([
      {
        failure_type: 'system_error',
        message: expect.stringMatching(/^1 of 15 destinations could not be read/),
      },
    ]);
    const lost = [...(sandbox.workspace.tables['destination_subscriptions']?.() ?? [])].filter(
      (row) => row['destinationId'] === third?.['id'],
    );
    expect(told.records).toHaveLength(sizeOf('destination_subscriptions') - lost.length);
  });

  test('a token that is revoked half-way is named as the cause', async () => {
    sandbox.fault({ path: '/usage/mtu/daily', on: [5, 99], kind: 'unauthorized' });
    sandbox.fault({ path: '/', kind: 'unauthorized' });
    const { told } = await readOne('usage_mtu_workspace_daily', {
      max_concurrent_requests: 1,
      page_size: 200,
    });
    expect(told.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining('no longer accepts the API token') },
    ]);
    expect(told.states.at(-1)?.stream.stream_state).toEqual({ timestamp: '2026-03-01T00:00:00.000Z' });
  });

  test('a token that may not read the workspace either is not called revoked', async () => {
    sandbox.fault({ path: '/users', kind: 'forbidden' });
    sandbox.fault({ path: '/', kind: 'forbidden' });
    const { told } = await readOne('users');
    expect(told.errors).toMatchObject([
      {
        failure_type: 'config_error',
        message: expect.stringMatching(
          /neither the table \(HTTP 403\) nor the workspace itself \(HTTP 403\); give it a role/,
        ),
      },
    ]);
  });
});

describe('what the rows take from the workspace, where that is refused', () => {
  test.each([
    ['forbidden', /^audit_events: this token cannot read the workspace itself \(HTTP 403\).*give it a role/],
    ['unauthorized', /^audit_events: Segment no longer accepts the API token/],
  ] as const)('%s: the table is incomplete, not without it', async (kind, message) => {
    sandbox.fault({ path: '/', kind });
    const { complete, told } = await readOne('audit_events');
    expect(complete).toBe(false);
    expect(told.records).toEqual([]);
    expect(told.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringMatching(message) },
    ]);
  });

  test('refused once and then given, it tells nothing of the token', async () => {
    // The first one is for the time.
    sandbox.fault({ path: '/', on: [1, 2], kind: 'forbidden' });
    const { complete, told } = await readOne('audit_events', { max_concurrent_requests: 1 });
    expect(complete).toBe(false);
    expect(told.errors).toMatchObject([
      { failure_type: 'transient_error', message: expect.stringContaining('gave it when asked again') },
    ]);
  });

  test('without its id it is malformed', async () => {
    sandbox.fault({ path: '/', body: { data: { workspace: { name: 'Shop' } } } });
    const { told } = await readOne('audit_events');
    expect(told.errors).toMatchObject([{ failure_type: 'system_error' }]);
  });

  test('is asked for once a sync', async () => {
    const { complete } = await readOne('audit_events');
    expect(complete).toBe(true);
    expect(sandbox.requests.filter(({ path }) => path === '/')).toHaveLength(1);
  });
});

test('a redirect is of the way, not of the API: the person looks at the proxy', async () => {
  sandbox.fault({ path: '/users', status: 302, headers: { Location: 'https://login.example.com/' } });
  const { complete, told } = await readOne('users');
  expect(complete).toBe(false);
  expect(told.errors).toMatchObject([
    {
      failure_type: 'config_error',
      message: expect.stringMatching(/redirects the request \(HTTP 302\).*check "api_url", HTTPS_PROXY/),
    },
  ]);
});

describe('a parent that vanishes between its listing and its own request', () => {
  const [name, path] = ['source_connected_warehouses', '/sources/{id}/connected-warehouses'];

  test('has no rows, and that is said', async () => {
    const [gone] = [...(sandbox.workspace.tables['sources']?.() ?? [])].slice(-1);
    const id = String(gone?.['id']);
    network.onRequest(({ url }) => {
      if (url.href.includes('/connected-warehouses')) sandbox.remove('sources', id);
    });
    const { complete, messages, told } = await readOne(name);
    expect(complete).toBe(true);
    expect(told.statuses.at(-1)).toBe('COMPLETE');
    expect(logs(messages).join('\n')).toContain(`/sources/${id} was deleted`);
    expect(told.records).toHaveLength(sizeOf(name));
  });

  test('is not taken for vanished while its list still has it', async () => {
    sandbox.fault({ path, kind: 'not-found' });
    sandbox.fault({ path: '/sources/{id}', kind: 'not-found' });
    const { complete, told } = await readOne(name);
    expect(complete).toBe(false);
    expect(told.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining('cannot read the table (HTTP 404)') },
    ]);
  });
});

describe('a parent that is hidden, not deleted', () => {
  test('is not taken for vanished where its list changed while it was looked for', async () => {
    const [, , hidden] = [...(sandbox.workspace.tables['sources']?.() ?? [])];
    const path = `/sources/${String(hidden?.['id'])}`;
    for (const one of [path, `${path}/connected-warehouses`]) sandbox.fault({ path: one, kind: 'not-found' });
    // The list is read by requests 1 to 3 for its children, and from 4 on for the one that is missing: before the
    // fifth, the first row goes, and the third slips onto the page that was read already.
    sandbox.fault({ path: '/sources', on: 5, kind: 'remove-row' });
    const config = { page_size: 2, max_concurrent_requests: 1 };
    const { complete, told, messages } = await readOne('source_connected_warehouses', config);
    expect(sandbox.requests.filter((request) => request.path === '/sources').length).toBeGreaterThan(4);
    expect(logs(messages).join('\n')).not.toContain('was deleted');
    expect([complete, told.errors[0]?.failure_type]).toEqual([false, 'config_error']);
  });
});

describe('an answer that is not what the documents promise', () => {
  const FAULTS: [string, Fault, 'transient_error' | 'system_error'][] = [
    ['a 503', { path: '/users', status: 503 }, 'transient_error'],
    ['an HTML page', { path: '/users', kind: 'html' }, 'transient_error'],
    ['a reset', { path: '/users', kind: 'reset' }, 'transient_error'],
    ['a JSON cut short', { path: '/users', kind: 'truncate' }, 'transient_error'],
    ['a 200 without rows', { path: '/users', kind: 'no-data' }, 'system_error'],
    ['a 200 without pagination', { path: '/users', kind: 'no-pagination' }, 'system_error'],
    ['a 200 with errors', { path: '/users', kind: 'error-envelope' }, 'system_error'],
    ['a cursor that repeats', { path: '/users', kind: 'repeat-cursor' }, 'system_error'],
  ];

  test.each(FAULTS)('%s once is asked again, and nothing is lost', async (_, fault) => {
    sandbox.fault({ ...fault, on: 2 });
    const { complete, told } = await readOne('users');
    expect(complete).toBe(true);
    expect(told.records).toHaveLength(sizeOf('users'));
  });

  test.each(FAULTS)('%s for good is no empty table', async (_, fault, failureType) => {
    sandbox.fault({ ...fault, on: [2, 999] });
    const { complete, told } = await readOne('users');
    expect(complete).toBe(false);
    expect(told.statuses.at(-1)).toBe('INCOMPLETE');
    expect(told.errors).toMatchObject([{ failure_type: failureType }]);
    expect(clock.slept.length).toBe(5);
  });
});

test('a 200 with errors is told in their words', async () => {
  sandbox.fault({ path: '/users', kind: 'error-envelope' });
  const { told } = await readOne('users');
  expect(told.errors[0]?.message).toContain('internal Something went wrong on the way.');
});

describe('a list that ends before its own totalEntries', () => {
  const ended = (rows: readonly unknown[]) => ({
    data: { sources: rows, pagination: { current: 'MA==', totalEntries: 5 } },
  });

  test.each([0, 2])('after %i rows is not COMPLETE, nor is what hangs on it', async (count) => {
    const rows = [...(sandbox.workspace.tables['sources']?.() ?? [])].slice(0, count);
    sandbox.fault({ path: '/sources', body: ended(JSON.parse(encode(rows)) as unknown[]) });
    const tables = ['sources', 'source_connected_destinations'];
    const { complete, messages } = await read({ sandbox, streams: tables, clock });
    expect(complete).toBe(false);
    for (const name of tables) {
      const { statuses, errors } = story(messages, name);
      expect(statuses.at(-1)).toBe('INCOMPLETE');
      expect(errors[0]?.message).toContain(`ends after ${count} of its 5 rows`);
    }
  });
});

test('a token in a long error text is not cut into a half that nobody knows', async () => {
  const words = `${'why '.repeat(120)}${sandbox.token}`;
  sandbox.fault({ path: '/users', status: 422, body: { errors: [{ type: 'x', message: words }] } });
  const { text } = await readOne('users');
  expect(text).toContain('why why');
  expect(text).not.toContain(sandbox.token.slice(0, 8));
});

describe('the rate limit', () => {
  test('pauses until the time that the server named, and tells the platform', async () => {
    sandbox.fault({ path: '/users', on: 2, status: 429, headers: { 'Retry-After': '90' } });
    const { complete, told } = await readOne('users');
    expect(complete).toBe(true);
    expect(clock.slept).toEqual([90_000]);
    const limited = told.messages.findIndex(
      ({ trace }) => trace?.stream_status?.reasons?.[0]?.type === 'RATE_LIMITED',
    );
    expect(limited).toBeGreaterThan(0);
    expect(told.messages[limited + 1]?.type).toBe('STATE');
    expect(told.records).toHaveLength(sizeOf('users'));
  });
});

describe('options', () => {
  test('a page size that the API refuses falls back to 200', async () => {
    sandbox = createSandbox({ now: NOW, maxPageSize: 200 });
    network.answerBy(sandbox);
    const { complete, told, messages } = await readOne('users', { page_size: 1000 });
    expect(complete).toBe(true);
    expect(told.records).toHaveLength(sizeOf('users'));
    expect(logs(messages).join('\n')).toContain('refuses 1000 rows');
  });

  test('a page size that one list refuses is not changed under the cursors of another', async () => {
    sandbox = createSandbox({ now: NOW, auditEvents: 3000, auditDays: 1 });
    network.answerBy(sandbox);
    const refusal = {
      errors: [{ type: 'input-validation', field: 'pagination.count', message: 'at most 200' }],
    };
    sandbox.fault({ path: '/users', on: 1, status: 422, body: refusal, delayMs: 30 });
    const config = { page_size: 500, start_date: '2026-11-21' };
    const { complete, messages } = await read({ sandbox, streams: ['users', 'audit_events'], clock, config });
    expect(complete).toBe(true);
    const trail = sandbox.requests.filter(({ path }) => path === '/audit-events').map(({ query }) => query);
    const sizes = trail.map((query) => [query['pagination.cursor'] !== undefined, query['pagination.count']]);
    expect(sizes).toContainEqual([true, '500']);
    expect(story(messages, 'audit_events').records).toHaveLength(3000);
  });

  test.each(['DAY', 'HOUR', 'MINUTE'] as const)(
    'delivery metrics by %s say their range',
    async (granularity) => {
      const { complete, told } = await readOne('destination_delivery_metrics_summary', {
        delivery_metrics_granularity: granularity,
      });
      expect(complete).toBe(true);
      for (const row of told.records) {
        expect(row).toMatchObject({
          granularity,
          endTime: '2026-11-22T10:30:15.000Z', // as Segment's own clock tells it
          startTime: expect.stringMatching(/^2026-11/),
        });
      }
    },
  );

  test('fields that nobody declared pass through', async () => {
    sandbox = createSandbox({ now: NOW, undeclared: true });
    network.answerBy(sandbox);
    const { told } = await readOne('users');
    const declared = Object.keys(user.properties);
    for (const row of told.records)
      expect(Object.keys(row).filter((field) => !declared.includes(field))).toHaveLength(1);
  });
});

describe('the audit trail', () => {
  test('says that it cannot reach further back than 90 days', async () => {
    const { messages } = await readOne('audit_events', { start_date: '2026-01-01' });
    expect(logs(messages).join('\n')).toMatch(
      /audit_events: the API keeps 90 days.*2026-08-24.*instead of 2026-01-01/,
    );
  });

  test('warns of the gap where the last sync is longer ago than that', async () => {
    const first = await readOne('audit_events');
    sandbox.advance(120 * 24 * 3600 * 1000);
    clock = new TestClock(sandbox.workspace.now());
    const { messages, complete } = await readOne('audit_events', {}, lastStates(first.messages));
    expect(complete).toBe(true);
    expect(logs(messages).join('\n')).toMatch(/last sync ended at 2026-11-22.*no longer to be had/);
  });
});
