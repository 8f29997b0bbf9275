/** Tracking plans, their rules, and the sources that follow them. */
import { byId, owned, told, untold } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import type { Row } from '../contract.ts';
import { followers, rules, trackingPlan } from '../data/tracking-plans.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const PLANS = 5;

const planOf = (asked: Asked): Row => byId('trackingPlans', asked, asked.path['id']);

const eachPlan = (world: World, rowsOf: (plan: Row) => readonly Row[]): Row[] =>
  world
    .list('trackingPlans')
    .flatMap((plan) => rowsOf(plan).map((row) => ({ ...row, trackingPlanId: plan['id'] })));

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
      rows: (asked) => rules(asked.world.seed, planOf(asked)),
    },
    {
      path: '/tracking-plans/{id}/sources',
      list: 'sources',
      ...told,
      end: 'absent',
      rows: (asked) => followers(planOf(asked), asked.world.sources),
    },
  ],
  tables: {
    tracking_plans: { key: ['id'], rows: (world) => world.list('trackingPlans') },
    tracking_plan_rules: {
      key: ['trackingPlanId', 'type', 'ruleKey', 'version'],
      rows: (world) =>
        eachPlan(world, (plan) =>
          rules(world.seed, plan).map((row) => ({
            ...row,
            ruleKey: row['key'] === '' ? '""' : (row['key'] ?? ''),
          })),
        ),
    },
    tracking_plan_sources: {
      key: ['trackingPlanId', 'id'],
      rows: (world) => eachPlan(world, (plan) => followers(plan, world.sources)),
    },
  },
};
