/** `check` at Segment's own addresses: which region a token lives in, and what it may read there. */
import { describe, expect, test } from '@jest/globals';
import { createSandbox, type SandboxOptions } from '../../../sandbox/segment/index.ts';
import { ConnectorError } from '../../../src/engine/errors.ts';
import { problems, startDate } from '../../../src/sources/segment/config.ts';
import { segment } from '../../../src/sources/segment/source.ts';
import { TestClock } from '../../support/clock.ts';
import { network } from '../../support/network.ts';

async function check(options: SandboxOptions, config: object = {}) {
  const sandbox = createSandbox({ now: '2026-11-22T10:30:15.250Z', ...options });
  network.answerBy(sandbox);
  const told: string[] = [];
  const runtime = {
    clock: new TestClock(sandbox.workspace.now()),
    log: (_: string, message: string) => void told.push(message),
    signal: new AbortController().signal,
  };
  const verdict = await segment.check({ api_token: sandbox.token, ...config }, runtime).then(
    () => 'fine',
    (error: unknown) => error as ConnectorError,
  );
  return { verdict, told, requests: sandbox.requests };
}

describe('the region', () => {
  test.each(['us', 'eu'] as const)('%s works at its own address', async (region) => {
    expect((await check({ region }, { region })).verdict).toBe('fine');
  });

  test.each([
    ['us', 'eu'],
    ['eu', 'us'],
  ] as const)('a token of %s in a config that says %s is told where it lives', async (region, said) => {
    const { verdict } = await check({ region }, { region: said });
    expect(verdict).toMatchObject({ failureType: 'config_error' });
    expect((verdict as ConnectorError).message).toContain(`set "region" to "${region}"`);
  });

  test('a token of neither is refused', async () => {
    const { verdict } = await check({}, { api_token: 'sgp_nobodysToken' });
    expect((verdict as ConnectorError).message).toContain('does not accept this API token');
  });
});

describe('the tables', () => {
  test('are asked for one row each and once, as a role can close any of them', async () => {
    const { verdict, requests } = await check({});
    expect(verdict).toBe('fine');
    const probed = segment.streams.filter(({ leavesTrace, joins }) => !leavesTrace && !joins);
    // The workspace is asked for first, and is a table too; permissions are asked for only where their list lacks them.
    const isOfOne = ({ path }: { path: string }) => /^\/(users|groups)\/[^/]+$/.test(path);
    const permissions = probed.filter(({ name }) => name.endsWith('_permissions'));
    expect(requests.filter((request) => !isOfOne(request))).toHaveLength(
      1 + probed.length - permissions.length,
    );
    // Where a full page and a whole list of one row would look alike, a few are asked for.
    for (const { query } of requests)
      expect(['1', '10', '20']).toContain(query['pagination.count'] ?? query['count'] ?? '1');
  });

  test('below a table that is below another are asked for by its first row', async () => {
    const { requests, told } = await check({
      faults: [{ path: '/warehouses/{id}/connected-sources/{id}/selective-syncs', kind: 'forbidden' }],
    });
    expect(requests.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('undefined'));
    expect(told.join('\n')).toMatch(
      /warehouse_selective_syncs: this token cannot read.*\n1 of the \d+ tables/,
    );
  });

  test('that leave a trace are left alone', async () => {
    const { requests } = await check({});
    expect(requests.filter(({ path }) => path.endsWith('/profiles-warehouses'))).toEqual([]);
  });

  test('below a closed one are closed with it, and each says so', async () => {
    const { verdict, told, requests } = await check({ faults: [{ path: '/spaces', kind: 'not-found' }] });
    expect(verdict).toBe('fine');
    expect(told).toContainEqual(expect.stringMatching(/^spaces: .*Spaces feature/));
    const below = 'audience_schedules needs the list of spaces, which could not be read. spaces: ';
    expect(told).toContainEqual(expect.stringContaining(below));
    expect(requests.filter(({ path }) => path.startsWith('/spaces'))).toHaveLength(1);
  });

  test.each([
    ['nothing passes', { event_types: { include: ['Never Heard Of'] } }, {}, []],
    [
      'the trail is closed',
      { actors: { include: ['nobody'] } },
      { kind: 'forbidden' as const },
      [/Business plan/],
    ],
    [
      'Segment refuses the filter',
      { resource_types: ['x'] },
      { status: 422 },
      [/check "audit.resource_types"/],
    ],
  ])('a filter of the audit trail hides nothing: %s', async (_, audit, fault, expected) => {
    const faults = Object.keys(fault).length > 0 ? [{ path: '/audit-events', ...fault }] : [];
    const { verdict, told } = await check({ faults }, { audit });
    expect(verdict).toBe('fine');
    expect(told.filter((line) => line.startsWith('audit_events'))).toEqual(
      expected.map((words) => expect.stringMatching(words)),
    );
  });

  test('a workspace without sources and destinations is no reason to fail', async () => {
    expect((await check({ sources: 0 })).verdict).toBe('fine');
  });
});

describe('trouble', () => {
  test('a 403 at the workspace is about the plan', async () => {
    const { verdict } = await check({ faults: [{ path: '/', kind: 'forbidden' }] });
    expect(verdict).toMatchObject({ failureType: 'config_error', message: expect.stringContaining('plan') });
  });

  test('a rate limit of minutes is not sat out', async () => {
    const fault = { path: '/', status: 429, headers: { 'Retry-After': '120' } };
    const { verdict } = await check({ faults: [fault] });
    expect(verdict).toMatchObject({ failureType: 'transient_error' });
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%i) is of the way, not of the API', async (status) => {
    const { verdict } = await check({ faults: [{ path: '/', status }] });
    expect(verdict).toMatchObject({
      failureType: 'config_error',
      message: expect.stringMatching(/^check: something on the way .* check "api_url", HTTPS_PROXY/),
    });
  });

  test('an answer of another API is named', async () => {
    const { verdict } = await check(
      { faults: [{ path: '/', kind: 'not-found' }] },
      { api_url: 'https://api.segmentapis.com' },
    );
    expect(verdict).toMatchObject({
      failureType: 'config_error',
      message: expect.stringContaining('api_url'),
    });
  });
});

describe('the config', () => {
  const now = Date.parse('2028-02-29T12:00:00Z');

  test('starts twelve months ago where it does not say', () => {
    expect(startDate({ api_token: 'x' }, now)).toBe(Date.parse('2027-03-01'));
    expect(startDate({ api_token: 'x', start_date: '2026-05-06' }, now)).toBe(Date.parse('2026-05-06'));
  });

  test('may not start in the future', () => {
    expect(problems({ api_token: 'x', start_date: '2028-03-05' }, now)).toHaveLength(1);
    expect(problems({ api_token: 'x', start_date: '2028-03-01' }, now)).toEqual([]);
  });

  test.each([
    'https://proxy.example.com/segment',
    'http://localhost:8080',
    'http://127.0.0.53/x/',
    'http://[::1]:1',
  ])('takes %s as an address', (api_url) => expect(problems({ api_token: 'x', api_url }, now)).toEqual([]));
});

describe('access_records, which is made of other lists', () => {
  const closed = [
    { path: '/groups', kind: 'plan' },
    { path: '/spaces', kind: 'forbidden' },
  ] as const;

  test('is named where one of them cannot be read', async () => {
    const { told } = await check({ faults: [...closed] });
    expect(told).toContain(
      'access_records is made of lists that this token cannot read, and incomplete where it needs them: ' +
        'groups, group_members, group_permissions, spaces.',
    );
  });

  test('needs no groups where the config leaves them out', async () => {
    const { told } = await check({ faults: [...closed] }, { access_review: { groups: false } });
    expect(told.find((line) => line.startsWith('access_records'))).toMatch(/needs them: spaces\.$/);
  });

  test('is not named where all can be read', async () => {
    const { told } = await check({});
    expect(told.find((line) => line.startsWith('access_records'))).toBeUndefined();
  });
});
