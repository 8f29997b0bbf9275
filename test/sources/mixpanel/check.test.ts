/** A check asks as little as it can, ends soon, and says in one sentence what a person has to do. */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/kit/faults.ts';
import { TestClock } from '../../support/clock.ts';
import { askedFor, checkOf, NOW, project } from './lab.ts';

const PATH = '/api/query/cohorts/list';
const EXPORT = '/api/2.0/export';

test('takes one request of the quota', async () => {
  const sandbox = project();
  const { failure, logged } = await checkOf(sandbox);
  expect({ failure, logged }).toEqual({ failure: undefined, logged: [] });
  expect(sandbox.requests.map(({ path }) => path)).toEqual([PATH]);
});

describe('credentials that are not accepted', () => {
  test.each([
    ['a 401', { kind: 'unauthorized' }],
    ['a 400 that says so', { status: 400, body: 'Unable to authenticate request' }],
  ] as const)('by %s', async (_, fault) => {
    const sandbox = project();
    sandbox.fault({ path: PATH, ...fault });
    const { failure } = await checkOf(sandbox);
    expect(failure).toMatchObject({
      failureType: 'config_error',
      message: expect.stringMatching(/^Mixpanel does not accept these credentials; check the username/),
      internal: expect.stringMatching(`^POST ${PATH}: HTTP 4`),
    });
  });

  test('but another 400 is none of them', async () => {
    const sandbox = project();
    sandbox.fault({ path: PATH, status: 400, body: { error: 'project_id is a required parameter' } });
    const { failure } = await checkOf(sandbox);
    expect(failure).toMatchObject({
      failureType: 'config_error',
      message:
        'Mixpanel refused the request (HTTP 400, "project_id is a required parameter"); check "credentials".',
      internal: `POST ${PATH}: HTTP 400: project_id is a required parameter`,
    });
  });

  test('a project of others is refused', async () => {
    const sandbox = project();
    const { credentials } = sandbox.config('') as { credentials: object };
    const { failure } = await checkOf(sandbox, { credentials: { ...credentials, project_id: '1' } as never });
    expect(failure).toMatchObject({
      failureType: 'config_error',
      message:
        'Mixpanel refused the list of cohorts (HTTP 403) and the events of export (HTTP 403); check that "project_id" is that ' +
        'of the project (it is 1), that the service account has a role in it, and its plan.',
      internal: expect.stringMatching(`^POST ${PATH}: HTTP 403: .*; GET ${EXPORT}: HTTP 403: `),
    });
  });
});

describe('an account that may not use the Query API', () => {
  test.each(['forbidden', 'plan'] as const)('%s: succeeds where it has events', async (kind) => {
    const sandbox = project();
    sandbox.fault({ path: PATH, kind });
    const { failure, logged } = await checkOf(sandbox);
    expect(failure).toBeUndefined();
    const status = kind === 'plan' ? 402 : 403;
    expect(logged).toEqual([
      `WARN Mixpanel refused the list of cohorts (HTTP ${status}), but not the events of export; other tables were not tried.`,
    ]);
    expect(askedFor(sandbox, EXPORT)[0]?.query).toMatchObject({
      from_date: '2026-11-25',
      to_date: '2026-11-25',
      limit: '1',
    });
  });

  test.each<[string, Omit<Fault, 'path'>, string]>([
    ['an error', { body: '{"error":"Something"}\n' }, 'system_error'],
    ['HTML', { body: '<html>Sorry</html>' }, 'transient_error'],
    ['an early end', { kind: 'terminated-early', afterLines: 0 }, 'transient_error'],
  ])('%s in a 200 is no event', async (_, fault, failureType) => {
    const sandbox = project();
    sandbox.fault({ path: PATH, kind: 'plan' });
    sandbox.fault({ path: EXPORT, ...fault });
    expect((await checkOf(sandbox)).failure).toMatchObject({ failureType });
  });

  test('an early end that passes is asked again', async () => {
    const sandbox = project();
    sandbox.fault({ path: PATH, kind: 'plan' });
    sandbox.fault({ path: EXPORT, kind: 'terminated-early', afterLines: 0, on: 1 });
    expect((await checkOf(sandbox)).failure).toBeUndefined();
    expect(askedFor(sandbox, EXPORT)).toHaveLength(2);
  });

  test('fails where it has none either, and says what it lacks there', async () => {
    const sandbox = project();
    sandbox.fault({ path: PATH, kind: 'forbidden' });
    sandbox.fault({ path: EXPORT, kind: 'forbidden' });
    const { failure } = await checkOf(sandbox);
    expect(failure).toMatchObject({ failureType: 'config_error', message: expect.stringContaining('403') });
  });

  test('names no project id where a secret names the project', async () => {
    const sandbox = project({ auth: 'api-secret' });
    sandbox.fault({ path: '*', kind: 'plan' });
    expect((await checkOf(sandbox)).failure?.message).toBe(
      'Mixpanel refused the list of cohorts (HTTP 402) and the events of export (HTTP 402); check the plan of the project.',
    );
  });
});

test('a quota that is used up has let the account in', async () => {
  for (const retryAfter of ['seconds', 'date', 'none'] as const) {
    const sandbox = project({ quotas: { query: { perHour: 0 } }, retryAfter });
    const clock = new TestClock(NOW);
    const { failure, logged } = await checkOf(sandbox, {}, clock);
    expect(failure).toBeUndefined();
    expect(logged.join()).toContain('WARN The query quota of this hour is used up');
    expect(clock.now() - Date.parse(NOW)).toBeLessThan(10_000);
  }
});

describe('what is on the way', () => {
  test.each<[string, Omit<Fault, 'path'>, string]>([
    ['a server error', { status: 503 }, 'transient_error'],
    ['a gateway that speaks HTML', { kind: 'html' }, 'transient_error'],
    ['a reset', { kind: 'reset' }, 'transient_error'],
    ['a 200 with an error', { kind: 'error-envelope' }, 'system_error'],
    ['a proxy that refuses', { status: 407 }, 'config_error'],
    ['a redirect', { status: 302, headers: { Location: 'https://login.example' } }, 'config_error'],
    ['an address of something else', { status: 404, body: '<html>' }, 'config_error'],
  ])('%s', async (_, fault, failureType) => {
    const sandbox = project();
    sandbox.fault({ path: PATH, ...fault });
    const { failure } = await checkOf(sandbox);
    expect(failure).toMatchObject({ failureType });
    expect(failure?.message).not.toMatch(/\n|\s{4}at /);
    expect(askedFor(sandbox, PATH).length).toBeLessThanOrEqual(2);
  });

  test('an address is doubted only where one is given', async () => {
    const sandbox = project();
    sandbox.fault({ path: PATH, status: 404, body: '<html>' });
    const [given, none] = [await checkOf(sandbox), await checkOf(sandbox, { api_url: undefined })];
    expect(given.failure?.message).toMatch(/^api_url did not answer .*; check "api_url" and "region"\.$/);
    expect(none.failure?.message).toMatch(/^Mixpanel did not answer .*; check "region"\.$/);
    expect(none.failure).toMatchObject({ internal: expect.stringMatching(`^POST ${PATH}: HTTP 404`) });
  });

  test('a fault that passes is passed over', async () => {
    const sandbox = project();
    sandbox.fault({ path: PATH, status: 500, on: 1 });
    expect((await checkOf(sandbox)).failure).toBeUndefined();
  });
});
