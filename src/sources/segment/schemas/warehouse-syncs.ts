import {
  array,
  boolean,
  freeObject,
  number,
  object,
  record,
  required,
  string,
} from '../../../engine/schema.ts';

const notices = array(
  object(
    {
      level: string('How serious it is'),
      message: string('What happened; credentials are masked by default'),
      createdAt: string('When it was noted'),
    },
    'One notice',
  ),
  'What happened during the sync',
);

/** Times are texts: the API does not say how they are written. It leaves out which warehouse it was asked for. */
export const warehouseSync = record({
  warehouseId: required(string('Id of the warehouse; added by this connector')),
  sourceId: required(string('Id of the source whose rows were loaded')),
  start: required(string('When the sync started')),
  end: string('When it was done; null while it runs'),
  status: string('How it went'),
  duration: number('Seconds that it took, or has taken so far'),
  humanDuration: string('The same for people, such as 1 minute 5 seconds'),
  count: number('Rows that were loaded'),
  notices,
});

export const warehouseSelectiveSync = record({
  warehouseId: required(string('Id of the warehouse')),
  sourceId: required(string('Id of the source')),
  collection: required(string('Collection of the source, which is a table in the warehouse')),
  enabled: boolean('Whether the collection is loaded'),
  properties: freeObject('Properties of the collection by name, each with whether it is loaded'),
});

const schedule = object(
  {
    times: array(
      object(
        {
          hourOfDay: number('Hour of the day, from 0 to 23'),
          enabled: boolean('Whether a sync runs at that hour'),
        },
        'One hour',
      ),
      'Hours at which syncs run, or do not',
    ),
    timezone: string('Time zone of the hours, by its name in the TZ database'),
  },
  'The schedule, where there is one',
);

export const warehouseSyncSchedule = record({
  warehouseId: required(string('Id of the warehouse; added by this connector')),
  enabled: boolean('Whether the warehouse has a schedule of its own'),
  schedule,
});
