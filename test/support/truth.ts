import { asRecord, type Row } from './messages.ts';

/** Fields that only a request knows, which the truth of the sandbox cannot. */
const OF_THE_REQUEST = ['snapshotAt', 'startTime', 'endTime', 'granularity'];
/** A column that the connector makes, which the truth does not tell either. */
const OURS = 'messageId';

/** A row of the sandbox, or one that was read, as the two can be compared. */
export const comparable = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(asRecord(row)).filter(([field]) => !OF_THE_REQUEST.includes(field) && field !== OURS),
  );
