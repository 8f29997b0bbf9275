/** Audiences, what hangs on them, and computed traits. */
import { random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { secret, settings } from './secrets.ts';
import { isNew, numberOf, space } from './spaces.ts';

export const AUDIENCES = 7;
/** Space of each audience, by its number: most are in the first, none in the third, which is new. */
const SPACE_OF = [0, 0, 1, 0, 3, 0, 1];

const STATUSES = ['Live', 'Not Computing', 'Awaiting Destinations', 'Some Day New'];

const definition = (random: Random, linked: boolean): Row | null => {
  if (random.int(5) === 0) return null;
  const query = random.pick([
    "event('Order Completed').count() >= 1",
    "trait('größe').contains(\"XL\") and entity('konto').exists()",
  ]);
  return { query, ...(linked ? { targetEntity: random.int(2) === 0 ? 'profile' : null } : {}) };
};

const changes = (random: Random): Row => ({
  createdBy: random.id(),
  updatedBy: random.id(),
  createdAt: '2024-02-29T12:00:00.000Z',
  updatedAt: '2026-11-01T06:30:00.500Z',
});

const SCHEDULES: readonly Row[] = [
  { strategy: 'PERIODIC', config: { interval: '1d' }, nextExecution: '2026-12-01T00:00:00Z' },
  { strategy: 'SPECIFIC_DAYS', config: { days: [0, 6], hours: [23], timezone: 'America/New_York' } },
  { strategy: 'PERIODIC', config: null },
  { strategy: 'SPECIFIC_DAYS', nextExecution: '2026-10-25T02:30:00+02:00' },
];

export function audience(seed: number, index: number): Row {
  const random = seeded(seed, 'audience', index);
  const type = ['USERS', 'LINKED', 'ACCOUNTS'][index % 3];
  return {
    id: `aud_${random.id(23)}`,
    spaceId: space(seed, SPACE_OF[index % AUDIENCES] ?? 0)['id'],
    name: name(random),
    ...optional(random, 'description', ''),
    key: `vip_größe_${index}`,
    enabled: random.int(3) !== 0,
    definition: definition(random, type === 'LINKED'),
    ...optional(random, 'status', random.pick(STATUSES)),
    ...changes(random),
    audienceType: type,
    computeCadence: { type: random.pick(['BATCH', 'REALTIME']) },
    ...optional(random, 'size', { count: 8_123_456_789, type: 'USERS', uniqueCount: 0 }),
    ...optional(random, 'options', {
      filterByExternalIds: index % 2 === 0 ? [] : ['user_id', 'konto-nummer'],
      ...optional(random, 'includeHistoricalData', true),
      ...optional(random, 'backfillEventDataDays', 90),
    }),
  };
}

/** The audience as a list of references shows it. */
export const reference = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([field]) => field !== 'computeCadence' && field !== 'size'));

export function schedules(seed: number, { id, key }: Row): Row[] {
  const random = seeded(seed, 'schedules', String(id));
  return Array.from({ length: numberOf(key) % 3 }, (_, index) => ({
    id: `sch_${random.id(16)}`,
    ...SCHEDULES[(numberOf(key) + index) % SCHEDULES.length],
  }));
}

const CONNECTION_SETTINGS: readonly ((random: Random) => Row)[] = [
  (random) => ({ connectionSettings: settings(random, random.int(7)) }),
  () => ({ connectionSettings: null }),
  (random) => ({ connectionSettings: [{ key: 'X-Api-Key', value: secret(random) }, 'kept'] }),
  () => ({}),
  (random) => ({ connectionSettings: `Bearer ${secret(random)}` }),
  () => ({ connectionSettings: 12345678901234567890n }),
];

export function destinationConnections(seed: number, { id, key }: Row, destinations: readonly Row[]): Row[] {
  const random = seeded(seed, 'audience-destinations', String(id));
  const number = numberOf(key);
  return Array.from({ length: [4, 0, 1][number % 3] ?? 0 }, (_, index) => {
    const destination = destinations[(number + index) % Math.max(1, destinations.length)];
    return {
      id: random.id(),
      ...optional(random, 'name', name(random)),
      sourceId: destination?.['sourceId'] ?? random.id(),
      enabled: random.int(2) === 0,
      createdAt: '2025-06-30T00:00:00.000Z',
      updatedAt: '2025-07-01T00:00:00.000Z',
      settings: settings(random, number + index),
      destinationId: destination?.['id'] ?? random.id(),
      ...(index % 2 === 0 ? { metadata: { id: random.id(), name: 'Ünïque Ads', slug: 'unique-ads' } } : {}),
      ...optional(random, 'idSyncConfiguration', [
        { externalId: 'email', strategy: 'last', mapTo: 'Email_Address_c' },
        { externalId: 'user_id', strategy: 'all' },
      ]),
      ...CONNECTION_SETTINGS[(number + index) % CONNECTION_SETTINGS.length]?.(random),
    };
  });
}

export function activations(seed: number, audience: Row, workspaceId: unknown): Row[] {
  const random = seeded(seed, 'activations', String(audience['id']));
  const number = numberOf(audience['key']);
  return Array.from({ length: [1, 4, 0][number % 3] ?? 0 }, (_, index) => ({
    id: random.id(),
    enabled: random.int(2) === 0,
    workspaceId,
    spaceId: audience['spaceId'],
    audienceId: audience['id'],
    connectionId: random.id(),
    activationType: random.pick(['Audience Entered', 'Entity Added', 'Audience Membership Changed']),
    activationName: name(random),
    ...optional(random, 'displayName', '顧客 📱'),
    personalization: {
      profile: {
        properties: index === 0 ? [] : ['größe', 'email'],
        ...optional(random, 'mapping', { größe: 'size', 'a.b': '' }),
      },
      ...optional(random, 'entities', [{ properties: ['saldo'], relationshipSlug: 'konto' }]),
      ...optional(random, 'syncEntityPropertyChanges', true),
    },
    ...(index % 2 === 0
      ? {
          destinationMapping: {
            actionId: random.id(),
            settings: {
              email: { '@path': '$.context.traits.email' },
              auth: { accessToken: secret(random) },
              limit: 12345678901234567890n,
            },
          },
        }
      : {}),
    ...optional(random, 'performResync', false),
  }));
}

export function computedTraits(seed: number, { id, slug }: Row): Row[] {
  const number = numberOf(slug);
  const length = isNew(number) ? 0 : number === 0 ? 5 : 1;
  return Array.from({ length }, (_, index) => {
    const random = seeded(seed, 'computed-trait', String(id), index);
    return {
      id: random.id(),
      spaceId: id,
      name: name(random),
      ...optional(random, 'description', 'Was zählt — alles'),
      key: `orders_${index}`,
      enabled: random.int(2) === 0,
      ...optional(random, 'definition', { query: "event('Order').count()", type: 'USERS' }),
      ...optional(random, 'status', random.pick(STATUSES)),
      ...changes(random),
      ...optional(random, 'options', {
        ...optional(random, 'includeHistoricalData', true),
        ...optional(random, 'includeAnonymousUsers', false),
        ...optional(random, 'backfillDurationDays', 7),
      }),
    };
  });
}
