import { describe, expect, test } from '@jest/globals';
import { app, checkOf } from './lab.ts';

test('a key that may read everything passes, in three searches', async () => {
  const sandbox = app();
  expect(await checkOf(sandbox)).toEqual({ failure: undefined, logged: [] });
  expect(sandbox.requests).toHaveLength(3);
});

test('a key that may read something passes, and the log names what it lacks', async () => {
  const sandbox = app({ scopes: ['read:users'] });
  const { failure, logged } = await checkOf(sandbox);
  expect(failure).toBeUndefined();
  expect(logged).toEqual([
    expect.stringMatching(/^WARN companies: the key lacks the scope "read:companies"/),
    expect.stringMatching(/^WARN events: the key lacks the scope "read:events"/),
  ]);
});

test.each([
  [{}, { application_id: 'of nobody' }, 1],
  [{ users: 0, companies: 0 }, {}, 1],
  [{ users: 0 }, {}, 0],
  [{ companies: 0 }, {}, 0],
  [{ users: 0, companies: 0 }, { application_id: undefined }, 0],
])('an app without anybody (%j, %j) is told of where the config names it', async (options, config, times) => {
  const { failure, logged } = await checkOf(app(options), config);
  expect([failure, logged]).toEqual([
    undefined,
    Array(times).fill(expect.stringMatching(/^WARN .*no users and no companies.*check "application_id"/)),
  ]);
});

describe('fails', () => {
  test.each([
    [
      'a wrong key',
      {},
      { management_api_key: 'a-key-of-nobody' },
      'Moesif does not accept this key (HTTP 401)',
    ],
    [
      'a key without scopes',
      { scopes: [] },
      {},
      'with the scopes "read:users", "read:companies" and "read:events"',
    ],
    ['a subscription that ended', { subscription: 'ended' }, {}, 'the Moesif subscription is not active'],
    ['the older searches', { generations: ['legacy'] }, {}, 'set "search_api" to "legacy"'],
    [
      'the current searches',
      { generations: ['current'], searchApi: 'legacy' },
      {},
      'set "search_api" to "current"',
    ],
    [
      'an address without its path',
      {},
      { api_url: 'https://127.0.0.1' },
      'check "search_api", "application_id", and the path in "api_url"',
    ],
  ] as const)('where there is %s, and says what to do', async (_, options, config, words) => {
    const { failure } = await checkOf(app(options), config);
    expect(failure).toContain(words);
  });

  test('where nothing answers, and says so', async () => {
    const sandbox = app();
    sandbox.fault({ path: '*', status: 503 });
    expect((await checkOf(sandbox)).failure).toContain('Moesif did not answer usably (HTTP 503)');
  });
});

test('queries that others have used up are no refusal, once the key was let in', async () => {
  const sandbox = app();
  sandbox.fault({ path: '/v1/search/~/search/companymetrics/companies', kind: 'rate-limit' });
  const { failure, logged } = await checkOf(sandbox);
  expect([failure, logged.at(-1)]).toEqual([
    undefined,
    'WARN The queries of this minute are used up, so nothing more was tried.',
  ]);
  sandbox.fault({ path: '*', kind: 'rate-limit' });
  expect((await checkOf(sandbox)).failure).toContain('used up before the key was tried');
});
