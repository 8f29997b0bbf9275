import { boolean, object, record, required, string } from '../../../engine/schema.ts';
import { actionSettings, destinationMetadata, destinationSettings, scheduleDays } from './shapes.ts';

export const destination = record({
  id: required(string('Id of the destination')),
  name: string('Display name of the destination'),
  enabled: boolean('Whether data is sent to it'),
  metadata: object(destinationMetadata, 'Catalog entry the destination was made from'),
  sourceId: required(string('Id of the source that feeds it')),
  settings: destinationSettings,
});

/** The API has one shape for each strategy and none for MANUAL; this is all of them together. */
const scheduleConfig = object(
  {
    interval: string('PERIODIC: time between two syncs, such as 15m or 1h30m'),
    ...scheduleDays('Day number'),
    timezone: string('SPECIFIC_DAYS and CRON: time zone of the schedule'),
    spec: string('CRON: expression of five fields'),
    jobId: string('DBT_CLOUD: id of the job that starts a sync'),
    accountId: string('DBT_CLOUD: id of the account that owns the job'),
  },
  'Details of the schedule, which depend on its strategy',
);

export const destinationSubscription = record({
  id: required(string('Id of the subscription')),
  name: string('Display name of the subscription'),
  actionId: string('Id of the action it runs'),
  actionSlug: string('Short name of the action it runs'),
  destinationId: string('Id of the destination it belongs to'),
  enabled: boolean('Whether it runs'),
  settings: actionSettings,
  trigger: string('Condition (FQL) that an event must meet'),
  modelId: string('Id of the Reverse ETL model, if it is fed by one'),
  reverseETLSchedule: object(
    {
      strategy: string('PERIODIC, SPECIFIC_DAYS, MANUAL, CRON or DBT_CLOUD'),
      config: scheduleConfig,
    },
    'When Reverse ETL runs it',
  ),
});
