import type { Parent, Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { trackingPlan, trackingPlanRule, trackingPlanSource } from '../schemas/tracking-plans.ts';
import { changed, doubted } from './rows.ts';

const docs = 'https://docs.segmentapis.com/tag/Tracking-Plans';
const PROTOCOLS = 'a Business plan with Protocols and a token with a role that may read';

export const trackingPlans: Stream<SegmentApi> = {
  name: 'tracking_plans',
  description: 'Tracking plans: what the workspace has agreed to send',
  endpoint: 'GET /tracking-plans',
  docs,
  primaryKey: ['id'],
  schema: trackingPlan,
  gate: `${PROTOCOLS} tracking plans`,
  read: ({ api }) => api.list('/tracking-plans', 'trackingPlans'),
};

const eachPlan: Parent<SegmentApi> = {
  stream: trackingPlans,
  keep: ['id'],
  path: ({ id }) => `/tracking-plans/${encodeURIComponent(String(id))}`,
};

/** Never null, as no primary key may be, and another text for each key: one that is nothing but quotes gets two more. */
function ruleKeyOf(key: unknown): unknown {
  if (key === undefined || key === null) return '';
  return typeof key === 'string' && /^"*$/.test(key) ? `"${key}"` : key;
}

/**
 * A rule has no id. Type, key and version make it unique in its plan (*unverified*), and the key is absent where the rule
 * holds for a whole type: so it stands in the row a second time.
 */
export const trackingPlanRules: Stream<SegmentApi> = {
  name: 'tracking_plan_rules',
  description:
    'Rules of each tracking plan: a JSON Schema per event; one request per tracking plan and page, twice as many where ' +
    'there is more than one page, 200 a minute',
  endpoint: 'GET /tracking-plans/{id}/rules',
  docs,
  requestsPerMinute: 200,
  primaryKey: ['trackingPlanId', 'type', 'ruleKey', 'version'],
  isKeyOurs: true,
  schema: trackingPlanRule,
  parent: eachPlan,
  gate: `${PROTOCOLS} tracking plans`,
  read: ({ api, parent }) =>
    changed(doubted(api.list(`${eachPlan.path(parent)}/rules`, 'rules')), (rule) => [
      { ...rule, ruleKey: ruleKeyOf(rule['key']) },
    ]),
  inject: ({ parent }) => ({ trackingPlanId: parent['id'] }),
};

export const trackingPlanSources: Stream<SegmentApi> = {
  name: 'tracking_plan_sources',
  description: 'Sources that follow each tracking plan; one request per tracking plan',
  endpoint: 'GET /tracking-plans/{id}/sources',
  docs,
  primaryKey: ['trackingPlanId', 'id'],
  schema: trackingPlanSource,
  refersTo: { id: ['sources'] },
  secrets: { writeKeys: 'all', settings: 'credentials' },
  parent: eachPlan,
  gate: `${PROTOCOLS} sources and tracking plans`,
  read: ({ api, parent }) => api.list(`${eachPlan.path(parent)}/sources`, 'sources'),
  inject: ({ parent }) => ({ trackingPlanId: parent['id'] }),
};
