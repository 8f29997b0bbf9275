import fc from 'fast-check';
import { createMoesif } from '../../../sandbox/moesif/index.ts';
import { moesif as vendor } from '../../support/vendors/moesif.ts';
import { NOWS, SKEWS, takenBy, type Matter } from '../script.ts';
import type { Stage } from '../trial.ts';

const some = <T>(items: readonly T[]) => fc.constantFrom(...items);

export const matter: Matter = {
  vendor,
  isPossible: takenBy(createMoesif({ users: 0, companies: 0, days: 1, eventsPerDay: 0 })),
  skews: SKEWS,
  most: 5,
  world: fc.record({
    now: some(NOWS),
    seed: fc.integer({ min: 1, max: 1000 }),
    // What a limit costs is not the matter here.
    quotas: fc.constant(false as const),
    // What changes or comes without a sign is a full refresh's matter, or the look-back's.
    still: fc.constant(true),
    lateDays: fc.constant(0),
    users: fc.integer({ min: 0, max: 24 }),
    companies: fc.integer({ min: 0, max: 9 }),
    days: fc.integer({ min: 1, max: 6 }),
    eventsPerDay: fc.integer({ min: 0, max: 16 }),
    total: some(['int', 'object'] as const),
    metrics: fc.boolean(),
  }),
  config: fc
    .record({
      page_size: some([1, 2, 3, 5, 200]),
      lookback_window_days: some([0, 1]),
      include_secrets: fc.boolean(),
    })
    .map((config) => ({ config, isByValue: config.include_secrets })),
};

export const stage: Stage = {
  vendor,
  open: (world) => vendor.create(world),
  timeOf: ({ request_time, modified_time, timestamp }) => {
    const at = Date.parse(String(request_time ?? modified_time ?? timestamp));
    return Number.isNaN(at) ? -Infinity : at;
  },
  // What only asks whether it is let in is no part of a table, and neither are metrics, which it can do without.
  isClosed: (name, { form, query }) =>
    form?.['size'] !== '0' && (name !== 'identify_calls' || query['from'] === undefined),
};
