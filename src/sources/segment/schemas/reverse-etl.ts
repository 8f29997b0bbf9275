import { bigint, boolean, object, record, required, string } from '../../../engine/schema.ts';

export const reverseEtlModel = record({
  id: required(string('Id of the model')),
  sourceId: string('Id of the source that it reads from'),
  name: string('Display name of the model'),
  description: string('What the model is for'),
  enabled: boolean('Whether syncs may run; false stops those of all its subscriptions'),
  query: string('SQL that picks the rows, as it was written'),
  queryIdentifierColumn: string('Column of the query that tells rows apart'),
});

const extractPhase = object(
  {
    addedCount: bigint('New rows'),
    updatedCount: bigint('Changed rows'),
    deletedCount: bigint('Deleted rows'),
    extractCount: bigint('Rows in all'),
    errorCode: string('Code of the error that ended the phase, if one did'),
    startedAt: string('When the phase started'),
    finishedAt: string('When the phase finished'),
  },
  'Reading the rows from the warehouse',
);

const loadPhase = object(
  {
    deliverSuccessCount: bigint('Rows that the destination took'),
    deliverFailureCount: bigint('Rows that the destination refused, at once or after all retries'),
    errorCode: string('Code of the error that ended the phase, if one did'),
    startedAt: string('When the phase started'),
    finishedAt: string('When the phase finished'),
  },
  'Sending the rows to the destination',
);

/** Times and the duration are texts: the API does not say how they are written. It leaves out the subscription. */
export const reverseEtlSync = record({
  subscriptionId: required(string('Id of the subscription that it ran for; added by this connector')),
  syncId: required(string('Id of the sync')),
  modelId: string('Id of the model'),
  sourceId: string('Id of the source that was read'),
  syncStatus: string('How it went: IN_PROGRESS, SUCCESS, PARTIAL_SUCCESS or FAIL'),
  duration: string('How long it took'),
  startedAt: string('When it started'),
  finishedAt: string('When it finished'),
  extractPhase,
  loadPhase,
  error: string('What went wrong; credentials are masked by default'),
  errorCode: string('Code of the error that ended it, if one did'),
});
