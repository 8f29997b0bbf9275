/** Worlds of any size that a process reads, and the configs that it reads them with. */
import fc from 'fast-check';

export interface Life {
  readonly workspace: object;
  readonly config: Readonly<Record<string, unknown>>;
}

const settings = (largestPage: number, smallestPage = 1) =>
  fc.record({
    page_size: fc.integer({ min: smallestPage, max: largestPage }),
    max_concurrent_requests: fc.integer({ min: 1, max: 10 }),
    include_secrets: fc.boolean(),
  });
const small = fc.record({
  workspace: fc.record({
    seed: fc.nat(),
    sources: fc.nat(5),
    destinationsPerSource: fc.nat(3),
    warehouses: fc.nat(3),
    users: fc.nat(30),
    groups: fc.nat(5),
    usageMonths: fc.integer({ min: 1, max: 11 }),
    catalogDestinations: fc.nat(20),
    auditEvents: fc.nat(600),
  }),
  config: settings(60, 10),
});
const large = fc.record({
  workspace: fc.record({ seed: fc.nat(), auditEvents: fc.constant(20_000) }),
  config: settings(1000, 200),
});

export const segment: fc.Arbitrary<Life> = fc.oneof(
  { weight: 3, arbitrary: small },
  { weight: 1, arbitrary: large },
);

/** Within what a process asks for in a minute. */
export const moesif: fc.Arbitrary<Life> = fc.record({
  workspace: fc.record({
    seed: fc.nat(),
    days: fc.integer({ min: 1, max: 12 }),
    eventsPerDay: fc.nat(300),
    users: fc.nat(250),
    companies: fc.nat(40),
  }),
  config: fc.record({
    page_size: fc.integer({ min: 100, max: 200 }),
    include_secrets: fc.boolean(),
  }),
});

/** Within what a process asks for in an hour, and in some seconds. */
export const mixpanel: fc.Arbitrary<Life> = fc.record({
  workspace: fc.record({
    seed: fc.nat(),
    days: fc.integer({ min: 1, max: 12 }),
    eventsPerDay: fc.nat(300),
    profiles: fc.nat(250),
    cohorts: fc.nat(6),
    funnels: fc.nat(3),
  }),
  config: fc.record({
    page_size: fc.integer({ min: 100, max: 200 }),
    export_window_days: fc.integer({ min: 4, max: 12 }),
  }),
});
