/** The token: told to nobody, whatever the API says of it, and missed at once when it is revoked. */
import { describe, expect, test } from '@jest/globals';
import { story } from '../support/messages.ts';
import { tells } from '../support/secrets.ts';
import { NAMES, parentsOf, pathOf, TABLES } from './tables.ts';
import { soak } from './soak.ts';
import { all, expectResumable, readUnder, verdicts, type Run } from './trouble.ts';

const TOKEN = 'sgp_7Kq/2+Zt=v9RmW4~xYb&hU';
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['as it is', TOKEN],
  ['in part', TOKEN.slice(9, 18)],
  ['URL-encoded', encodeURIComponent(TOKEN)],
  ['URL-encoded in small letters', encodeURIComponent(TOKEN).replace(/%../g, (hex) => hex.toLowerCase())],
  ['in base64', base64(TOKEN)],
  ['in base64 for URLs', base64(TOKEN).replaceAll('+', '-').replaceAll('/', '_')],
  ['in base64 that is URL-encoded', encodeURIComponent(base64(TOKEN))],
  ['in base64 as a bearer', base64(`Bearer ${TOKEN}`)],
  ['in base64 behind words', `id${base64(TOKEN)}`],
])('a token that stands in a text %s is found', (_, form) => {
  expect(tells(`{"message":"You sent ${form}."}`, TOKEN)).toBe(true);
  expect(tells('{"message":"You sent **********."}', TOKEN)).toBe(false);
});

/** `readUnder` looks for the token in each line, that of the debug log too. */
describe.each([
  ['tables of their own', TABLES.filter((table) => parentsOf(table).length === 0)],
  ['tables below a parent', TABLES.filter((table) => parentsOf(table).length > 0)],
])('an error that echoes the token, of %s', (_, tables) => {
  test.each([
    [400, 'system_error'],
    [401, 'config_error'],
    [403, 'config_error'],
    [404, 'config_error'],
    [422, 'system_error'],
    [429, 'transient_error'],
    [500, 'transient_error'],
    [503, 'transient_error'],
  ])('%i: no message holds it', async (status, failure) => {
    const run = await readUnder(
      tables.map((table) => ({ path: pathOf(table), kind: 'echo' as const, status, on: [1, 99_999] })),
    );
    expect(verdicts(run, tables)).toEqual(all(tables, 'INCOMPLETE', failure));
    if (status !== 429) expect(run.text).toContain(`HTTP ${status}: echo You sent Bearer **********`);
  });
});

describe('a token that is revoked half-way', () => {
  const config = { max_concurrent_requests: 1 };
  const revokedAt = (request: number) => [
    { path: '*', kind: 'unauthorized' as const, on: [request, 99_999] as [number, number] },
  ];

  /** Whatever is not complete says what is to be done, and goes on with a token that is accepted. */
  async function expectRevoked(run: Run, names: readonly string[]): Promise<void> {
    expect(run.complete).toBe(false);
    for (const name of names)
      expect(story(run.messages, name).errors).toMatchObject([
        { failure_type: 'config_error', message: expect.stringContaining('no longer accepts the API token') },
      ]);
    await expectResumable(run);
  }

  // Of each kind, and in a soak of each table.
  const some = TABLES.filter(({ windows }, index) => soak.minutes > 0 || windows || index % 3 === 0);
  test.each(some)('of $name', async ({ name, windows }) => {
    const usual = await readUnder([], { streams: [name], config });
    // The first request of a read along time is for the time itself.
    const half = Math.floor(usual.sandbox.requests.length / 2) + (windows ? 2 : 1);
    const run = await readUnder(revokedAt(half), { streams: [name], config });
    expect(run.sandbox.requests.filter(({ status }) => status === 200)).toHaveLength(half - 1);
    await expectRevoked(run, [name]);
    // What was finished by then is not read again.
    if (windows && story(usual.messages, name).states.length > 1)
      expect(story(run.messages, name).states.length).toBeGreaterThan(0);
  });

  test('of all tables', async () => {
    const usual = await readUnder([]);
    const run = await readUnder(revokedAt(Math.floor(usual.sandbox.requests.length / 2)));
    const ended = (status: string) =>
      NAMES.filter((name) => story(run.messages, name).statuses.at(-1) === status);
    expect(ended('COMPLETE').length).toBeGreaterThan(0);
    expect(ended('INCOMPLETE').length).toBeGreaterThan(0);
    await expectRevoked(run, ended('INCOMPLETE'));
  });
});
