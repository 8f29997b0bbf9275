import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

/**
 * The delivery summary of one destination. The real one depends on the window; this one does not, so that the truth
 * can be told without knowing which window a client chose.
 */
export function deliveryMetrics(seed: number, destination: Row): Row {
  const random = seeded(seed, 'delivery', String(destination['id']));
  const first = random.int(100_000);
  const later = random.int(500);
  const seconds = (): number => Math.round(random.next() * 1e4) / 1e3;
  return {
    sourceId: destination['sourceId'],
    destinationMetadataId: (destination['metadata'] as Row)['id'],
    metrics: [
      {
        metricName: 'successes',
        total: first + later,
        breakdown: [
          { metricName: 'successes_on_first_attempt', value: first },
          { metricName: 'successes_after_retry', value: later },
        ],
      },
      { metricName: 'expired', total: 0 },
      { metricName: 'discarded', total: random.int(9), breakdown: [] },
      { metricName: 'retried', total: later },
      {
        metricName: 'time_to_success',
        total: seconds(),
        breakdown: [
          { metricName: 'time_to_success_average', value: seconds() },
          { metricName: 'time_to_success_p95', value: seconds() },
        ],
      },
    ],
  };
}
