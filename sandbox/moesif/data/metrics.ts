/** What users did at the API in a span of time. */
import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { DAY, dayOf } from '../times.ts';
import type { Times } from './users.ts';

export interface Span {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Undefined for a user without a call: each fifth never has one. */
export function metricsOf(id: string, { from, to }: Span, { salt, still }: Times): Row | undefined {
  const chance = mix(hash(id), salt);
  if (chance % 5 === 0) return undefined;
  const daily = 1 + (chance % 500) + (still ? 0 : mix(chance, dayOf(to)) % 100);
  const count = Math.round((daily * (to - from)) / DAY);
  if (count <= 0) return undefined;
  return { event_count: count, error_count: count % 7, avg_duration_ms: (chance % 9000) / 8 };
}
