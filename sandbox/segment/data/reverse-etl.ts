/** Reverse ETL: models, and the syncs of the subscriptions that they feed. */
import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { runs, type Times } from './runs.ts';
import { secret } from './secrets.ts';

/** Models that the workspace begins with, which subscriptions belong to. */
export const MODELS = 5;

export const modelId = (seed: number, index: number): string => seeded(seed, 'model', index).id();

/** A query is data, whatever it speaks of. */
const QUERIES = [
  'SELECT id, email FROM users -- ünïted\nWHERE password IS NOT NULL AND token = :token',
  'select "user id", sum(total) as total\r\nfrom `shop.orders`\ngroup by 1',
  "WITH t AS (SELECT 1 AS \"日本語\") SELECT * FROM t WHERE name <> '\\'';",
];

export function model(seed: number, index: number, sourceId: string): Row {
  const random = seeded(seed, 'model fields', index);
  return {
    id: modelId(seed, index),
    sourceId,
    name: name(random),
    ...optional(random, 'description', ''),
    enabled: random.int(3) !== 0,
    query: QUERIES[index % QUERIES.length],
    queryIdentifierColumn: index % 4 === 3 ? '' : 'user id',
  };
}

const EXTRACTED = '9007199254740993123';
/** Runs of a subscription before the sandbox began. */
const COUNTS = [2, 0, 7, 1, 5];
const at = (time: number): string => new Date(time).toISOString();

/** A run every three hours; the newest one is under way. */
export function modelSyncs(
  seed: number,
  of: { modelId: string; subscriptionId: string },
  times: Times,
): Row[] {
  const own = seeded(seed, 'model syncs', of.subscriptionId);
  const sourceId = own.id();
  return runs(times, 3, own.pick(COUNTS)).map((started, position) => ({
    ...modelSync(seed, of.subscriptionId, started, position === 0),
    modelId: of.modelId,
    sourceId,
  }));
}

function modelSync(seed: number, subscriptionId: string, started: number, isOpen: boolean): Row {
  const random = seeded(seed, 'model sync', subscriptionId, started);
  const hasFailed = !isOpen && random.int(3) === 0;
  const phase = { startedAt: at(started), finishedAt: isOpen ? '' : at(started + 65_000) };
  return {
    syncId: random.id(),
    syncStatus: isOpen ? 'IN_PROGRESS' : hasFailed ? 'FAIL' : random.pick(['SUCCESS', 'PARTIAL_SUCCESS']),
    duration: isOpen ? '' : '1m5.25s',
    startedAt: at(started),
    ...(isOpen ? {} : { finishedAt: at(started + 65_250) }),
    extractPhase: {
      addedCount: '0',
      updatedCount: String(random.int(100_000)),
      deletedCount: '0',
      extractCount: EXTRACTED,
      errorCode: hasFailed ? 'ExtractFailed' : '',
      ...phase,
    },
    ...(isOpen || hasFailed
      ? optional(random, 'loadPhase', null)
      : {
          loadPhase: {
            deliverSuccessCount: EXTRACTED,
            deliverFailureCount: '0',
            errorCode: '',
            ...phase,
          },
        }),
    ...(hasFailed
      ? {
          error: `cannot reach postgres://loader:${secret(random)}@db.shop.example:5432/events`,
          errorCode: 'ExtractFailed',
        }
      : optional(random, 'error', '')),
  };
}
