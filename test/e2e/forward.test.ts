/** `forward` through the built process, over real HTTP. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSandbox, listen } from '../../sandbox/segment/index.ts';
import { createTracking } from '../../sandbox/tracking/index.ts';
import { endOf, Files, start } from '../support/process.ts';
import { tells } from '../support/secrets.ts';

const sandbox = createSandbox({ auditEvents: 600, auditDays: 8, running: true });
const tracking = createTracking();
const files = new Files();
const truth = () => [...(sandbox.workspace.tables['audit_events']?.() ?? [])];
let server: Awaited<ReturnType<typeof listen>>;
let config: string;
let to: string;
let states = 0;

beforeAll(async () => {
  server = await listen({ serve: (incoming) => tracking.serve(incoming) ?? sandbox.serve(incoming) });
  const since = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
  config = files.json('config.json', { ...sandbox.config(server.url), start_date: since });
  to = files.json('to.json', tracking.target(server.url));
});
afterEach(() => {
  sandbox.clearFaults();
  tracking.clearFaults();
});
afterAll(async () => {
  await server.close();
  files.remove();
});

const newState = () => files.path(`state-${(states += 1)}.json`);
const forward = (state: string, ...flags: string[]) =>
  endOf(start(['forward', '--config', config, '--to', to, '--state', state, ...flags]));

test('a dry run prints each message and neither sends nor saves; the run after it sends just these', async () => {
  const state = newState();
  const dry = await forward(state, '--dry-run', '--event-name', 'type');
  expect([dry.code, dry.stderr, existsSync(state), tracking.requests]).toEqual([0, '', false, []]);
  const printed = dry.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { messageId: string; event: string; properties: { type: string } });
  expect(printed).toHaveLength(truth().length);
  expect(printed.every(({ event, properties }) => event === properties.type)).toBe(true);

  const { code, stdout, stderr } = await forward(state, '--event-name', 'type');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^audit_events: (\d+) rows read, \1 accepted in \d batch(es)?\nThe state is saved in .*\n$/,
  );
  expect(printed.map((message) => tracking.kept.get(message.messageId))).toEqual(printed);
  expect(tracking.kept.size).toBe(truth().length);

  // The look-back, which Segment knows already.
  const again = await forward(state);
  expect([again.code, tracking.kept.size]).toEqual([0, truth().length]);
  expect(tracking.duplicates.length).toBeGreaterThan(0);
});

test('a refusal ends it with one sentence that holds no write key, and no state that claims anything', async () => {
  const state = newState();
  const echo = `You sent ${tracking.writeKey} as ${btoa(`${tracking.writeKey}:`)}`;
  tracking.fault({ path: '/v1/batch', status: 400, body: { errors: [{ message: echo }] } });
  const { code, stdout, stderr } = await forward(state, '--debug');
  expect(code).toBe(1);
  expect(stdout).toMatch(/\n\nNot everything was forwarded; .*:\n {2}.*\(HTTP 400\).*\.\n$/);
  expect(stderr).toContain('POST /v1/batch: HTTP 400');
  expect(tells(stdout + stderr, tracking.writeKey)).toBe(false);
  const reached = /"timestamp": "(.*)"/.exec(readFileSync(state, 'utf8'))?.[1] ?? '';
  const first = Math.min(...truth().map(({ timestamp }) => Date.parse(String(timestamp))));
  expect(Date.parse(reached)).toBeLessThanOrEqual(first);
});

test('a trail that the token may not read is no empty one', async () => {
  sandbox.fault({ path: '/audit-events', kind: 'forbidden' });
  const { code, stdout } = await forward(newState());
  expect(code).toBe(1);
  expect(stdout).toMatch(/\n {2}audit_events: this token cannot read the table/);
});

describe('what cannot be done is said in one sentence', () => {
  const target = (more: object) => ({ write_key: 's3cr3t-write-key', region: 'us', ...more });

  test.each<[string, unknown, RegExp]>([
    ['no write key', { region: 'us' }, /write_key is missing/],
    ['an empty one', target({ write_key: '' }), /write_key is missing/],
    ['one that is no text', target({ write_key: 7 }), /write_key must be string/],
    [
      'one with a colon',
      target({ write_key: 's3cr3t:write-key' }),
      /write_key must have the form: plain characters/,
    ],
    ['no region', { write_key: 's3cr3t-write-key' }, /region is missing/],
    ['another region', target({ region: 'mars' }), /region must be one of us, eu/],
    ['a field that nobody knows', target({ apiUrl: 'https://s3cr3t' }), /apiUrl is not known/],
    [
      'an address that others can listen to',
      target({ api_url: 'http://s3cr3t.example' }),
      /api_url must be an https address/,
    ],
    ['a list', ['s3cr3t'], /it must be object/],
  ])('%s in the file of --to', async (_, content, sentence) => {
    const { code, stdout, stderr } = await forward(newState(), '--to', files.json('bad.json', content));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ERROR: The file of --to is not usable: .*\.\n$/);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('s3cr3t');
  });

  test('a state of another write key, which says nothing of what this one has', async () => {
    const state = newState();
    expect((await forward(state)).code).toBe(0);
    const saved = readFileSync(state, 'utf8');
    const other = files.json('other.json', { ...tracking.target(server.url), write_key: 'another-key' });
    const { code, stdout, stderr } = await forward(state, '--to', other);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ERROR: The state in .* was not saved by a run with this write key, .*\.\n$/);
    expect(readFileSync(state, 'utf8')).toBe(saved);
  });

  test.each<[string, string[], RegExp]>([
    [
      'another table',
      ['--stream', 'users'],
      /^ERROR: --stream "users" cannot be forwarded; .*: audit_events\.\n$/,
    ],
    ['another name', ['--event-name', 'actor'], /^ERROR: Invalid values: .*\n$/],
    ['no such file', ['--to', '/nowhere/to.json'], /^ERROR: The file of --to cannot be read \(ENOENT\).*\n$/],
    [
      'a state that cannot be saved',
      ['--state', '/nowhere/s.json'],
      /^ERROR: \/nowhere\/s\.json cannot be written/,
    ],
  ])('%s', async (_, flags, sentence) => {
    const { code, stdout, stderr } = await forward(newState(), ...flags);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(sentence);
  });
});
