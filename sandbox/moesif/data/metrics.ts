/** What users did at the API in a span of time. */
import { hash, mix } from '../../kit/random.ts';
import type { Document, Row } from '../contract.ts';
import { DAY, dayOf, instantOf } from '../times.ts';
import { IMPORTED, type Times } from './users.ts';

export interface Span {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Undefined for a user without a call: each fifth never has one, nor has who was not seen since the import. */
export function metricsOf(user: Document, { from, to }: Span, { salt, still }: Times): Row | undefined {
  const chance = mix(hash(user._id), salt);
  if (chance % 5 === 0 || instantOf(user._source['last_seen_time']) === IMPORTED) return undefined;
  const daily = 1 + (chance % 500) + (still ? 0 : mix(chance, dayOf(to)) % 100);
  const count = Math.round((daily * (to - from)) / DAY);
  if (count <= 0) return undefined;
  return { event_count: count, error_count: count % 7, avg_duration_ms: (chance % 9000) / 8 };
}
