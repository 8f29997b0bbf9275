import { array, number, object, record, required, string, timestamp } from '../../../engine/schema.ts';

const metrics = array(
  object(
    {
      metricName: string('What is measured, such as successes, discarded or time_to_success'),
      total: number('Value over the whole window'),
      breakdown: array(
        object(
          {
            metricName: string('Part of the metric, such as successes_after_retry'),
            value: number('Value of the part over the whole window'),
          },
          'One part',
        ),
        'Parts of the metric',
      ),
    },
    'One metric',
  ),
  'Delivery metrics over the window',
);

/** Totals over a time window; the API names neither the destination nor the window, so we add them. */
export const deliveryMetricsSummary = record({
  sourceId: required(string('Id of the source that feeds the destination')),
  destinationMetadataId: string('Id of the catalog entry of the destination'),
  metrics,
  destinationId: required(string('Id of the destination; added by this connector')),
  startTime: timestamp('Start of the window asked for; added by this connector'),
  endTime: timestamp('End of the window asked for; added by this connector'),
  granularity: string('MINUTE, HOUR or DAY, as asked for; added by this connector'),
});
