import fc from 'fast-check';
import { createMixpanel } from '../../../sandbox/mixpanel/index.ts';
import { mixpanel as vendor } from '../../support/vendors/mixpanel.ts';
import { FIRST_DAY } from '../../../src/sources/mixpanel/notes.ts';
import { NOWS, SKEWS, takenBy, type Matter } from '../script.ts';
import type { Stage } from '../trial.ts';

const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati'];
const DAYS = ZONES.map((timeZone) => new Intl.DateTimeFormat('en', { timeZone }));
const some = <T>(items: readonly T[]) => fc.constantFrom(...items);

export const matter: Matter = {
  vendor,
  isPossible: takenBy(createMixpanel({ days: 1, eventsPerDay: 0 })),
  skews: SKEWS,
  most: 7,
  world: fc.record({
    now: some(NOWS),
    seed: fc.integer({ min: 1, max: 1000 }),
    // What a quota costs is not the matter here.
    quotas: fc.constant(false as const),
    days: fc.integer({ min: 1, max: 8 }),
    eventsPerDay: fc.integer({ min: 0, max: 24 }),
    profiles: fc.integer({ min: 0, max: 20 }),
    cohorts: fc.integer({ min: 0, max: 6 }),
    funnels: fc.integer({ min: 0, max: 3 }),
    annotations: fc.integer({ min: 0, max: 6 }),
    timezone: some(ZONES),
    createdBefore2023: fc.boolean(),
    alwaysTotal: fc.boolean(),
  }),
  config: fc
    .record({
      page_size: some([1, 2, 3, 5, 200]),
      export_window_days: some([1, 2, 7]),
      attribution_window: some([0, 1]),
    })
    .map((config) => ({ config, isByValue: true })),
};

export const stage: Stage = {
  vendor,
  open: (world) => vendor.create(world),
  timeOf: ({ time, date }) => {
    const at = Date.parse(String(time ?? date));
    return Number.isNaN(at) ? -Infinity : at;
  },
  // A table has no requests but its own and those of its list, and one that asks for the time alone.
  isClosed: (_, { query }) => ![query['to_date'], query['toDate']].includes(FIRST_DAY),
  endsDay: (from, until) => DAYS.some((day) => day.format(from) !== day.format(until)),
};
