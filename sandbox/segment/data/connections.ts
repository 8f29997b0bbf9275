/** Sources, destinations, their subscriptions, and warehouses. */
import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { modelId, MODELS } from './reverse-etl.ts';
import { secret, settings } from './secrets.ts';

export function source(seed: number, index: number, workspaceId: string, metadata: Row): Row {
  const random = seeded(seed, 'source', index);
  const slug = `${String(metadata['slug'])}_${index}`;
  return {
    id: random.id(),
    slug,
    ...optional(random, 'name', name(random)),
    workspaceId,
    enabled: random.int(5) !== 0,
    writeKeys: Array.from({ length: [1, 2, 0][index % 3] ?? 1 }, () => secret(random)),
    metadata,
    ...optional(random, 'settings', settings(random, index)),
    labels:
      index % 2 === 0
        ? []
        : [
            { key: 'environment', value: random.pick(['prod', 'dev']) },
            { key: 'team', value: name(random), ...optional(random, 'description', 'Who answers for it') },
          ],
  };
}

export function destination(seed: number, index: number, sourceId: string, metadata: Row): Row {
  const random = seeded(seed, 'destination', index);
  return {
    id: random.id(),
    ...optional(random, 'name', name(random)),
    enabled: random.int(3) !== 0,
    metadata,
    sourceId,
    settings: settings(random, index),
  };
}

export function warehouse(seed: number, index: number, workspaceId: string, metadata: Row): Row {
  const random = seeded(seed, 'warehouse', index);
  return {
    id: random.id(),
    workspaceId,
    enabled: random.int(4) !== 0,
    metadata,
    settings: {
      name: name(random),
      hostname: 'warehouse.shop.example',
      port: '5439',
      database: 'events',
      username: 'loader',
      password: secret(random),
      ...settings(random, index + 5),
    },
  };
}

const SCHEDULES: readonly (Row | undefined)[] = [
  undefined,
  { strategy: 'PERIODIC', config: { interval: '3h25m30s' } },
  { strategy: 'SPECIFIC_DAYS', config: { days: [1, 3, 5], hours: [0, 12], timezone: 'Europe/Berlin' } },
  { strategy: 'CRON', config: { spec: '15 */2 * * 1-5', timezone: 'UTC' } },
  { strategy: 'DBT_CLOUD', config: { jobId: '70403', accountId: '21' } },
  { strategy: 'MANUAL', config: null },
  { strategy: 'MANUAL' },
];

/** One subscription for each action and each schedule in turn; a classic destination has no actions, so none. */
export function subscriptions(seed: number, destinationId: string, actions: readonly Row[]): Row[] {
  const random = seeded(seed, 'subscriptions', destinationId);
  const first = random.int(SCHEDULES.length);
  return actions.concat(actions.slice(0, 1)).map((action, position) => {
    const schedule = SCHEDULES[(first + position) % SCHEDULES.length];
    return {
      id: random.id(),
      name: name(random),
      actionId: action['id'],
      actionSlug: action['slug'],
      destinationId,
      enabled: random.int(2) === 0,
      settings: {
        total: { '@path': '$.properties.total' },
        ...(position === 0
          ? { webhook: { authToken: secret(random), url: 'https://hooks.shop.example/in' } }
          : {}),
        ...(position === 1 ? { batchSize: 12345678901234567890n, enable_batching: true } : {}),
      },
      trigger: random.pick([
        'type = "track"',
        'type = "identify" or event = "Søk"',
        "event = 'Order \u2028'",
      ]),
      ...(schedule ? { modelId: modelId(seed, random.int(MODELS)), reverseETLSchedule: schedule } : {}),
    };
  });
}
