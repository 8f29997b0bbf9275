/** What hangs on a single source: how it treats what is not planned, and its live plugin. */
import { hash, random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { code } from './functions.ts';
import { optional } from './names.ts';
import { moment } from './times.ts';

export function schemaSettings(seed: number, sourceId: string): Row {
  const random = seeded(seed, 'schema-settings', sourceId);
  const flag = (): boolean => random.int(2) === 0;
  const ofTraits = (): Row => ({
    allowUnplannedTraits: flag(),
    ...optional(random, 'allowTraitsOnViolations', flag()),
    commonEventOnViolations: random.pick(['ALLOW', 'BLOCK', 'OMIT_TRAITS']),
  });
  return {
    ...optional(random, 'track', {
      allowUnplannedEvents: flag(),
      allowUnplannedEventProperties: flag(),
      ...optional(random, 'allowEventOnViolations', flag()),
      allowPropertiesOnViolations: flag(),
      commonEventOnViolations: random.pick(['ALLOW', 'BLOCK', 'OMIT_PROPERTIES', '']),
    }),
    ...optional(random, 'identify', ofTraits()),
    ...optional(random, 'group', ofTraits()),
    ...optional(random, 'forwardingViolationsTo', random.pick(['', sourceId])),
    forwardingBlockedEventsTo: '',
  };
}

/** Two sources in three have one. */
export function livePlugin(seed: number, sourceId: string): Row | null {
  if (hash(sourceId) % 3 === 0) return null;
  const random = seeded(seed, 'live-plugin', sourceId);
  const id = random.id(36);
  return {
    id,
    sourceId,
    createdAt: moment(random),
    createdBy: random.id(),
    downloadURL: `https://cdn.shop.example/${sourceId}/${id}.js`,
    version: random.int(40),
    ...(random.int(4) === 0 ? optional(random, 'code', '') : { code: code(random) }),
  };
}
