import { mixpanel } from '../support/vendors/mixpanel.ts';
import { moesif } from '../support/vendors/moesif.ts';
import { segment } from '../support/vendors/segment.ts';
import type { Vendor } from '../support/vendors/vendor.ts';

/** A vendor, and a world of its that has rows in every table. */
interface World {
  readonly vendor: Vendor;
  readonly options: object;
  /** Reads from its first row on, or from before it. */
  readonly config: object;
  /** One whose past is long beside what is looked at a second time. */
  readonly long: object;
}

const NOW = '2026-11-22T10:30:15.250Z';

const ofSegment = { now: NOW, auditEvents: 300 };
// The limits of an hour are the matter of test/faults.
const ofMixpanel = { now: NOW, quotas: false } as const;
const ofMoesif = { now: NOW, quotas: false, still: true } as const;

export const WORLDS: readonly World[] = [
  { vendor: segment, options: ofSegment, long: ofSegment, config: { start_date: '2025-10-01' } },
  { vendor: mixpanel, options: ofMixpanel, long: { ...ofMixpanel, days: 220, eventsPerDay: 2 }, config: {} },
  {
    vendor: moesif,
    options: ofMoesif,
    long: { ...ofMoesif, users: 400, days: 60, eventsPerDay: 5 },
    config: {},
  },
];
