/** Killed at any moment, again and again, and resumed from any state: in the end everything is there. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dishonestyOfKilled } from './honesty.ts';
import { messagesOf, Platform, SHARES } from './platform.ts';
import { holds, parameters, timeout } from './soak.ts';

const settings = (largestPage: number, smallestPage = 1) =>
  fc.record({
    page_size: fc.integer({ min: smallestPage, max: largestPage }),
    max_concurrent_requests: fc.integer({ min: 1, max: 10 }),
    include_secrets: fc.boolean(),
  });
const small = fc.record({
  workspace: fc.record({
    seed: fc.nat(),
    sources: fc.nat(5),
    destinationsPerSource: fc.nat(3),
    warehouses: fc.nat(3),
    users: fc.nat(30),
    groups: fc.nat(5),
    usageMonths: fc.integer({ min: 1, max: 11 }),
    catalogDestinations: fc.nat(20),
    auditEvents: fc.nat(600),
  }),
  config: settings(60, 10),
});
const large = fc.record({
  workspace: fc.record({ seed: fc.nat(), auditEvents: fc.constant(20_000) }),
  config: settings(1000, 200),
});

/** When a run is killed: by what happened, not by the clock. `keep` chooses a state of each stream. */
const kill = (tables: number) =>
  fc.record({
    after: fc.oneof(
      fc.record({ characters: fc.nat(2_000_000) }),
      fc.record({ characters: fc.nat(60_000) }),
      fc.record({ requests: fc.integer({ min: 1, max: 120 }) }),
    ),
    keep: fc.array(fc.nat(1000), { minLength: tables, maxLength: tables }),
  });

test.each(SHARES.map((names, share) => ({ share, names })))(
  'nothing is lost, nothing is false, no secret is told: share $share of the tables',
  async ({ names, share }) => {
    const world = fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: large });
    const kills = fc.array(kill(names.length), { minLength: 1, maxLength: 3 });
    await holds(
      fc.tuple(world, kills),
      async ([{ workspace, config }, all]) => {
        const platform = await Platform.open(workspace, {}, names);
        try {
          for (const { after, keep } of all) {
            const text = await killed(platform, config, after);
            const messages = messagesOf(text);
            expect(dishonestyOfKilled(messages, names)).toEqual([]);
            expect(text).not.toContain(platform.sandbox.token);
            if (!config.include_secrets) expect(text).not.toContain('s3cr3t');
            const some = (name: string, seen: number) => (keep[names.indexOf(name)] ?? 0) % (seen + 1);
            expect(platform.keep(messages, some)).toEqual([]);
          }
          expect(await platform.finish({ config })).toEqual([]);
        } finally {
          await platform.close();
        }
      },
      parameters(2, 0.7 / SHARES.length, share),
    );
  },
  timeout(180_000, 0.7 / SHARES.length),
);

/** What was to be read of a run that was killed; where it ended before its moment came, of the whole run. */
async function killed(
  platform: Platform,
  config: Readonly<Record<string, unknown>>,
  after: { readonly characters?: number; readonly requests?: number },
): Promise<string> {
  const connector = platform.read({ config });
  let requests = 0;
  platform.onRequest = () => {
    if ((requests += 1) === after.requests) connector.kill('SIGKILL');
  };
  await connector.rest(() => {
    if (connector.text.length >= (after.characters ?? Infinity)) connector.kill('SIGKILL');
  });
  await connector.ended;
  return connector.text;
}
