/** What warehouses say of themselves: their syncs, which collections are loaded, when, and whether they can be reached. */
import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { runs, type Times } from './runs.ts';
import { secret } from './secrets.ts';

const at = (time: number): string => new Date(time).toISOString();

/** Of all sources together, each of them every five hours; the newest one of the first source is under way. */
export function warehouseSyncs(
  seed: number,
  warehouseId: string,
  sourceIds: readonly string[],
  times: Times,
): Row[] {
  return runs(times, 5, 3).flatMap((start, round) =>
    sourceIds.map((sourceId, position) =>
      warehouseSync(seed, [warehouseId, sourceId], start, round + position === 0),
    ),
  );
}

function warehouseSync(
  seed: number,
  [warehouseId, sourceId]: readonly [string, string],
  start: number,
  isOpen: boolean,
): Row {
  const random = seeded(seed, 'warehouse sync', warehouseId, sourceId, start);
  const duration = random.int(4) === 0 ? 0.25 : 65;
  const hasFailed = !isOpen && random.int(3) === 0;
  return {
    sourceId,
    start: at(start),
    end: isOpen ? null : at(start + duration * 1000),
    status: isOpen ? 'RUNNING' : hasFailed ? 'FAILED' : 'SUCCESS',
    duration,
    humanDuration: duration < 1 ? '' : '1 minute 5 seconds',
    count: hasFailed ? 0 : random.int(4_000_000_000),
    notices: hasFailed
      ? [
          {
            level: 'error',
            message: `dial redshift://loader:${secret(random)}@dw.example/events`,
            createdAt: at(start),
          },
          { level: 'INFO', message: 'column “größe” was added 🏗️', createdAt: at(start) },
          { level: '', message: '', createdAt: '' },
        ]
      : [],
  };
}

const COLLECTIONS = ['tracks', 'identifies', 'Order Completed', 'søk_🔎', 'a/b?c=d&e', ''];

/** Names of properties speak of secrets and are none. One source in four has sent nothing yet. */
export function selectiveSyncs(seed: number, warehouseId: string, sourceId: string): Row[] {
  const random = seeded(seed, 'selective syncs', warehouseId, sourceId);
  const length = [5, 1, COLLECTIONS.length, 0][random.int(4)];
  return COLLECTIONS.slice(0, length).map((collection, position) => ({
    sourceId,
    collection,
    warehouseId,
    ...(position % 3 === 2 ? {} : { enabled: random.int(2) === 0 }),
    properties:
      position % 4 === 1
        ? {}
        : {
            password_reset: { enabled: true, type: 'boolean', lastSeenAt: null },
            context_library_name: {
              enabled: random.int(2) === 0,
              type: 'string',
              lastSeenAt: '2006-01-02T15:04:05.000Z',
              createdAt: '2006-01-02T15:04:05.000Z',
            },
            amount: { enabled: false, type: 'bigint', largest: 12345678901234567890n },
          },
  }));
}

export const connectionState = (seed: number, warehouseId: string): Row => ({
  connectionState: seeded(seed, 'connection state', warehouseId).pick(['CONNECTED', 'FAILED']),
});

const SCHEDULES: readonly Row[] = [
  { enabled: false },
  {
    enabled: true,
    schedule: {
      times: [
        { hourOfDay: 0, enabled: false },
        { hourOfDay: 23, enabled: true },
      ],
      timezone: 'America/Argentina/Buenos_Aires',
    },
  },
  { enabled: false, schedule: null },
  { enabled: true, schedule: { times: [] } },
  { enabled: true, schedule: {} },
];

/** In turn, by where the warehouse stands among the others. */
export const syncSchedule = (position: number): Row => SCHEDULES[position % SCHEDULES.length] ?? {};
