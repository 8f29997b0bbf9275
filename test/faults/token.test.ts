/** The token: told to nobody, whatever the API says of it, and missed at once when it is revoked. */
import { describe, expect, test } from '@jest/globals';
import { story } from '../support/messages.ts';
import { tells } from '../support/secrets.ts';
import { soak } from './soak.ts';
import { SUBJECTS } from './subjects/index.ts';
import { parentsOf } from './tables.ts';
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

describe.each(SUBJECTS)('$vendor.name', (subject) => {
  const { tables, place } = subject.vendor;

  /** `readUnder` looks for the secrets in each line, those of the debug log too. */
  const groups = [
    ['tables of their own', tables.filter((table) => parentsOf(table).length === 0)],
    ['tables below a parent', tables.filter((table) => parentsOf(table).length > 0)],
  ] as const;
  describe.each(groups.filter(([, some]) => some.length > 0))(
    'an error that echoes the token, of %s',
    (_, some) => {
      test.each(subject.echoes)('%i: no message holds it', async (status, failure) => {
        const run = await readUnder(
          subject,
          some.map((table) => ({ ...place(table), kind: 'echo' as const, status, on: [1, 99_999] })),
        );
        expect(verdicts(run, some)).toEqual(all(some, 'INCOMPLETE', () => failure));
        if (status !== 429) expect(run.text).toContain(`HTTP ${status}: ${subject.echoed}`);
      });
    },
  );

  describe('a token that is revoked half-way', () => {
    const config = subject.inSteps;
    const revokedAt = (request: number) => [
      { path: '*', kind: 'unauthorized' as const, on: [request, 99_999] as [number, number] },
    ];

    /** Whatever is not complete says what is to be done, and goes on with a token that is accepted. */
    async function expectRevoked(run: Run, names: readonly string[]): Promise<void> {
      expect(run.complete).toBe(false);
      for (const name of names)
        expect(story(run.messages, name).errors).toMatchObject([
          { failure_type: 'config_error', message: expect.stringContaining(subject.revoked) },
        ]);
      await expectResumable(run);
    }

    // Of each kind, and in a soak each; what one request brings has no half.
    const some = tables.filter(
      (table, index) => soak.minutes > 0 || table.windows || index % 3 === 0 || tables.length < 10,
    );
    test.each(some)('of $name', async ({ name, windows }) => {
      const usual = await readUnder(subject, [], { streams: [name], config });
      // The first request of a read along time can be for the time itself.
      const asked = usual.sandbox.requests.length;
      const half = Math.min(asked, Math.floor(asked / 2) + (windows ? 2 : 1));
      const run = await readUnder(subject, revokedAt(half), { streams: [name], config });
      expect(run.sandbox.requests.filter(({ fault }) => !fault)).toHaveLength(half - 1);
      await expectRevoked(run, [name]);
      // What was finished by then is not read again.
      if (windows && story(usual.messages, name).states.length > 1)
        expect(story(run.messages, name).states.length).toBeGreaterThan(0);
    });

    test('of all tables', async () => {
      const usual = await readUnder(subject, []);
      const run = await readUnder(subject, revokedAt(Math.floor(usual.sandbox.requests.length / 2)));
      const ended = (status: string) =>
        run.names.filter((name) => story(run.messages, name).statuses.at(-1) === status);
      expect(ended('COMPLETE').length).toBeGreaterThan(0);
      expect(ended('INCOMPLETE').length).toBeGreaterThan(0);
      await expectRevoked(run, ended('INCOMPLETE'));
    });
  });
});
