/** Tracking plans and their rules. */
import { hash, random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { moment } from './times.ts';

const TYPES = ['LIVE', 'LIVE', 'ENGAGE', 'PROPERTY_LIBRARY', 'RULE_LIBRARY', 'TEMPLATE'];

/** `resourceSchemaId` is not in the API's document, but was in the samples of older ones. */
export function trackingPlan(seed: number, index: number): Row {
  const random = seeded(seed, 'tracking-plan', index);
  return {
    id: `tp_${random.id()}`,
    ...optional(random, 'name', name(random)),
    slug: random.pick(['', 'web-shop', 'größe']),
    ...optional(random, 'description', name(random)),
    type: TYPES[index % TYPES.length],
    ...optional(random, 'updatedAt', moment(random)),
    createdAt: moment(random),
    ...(index % 2 === 0 ? { resourceSchemaId: `rs_${random.id()}` } : {}),
  };
}

/** What tells one rule of a plan from another. Rules of a whole type have no key, or a null; an empty key is another. */
const RULES: readonly Row[] = [
  { type: 'TRACK', key: 'Order Completed', version: 1 },
  { type: 'TRACK', key: 'Order Completed', version: 2 },
  { type: 'COMMON', version: 1 },
  { type: 'IDENTIFY', key: null, version: 1 },
  { type: 'GROUP', key: '', version: 1 },
  { type: 'PAGE', key: 'Order Completed', version: 1 },
  { type: 'GROUP', version: 1 },
  { type: 'SCREEN', key: 'متجر \u2028 "Søk"', version: 1.5 },
];

const SCHEMAS: readonly unknown[] = [
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { properties: { type: 'object', properties: { total: { type: ['number', 'null'] } } } },
  },
  { properties: { id: { maximum: 12345678901234567890n, enum: [1, 'one', null, 1e21] } } },
  {},
  null,
  true,
  '{"type":"object"}',
];

function rule(random: Random, identity: Row): Row {
  return {
    ...identity,
    jsonSchema: random.pick(SCHEMAS),
    ...optional(random, 'createdAt', moment(random)),
    ...optional(random, 'updatedAt', moment(random)),
    ...(random.int(3) === 0 ? { deprecatedAt: moment(random) } : {}),
  };
}

/** None, some, or all of them. */
export function rules(seed: number, plan: Row): Row[] {
  const id = String(plan['id']);
  const random = seeded(seed, 'rules', id);
  const count = [RULES.length, 0, 3][hash(id) % 3] ?? 0;
  return RULES.slice(0, count).map((identity) => rule(random, identity));
}

/** The sources that follow a plan: all, some or none. */
export function followers(plan: Row, sources: readonly Row[]): readonly Row[] {
  const one = hash(String(plan['id'])) % 3;
  if (one === 0) return sources;
  return one === 1 ? [] : sources.filter(({ id }) => hash(String(id)) % 2 === 0);
}
