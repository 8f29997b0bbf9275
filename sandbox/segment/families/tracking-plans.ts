/** Tracking plans, their rules, and the sources that follow them. */
import { byId, owned, told, untold } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { followers, rules, trackingPlan } from '../data/tracking-plans.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const PLANS = 5;

const planOf = (asked: Asked): Row => byId('trackingPlans', asked, asked.path['id']);

const rulesOf = below(['type', 'version', 'key'], ({ seed }: World, plan: Row) => rules(seed, plan));
const followersOf = below(['id'], ({ sources }: World, plan: Row) => followers(plan, sources));

const eachPlan = (world: World, rowsOf: (world: World, plan: Row) => readonly Row[]): Row[] =>
  world
    .list('trackingPlans')
    .flatMap((plan) => rowsOf(world, plan).map((row) => ({ ...row, trackingPlanId: plan['id'] })));

export const trackingPlans: Family = {
  collections: {
    trackingPlans: { size: () => PLANS, make: trackingPlan },
  },
  operations: [
    {
      path: '/tracking-plans',
      list: 'trackingPlans',
      ...untold,
      end: 'absent',
      parameters: ['type'],
      ...owned('trackingPlans', ({ world, query: { type } }) =>
        world.list('trackingPlans').filter((row) => type === undefined || row['type'] === type),
      ),
    },
    {
      path: '/tracking-plans/{id}',
      versions: untold.versions,
      get: (asked) => ({ trackingPlan: asked.world.leaving(planOf(asked)) }),
    },
    {
      path: '/tracking-plans/{id}/rules',
      list: 'rules',
      ...untold,
      end: 'null',
      requestsPerMinute: 200,
      ...rulesOf.at((asked) => [planOf(asked)]),
    },
    {
      path: '/tracking-plans/{id}/sources',
      list: 'sources',
      ...told,
      end: 'absent',
      ...followersOf.at((asked) => [planOf(asked)]),
    },
  ],
  tables: {
    tracking_plans: { key: ['id'], rows: (world) => world.list('trackingPlans') },
    tracking_plan_rules: {
      key: ['trackingPlanId', 'type', 'ruleKey', 'version'],
      rows: (world) =>
        eachPlan(world, (of, plan) =>
          rulesOf(of, plan).map((row) => ({
            ...row,
            ruleKey: row['key'] === '' ? '""' : (row['key'] ?? ''),
          })),
        ),
    },
    tracking_plan_sources: {
      key: ['trackingPlanId', 'id'],
      rows: (world) => eachPlan(world, followersOf),
    },
  },
};
