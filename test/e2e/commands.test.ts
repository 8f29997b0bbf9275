/** The four commands through the built process, over real HTTP. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSandbox, listen } from '../../sandbox/segment/index.ts';
import { segment } from '../../src/sources/segment/source.ts';
import { lastStates } from '../support/in-process.ts';
import { logs, story, type CatalogStream, type Message } from '../support/messages.ts';
import { BIN, configured, Files, run } from '../support/process.ts';

const sandbox = createSandbox({ endpointLimits: false, auditEvents: 200 });
const files = new Files();
let server: Awaited<ReturnType<typeof listen>>;
let config: string;
let streams: CatalogStream[];

beforeAll(async () => {
  server = await listen(sandbox);
  config = files.json('config.json', { ...sandbox.config(server.url), _internal: 'ignored' });
  streams = catalogOf((await run(['discover', '--config', config])).messages);
});
afterAll(async () => {
  await server.close();
  files.remove();
});

const catalogOf = (messages: readonly Message[]) => messages.flatMap(({ catalog }) => catalog?.streams ?? []);
const statusOf = (messages: readonly Message[]) =>
  messages.flatMap(({ connectionStatus }) => connectionStatus ?? []);
const errorsOf = (messages: readonly Message[]) => messages.flatMap(({ trace }) => trace?.error ?? []);

describe('spec', () => {
  test('prints the spec and nothing else, also with --debug and through the executable', async () => {
    const plain = await run(['spec']);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.messages.map(({ type }) => type)).toEqual(['SPEC']);
    expect((await run(['spec', '--debug'])).messages).toEqual(plain.messages);
    expect((await promisify(execFile)(BIN, ['spec'])).stdout).toBe(plain.stdout);
  });
});

describe('check', () => {
  test('succeeds with a token that reaches its workspace', async () => {
    const { code, stderr, messages } = await run(['check', `--config=${config}`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(statusOf(messages)).toEqual([{ status: 'SUCCEEDED' }]);
  });

  test('names each field of a config that is not usable, and exits 0', async () => {
    const broken = files.json('broken.json', {
      region: 'mars',
      page_size: 0,
      lookback_window_days: 'x',
      start_date: '2026-02-30',
    });
    const { code, messages } = await run(['check', '--config', broken]);
    expect(code).toBe(0);
    const [status] = statusOf(messages);
    expect(status?.status).toBe('FAILED');
    for (const field of ['api_token', 'region', 'page_size', 'lookback_window_days', 'start_date']) {
      expect(status?.message).toContain(field);
    }
  });

  test.each([
    ['http://example.com', 'api_url'],
    ['ftp://127.0.0.1', 'api_url'],
    ['http://127.0.0.1.example.com', 'api_url'],
    ['https://user:secret@example.com', 'api_url'],
  ])('refuses %s as an address', async (api_url, field) => {
    const { messages } = await run([
      'check',
      '--config',
      files.json('url.json', { api_token: 'sgp_abcdefgh', api_url }),
    ]);
    expect(statusOf(messages)[0]).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining(field),
    });
  });

  test('says what to do about a token that is refused, without showing it', async () => {
    const wrong = files.json('wrong.json', { api_token: 'sgp_thisIsNotTheTokenAtAll', api_url: server.url });
    const { code, stdout, messages } = await run(['check', '--config', wrong, '--debug']);
    expect(code).toBe(0);
    expect(statusOf(messages)).toEqual([
      { status: 'FAILED', message: expect.stringContaining('does not accept this API token') },
    ]);
    expect(stdout).not.toContain('thisIsNotTheTokenAtAll');
  });

  test('logs the tables that this token cannot read, and why', async () => {
    sandbox.fault({ path: '/audit-events', kind: 'plan' });
    sandbox.fault({ path: '/destinations/{id}/subscriptions', kind: 'forbidden' });
    const { code, messages } = await run(['check', '--config', config]);
    sandbox.clearFaults();
    expect(code).toBe(0);
    expect(statusOf(messages)).toEqual([{ status: 'SUCCEEDED' }]);
    const told = logs(messages).join('\n');
    expect(told).toMatch(/audit_events: the workspace's plan does not have .*Your plan does not include/);
    expect(told).toMatch(/destination_subscriptions: .*Destination Subscriptions/);
    expect(told).toMatch(/3 of the \d+ tables that were tried/);
  });

  test('is an error, not a verdict, when the API is down', async () => {
    sandbox.fault({ path: '/', status: 503 });
    const { code, messages } = await run(['check', '--config', config]);
    sandbox.clearFaults();
    expect(code).toBe(1);
    expect(statusOf(messages)).toEqual([]);
    expect(errorsOf(messages)).toMatchObject([{ failure_type: 'transient_error' }]);
  });
});

describe('discover', () => {
  test('is the same each time, with the API out of reach and without a config', async () => {
    const nowhere = files.json('nowhere.json', { api_token: 'sgp_abcdefgh', api_url: 'http://127.0.0.1:9' });
    const [first, second] = [await run(['discover', '--config', nowhere]), await run(['discover'])];
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
  });

  test('holds only schemas that destinations can take', () => {
    const visit = (schema: Record<string, unknown>, path: string): void => {
      for (const word of ['$ref', 'allOf', 'oneOf', 'anyOf', 'not'])
        expect({ path, schema }).not.toHaveProperty(['schema', word]);
      if ('additionalProperties' in schema)
        expect({ path, open: schema['additionalProperties'] }).toEqual({ path, open: true });
      if (schema['format'] === 'date-time') expect(schema['airbyte_type']).toBe('timestamp_with_timezone');
      for (const [name, field] of Object.entries(
        (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>,
      )) {
        expect({ path: `${path}.${name}`, text: field['description'] }).toEqual({
          path: `${path}.${name}`,
          text: expect.any(String),
        });
        visit(field, `${path}.${name}`);
      }
      if (schema['items']) visit(schema['items'] as Record<string, unknown>, `${path}[]`);
    };
    expect(streams.map(({ name }) => name)).toEqual(segment.streams.map(({ name }) => name));
    for (const stream of streams) {
      visit(stream.json_schema, stream.name);
      for (const [field = ''] of stream.source_defined_primary_key)
        expect(stream.json_schema.properties).toHaveProperty(field);
      expect(stream.is_resumable ?? false).toBe(stream.supported_sync_modes.includes('incremental'));
      expect(stream.source_defined_cursor ?? false).toBe(stream.default_cursor_field !== undefined);
    }
  });
});

describe('read', () => {
  const catalog = (mode?: 'full_refresh') => files.json('catalog.json', configured(streams, mode));

  test('reads every table over HTTP, and goes on from its own state', async () => {
    const first = await run(['read', '--catalog', catalog(), `--config=${config}`]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    for (const { name } of streams) {
      expect([name, story(first.messages, name).statuses]).toEqual([
        name,
        ['STARTED', 'RUNNING', 'COMPLETE'],
      ]);
    }
    const state = files.json('state.json', lastStates(first.messages));
    const second = await run(['read', '--state', state, '--config', config, '--catalog', catalog()]);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(story(first.messages, 'audit_events').records).toHaveLength(200);
    expect(story(second.messages, 'audit_events').records.length).toBeLessThan(20);
  });

  test('asks for each parent list once, and for each child once', async () => {
    const before = sandbox.requests.length;
    await run(['read', '--config', config, '--catalog', catalog('full_refresh')]);
    const asked = sandbox.requests.slice(before);
    for (const list of ['/sources', '/destinations', '/warehouses', '/functions', '/spaces']) {
      const first = asked.filter(({ path, query }) => path === list && !('pagination.cursor' in query));
      expect(first.map(({ query }) => query)).toEqual([
        ...new Map(first.map((one) => [JSON.stringify(one.query), one.query])).values(),
      ]);
    }
    const children = asked.flatMap(({ path }) =>
      /^\/(sources|destinations)\/[^/]+\/[^/]+$/.test(path) ? [path] : [],
    );
    expect(new Set(children).size).toBe(children.length);
  });

  test('reads a child without its parent being chosen', async () => {
    const only = streams.filter(({ name }) => name === 'source_connected_warehouses');
    const { code, messages } = await run([
      'read',
      '--config',
      config,
      '--catalog',
      files.json('one.json', configured(only)),
    ]);
    expect(code).toBe(0);
    expect(story(messages, 'sources').messages).toEqual([]);
    expect(story(messages, 'source_connected_warehouses').records).toHaveLength(
      [...(sandbox.workspace.tables['source_connected_warehouses']?.() ?? [])].length,
    );
  });

  test.each([
    ['no state at all', undefined, 0],
    ['[]', '[]', 0],
    ['{}', '{}', 0],
    ['an empty file, with a word about it,', '\n', 1],
  ])('takes %s as no state', async (_, content, warnings) => {
    const one = files.json(
      'one.json',
      configured(streams.filter(({ name }) => name === 'usage_mtu_workspace_daily')),
    );
    const state = content === undefined ? [] : ['--state', files.text('none.json', content)];
    const { code, messages } = await run(['read', '--config', config, '--catalog', one, ...state]);
    expect(code).toBe(0);
    expect(story(messages, 'usage_mtu_workspace_daily').records.length).toBeGreaterThan(300);
    const told = messages.filter(({ log }) => log?.level === 'WARN' && log.message.includes('--state'));
    expect(told).toHaveLength(warnings);
  });

  test('fails one forbidden table alone, and says which plan it needs', async () => {
    sandbox.fault({ path: '/audit-events', kind: 'forbidden' });
    const { code, messages, stderr } = await run(['read', '--config', config, '--catalog', catalog()]);
    sandbox.clearFaults();
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const trail = story(messages, 'audit_events');
    expect(trail.statuses).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE']);
    expect(trail.records).toEqual([]);
    expect(trail.states).toEqual([]);
    expect(trail.errors).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining('Business plan') },
    ]);
    for (const { name } of streams.filter((stream) => stream.name !== 'audit_events')) {
      expect([name, story(messages, name).statuses.at(-1)]).toEqual([name, 'COMPLETE']);
    }
  });
});

describe('input that is no good', () => {
  const good = () => configured(streams.filter(({ name }) => name === 'audit_events'));
  const cases: [string, () => string[], RegExp][] = [
    ['an unknown command', () => ['reed'], /reed/],
    ['no command', () => [], /Name a command/],
    ['an unknown flag', () => ['spec', '--colour'], /colour/],
    ['a missing flag', () => ['read', '--config', config], /catalog/],
    [
      'a file that is not there',
      () => ['read', '--config', '/nowhere.json', '--catalog', 'x'],
      /--config.*ENOENT/,
    ],
    [
      'a config that is no JSON',
      () => ['read', '--config', files.text('x.json', '{"api_token": "sgp_visible'), '--catalog', 'x'],
      /--config is not valid JSON/,
    ],
    [
      'a catalog without streams',
      () => ['read', '--config', config, '--catalog', files.json('c.json', { schema: 1 })],
      /streams/,
    ],
    [
      'a discovered catalog',
      () => ['read', '--config', config, '--catalog', files.json('c.json', { streams })],
      /not what discover prints/,
    ],
    [
      'a sync mode that does not exist',
      () => [
        'read',
        '--config',
        config,
        '--catalog',
        files.json('c.json', { streams: [{ stream: { name: 'users' }, sync_mode: 'INVALID' }] }),
      ],
      /INVALID.*|users.*INVALID/,
    ],
    [
      'an unknown stream',
      () => [
        'read',
        '--config',
        config,
        '--catalog',
        files.json('c.json', {
          streams: [{ stream: { name: '__AIRBYTE__stream_that_does_not_exist' }, sync_mode: 'full_refresh' }],
        }),
      ],
      /__AIRBYTE__stream_that_does_not_exist/,
    ],
    [
      'a state that is a text',
      () => [
        'read',
        '--config',
        config,
        '--catalog',
        files.json('c.json', good()),
        '--state',
        files.json('s.json', 'x'),
      ],
      /state/,
    ],
    [
      'a legacy state',
      () => [
        'read',
        '--config',
        config,
        '--catalog',
        files.json('c.json', good()),
        '--state',
        files.json('s.json', { audit_events: { timestamp: 'x' } }),
      ],
      /state/,
    ],
    [
      "another source's state",
      () => [
        'read',
        '--config',
        config,
        '--catalog',
        files.json('c.json', good()),
        '--state',
        files.json('s.json', [
          { type: 'STREAM', stream: { stream_descriptor: { name: 'contacts' }, stream_state: { a: 1 } } },
        ]),
      ],
      /contacts/,
    ],
    [
      "another version's state of a table",
      () => [
        'read',
        '--config',
        config,
        '--catalog',
        files.json('c.json', good()),
        '--state',
        files.json('s.json', [
          {
            type: 'STREAM',
            stream: { stream_descriptor: { name: 'audit_events' }, stream_state: { page: 3 } },
          },
        ]),
      ],
      /audit_events/,
    ],
  ];

  test.each(cases)('%s: one sentence that names it, exit 1, no stack trace', async (_, arguments_, words) => {
    const { code, stderr, stdout, messages } = await run(arguments_());
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const errors = errorsOf(messages);
    expect(errors).toMatchObject([{ failure_type: 'config_error' }]);
    expect(errors[0]?.message).toMatch(words);
    expect(stdout).not.toMatch(/\n\s+at |sgp_visible/);
    expect(stdout).not.toContain(sandbox.token);
  });

  test('an unknown source', async () => {
    const { code, messages } = await run(['discover'], { SOURCE: 'nothing' });
    expect(code).toBe(1);
    expect(errorsOf(messages)[0]?.message).toContain('nothing');
  });
});
