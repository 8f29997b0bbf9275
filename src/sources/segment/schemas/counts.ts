import {
  extend,
  number,
  object,
  record,
  required,
  string,
  timestamp,
  type JsonSchema,
} from '../../../engine/schema.ts';

/** One sum of a series. The names are ours where the API leaves them out, because the key needs them. */
const sum = {
  time: required(timestamp('Start of the day or hour that is counted')),
  count: number('Events of that day or hour; grows until it is over'),
  granularity: required(string('DAY or HOUR, as asked for; added by this connector')),
};

const event = {
  eventName: required(string('Name of the event; empty where the API gives none')),
  eventType: required(string('Type of the event, such as track; empty where the API gives none')),
};

export const eventsVolume = record({
  ...sum,
  ...event,
  sourceId: required(string('Id of the source, from source.id; empty where the API gives none')),
  source: object(
    {
      id: string('Id of the source'),
      name: string('Name of the source'),
      slug: string('Slug of the source'),
    },
    'Where the events came from',
  ),
});

const ofSource = record({
  sourceId: required(string('Id of the source asked for; added by this connector')),
  ...event,
  ...sum,
  retryCount: number('Events of these that were delivered upon a retry'),
});

const destinationId = required(string('Id of the destination asked for; added by this connector'));

const reasons: Record<string, JsonSchema> = {
  discardReason: required(string('Why the events went no further; empty where the API gives no reason')),
};

/** Steps before the destination, and those at it; with a reason where the step is an end. */
export const sourceCounts = ofSource;
export const sourceDiscards = extend(ofSource, reasons);
export const destinationCounts = extend(ofSource, { destinationId });
export const destinationDiscards = extend(ofSource, { destinationId, ...reasons });
