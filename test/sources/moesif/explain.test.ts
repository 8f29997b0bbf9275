import { describe, expect, test } from '@jest/globals';
import { HttpError } from '../../../src/http/errors.ts';
import { CHECK, failureOf } from '../../../src/sources/moesif/explain.ts';
import { CUT_SHORT } from '../../../src/sources/moesif/hits.ts';

const PATHS = {
  users: '/search/~/search/usermetrics/users',
  olderUsers: '/search/~/search/users',
  companies: '/search/~/search/companymetrics/companies',
  events: '/search/~/search/events',
};
const refused = (status: number, path = PATHS.users, message = 'no explanation') =>
  failureOf(new HttpError('status', path, message, status), 'table');

describe('what a refusal means', () => {
  test.each([
    [401, 'config_error', 'the scope "read:users" (HTTP 401, "no explanation"); make a Management API key'],
    [402, 'config_error', 'the Moesif subscription is not active, or does not have this (HTTP 402'],
    [403, 'config_error', 'make a Management API key with the scope "read:users"'],
    [404, 'config_error', 'check "search_api", "application_id", and the path in "api_url"'],
    [410, 'config_error', 'check "search_api"'],
    [400, 'system_error', 'Moesif refused the request (HTTP 400, "no explanation"); please report it'],
    [405, 'system_error', 'please report it'],
    [407, 'config_error', 'check HTTPS_PROXY'],
    [302, 'config_error', 'check "api_url", HTTPS_PROXY'],
  ])('%i is a %s: %s', (status, type, words) => {
    const { failureType, message, internal } = refused(status);
    expect([failureType, message]).toEqual([type, expect.stringContaining(words)]);
    expect([message, internal]).toEqual([
      expect.stringMatching(/^table: /),
      expect.stringContaining(`POST ${PATHS.users}: HTTP ${status}`),
    ]);
  });

  test.each([
    [PATHS.users, 'read:users'],
    [PATHS.olderUsers, 'read:users'],
    [PATHS.companies, 'read:companies'],
    [PATHS.events, 'read:events'],
  ])('a key without a scope for %s lacks %s', (path, scope) => {
    for (const status of [401, 402, 403])
      expect(refused(status, path).message).toContain(`the scope "${scope}"`);
  });

  test.each([401, 402, 403])('of a table, not of a check, it says to deselect it: %i', (status) => {
    const error = new HttpError('status', PATHS.users, 'no', status);
    const words = ', or deselect the table';
    expect(failureOf(error, 'users').message).toContain(words);
    expect(failureOf(error, CHECK).message).not.toContain(words);
  });

  test('of a key whose scope is named it is not said that it could be wrong', () => {
    const { message } = refused(401, PATHS.companies, 'This API requires read:companies');
    expect(message).toContain('table: the key lacks the scope "read:companies" (HTTP 401');
  });

  test('a page that is too large is asked for smaller', () => {
    const { failureType, message } = refused(
      400,
      PATHS.users,
      'Result window is too large, from + size must be …',
    );
    expect([failureType, message]).toEqual(['config_error', expect.stringContaining('lower "page_size"')]);
  });
});

test.each([
  [
    'unavailable',
    503,
    'transient_error',
    'did not answer usably (HTTP 503), also when asked again; try again later',
  ],
  ['unavailable', undefined, 'transient_error', 'did not answer usably'],
  ['rate-limited', 429, 'transient_error', 'rate limit holds longer than we wait'],
  ['malformed', undefined, 'system_error', 'not of the documented shape'],
  ['too-large', undefined, 'config_error', 'lower "page_size"'],
] as const)('%s (%p) is a %s: %s', (kind, status, type, words) => {
  const { failureType, message } = failureOf(new HttpError(kind, PATHS.events, 'x', status), 'events');
  expect([failureType, message]).toEqual([type, expect.stringContaining(words)]);
});

test('a search that Moesif ends early again and again is for Moesif to mend', () => {
  const error = new HttpError('malformed', PATHS.events, `${CUT_SHORT} (timed_out)`, 200);
  const { failureType, message } = failureOf(error, 'events');
  expect(failureType).toBe('transient_error');
  expect(message).toContain('did not come to an end with a search in its own time');
  expect(message).toContain('run it again later, or lower "page_size"');
});
