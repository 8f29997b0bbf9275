import { anything, extend, number, record, required, string, timestamp } from '../../../engine/schema.ts';
import { source } from './sources.ts';

export const trackingPlan = record({
  id: required(string('Id of the tracking plan')),
  name: string('Name of the tracking plan'),
  slug: string('Name of the tracking plan in URLs; may be empty'),
  description: string('What the tracking plan is for'),
  type: string('LIVE for one that sources follow; else ENGAGE, TEMPLATE, PROPERTY_LIBRARY or RULE_LIBRARY'),
  updatedAt: timestamp('When it was last changed'),
  createdAt: timestamp('When it was created'),
  // Unverified: not in the API document of 73.2.0, but in the response samples of older documents.
  // https://docs.segmentapis.com/tag/Tracking-Plans
  resourceSchemaId: string('Id of its schema at Segment; not in the API document'),
});

export const trackingPlanRule = record({
  type: required(string('What the rule is about: COMMON, TRACK, IDENTIFY, GROUP, PAGE or SCREEN')),
  key: string('Name of the event; rules for a whole type have none'),
  jsonSchema: anything('JSON Schema that the events must fit; any JSON'),
  version: required(number('Version of the rule')),
  createdAt: timestamp('When it was created'),
  updatedAt: timestamp('When it was last changed'),
  deprecatedAt: timestamp('When it was deprecated'),
  trackingPlanId: required(string('Id of the tracking plan; added by this connector')),
  ruleKey: required(
    string('The key, an empty one in quotes; empty where there is none; added by this connector'),
  ),
});

/** A source seen from a tracking plan: the API leaves out which one. */
export const trackingPlanSource = extend(source, {
  trackingPlanId: required(string('Id of the tracking plan; added by this connector')),
});
