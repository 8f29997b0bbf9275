import { bigint, number, record, required, string, timestamp } from '../../../engine/schema.ts';

/** One snapshot a day. Counts run up from the first day of the month and start again with the next. */
const snapshot = {
  timestamp: required(timestamp('Day of the snapshot')),
};

const perSource = {
  sourceId: required(string('Id of the source')),
};

const apiCalls = {
  apiCalls: bigint('API calls since the month began'),
};

const mtu = {
  periodStart: number('Start of the period, in unix seconds'),
  periodEnd: number('End of the period, in unix seconds'),
  anonymous: bigint('Anonymous users since the month began'),
  anonymousIdentified: bigint('Anonymous users later identified, since the month began'),
  identified: bigint('Identified users since the month began'),
  neverIdentified: bigint('Users never identified, since the month began'),
};

export const apiCallsPerSource = record({ ...perSource, ...apiCalls, ...snapshot });

export const apiCallsWorkspace = record({ ...apiCalls, ...snapshot });

export const mtuPerSource = record({ ...perSource, ...mtu, ...snapshot });

export const mtuWorkspace = record({ ...mtu, ...snapshot });
