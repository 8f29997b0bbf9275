/** Killed at any moment, again and again, and resumed from any state: in the end everything is there. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dishonestyOfKilled } from './honesty.ts';
import { messagesOf, Platform, SHARES } from './platform.ts';
import { holds, parameters, timeout } from './soak.ts';
import { mixpanel, moesif, segment, type Life } from './lives.ts';

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

const LIVES: Readonly<Record<string, fc.Arbitrary<Life>>> = { segment, mixpanel, moesif };

test.each(SHARES.map((of, share) => ({ ...of, of, share })))(
  '$vendor.name: nothing is lost, nothing is false, no secret is told: share $share of the tables',
  async ({ vendor, names, of, share }) => {
    const world = LIVES[vendor.name] as fc.Arbitrary<Life>;
    const kills = fc.array(kill(names.length), { minLength: 1, maxLength: 3 });
    await holds(
      fc.tuple(world, kills),
      async ([{ workspace, config }, all]) => {
        const platform = await Platform.open(workspace, {}, of);
        try {
          for (const { after, keep } of all) {
            const text = await killed(platform, config, after);
            const messages = messagesOf(text);
            expect(dishonestyOfKilled(messages, names)).toEqual([]);
            for (const secret of platform.secrets) expect(text).not.toContain(secret);
            if (!config['include_secrets']) expect(text).not.toContain('s3cr3t');
            const some = (name: string, seen: number) => (keep[names.indexOf(name)] ?? 0) % (seen + 1);
            expect(platform.keep(messages, some)).toEqual([]);
          }
          expect(await platform.finish({ config })).toEqual([]);
        } finally {
          await platform.close();
        }
      },
      parameters(2, 0.4 / SHARES.length, share),
    );
  },
  timeout(180_000, 0.4 / SHARES.length),
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
