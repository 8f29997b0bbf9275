import type { Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { optional } from './names.ts';

export const logos = (random: Random, slug: string): Row => ({
  default: `https://cdn.shop.example/logos/${slug}.svg`,
  ...optional(random, 'mark', `https://cdn.shop.example/marks/${slug}.svg`),
  ...optional(random, 'alt', ''),
});

const DEFAULTS: readonly unknown[] = [
  '',
  'us-west-2',
  0,
  1.5,
  true,
  {},
  [],
  { 'Order Completed': 'purchase' },
  null,
];

/** The settings form of a catalog item. Names of credentials stand here as names: nothing of it is secret. */
export const options = (random: Random, names: readonly string[]): Row[] =>
  names.map((option) => ({
    name: option,
    type: random.pick(['string', 'boolean', 'number', 'text-map', 'array']),
    required: random.int(2) === 0,
    ...(random.int(2) === 0 ? { label: `${option} ✓` } : {}),
    ...(random.int(3) === 0 ? {} : { description: `What to put into ${option}.` }),
    ...(random.int(3) === 0 ? {} : { defaultValue: random.pick(DEFAULTS) }),
    ...(random.int(5) === 0 ? { hidden: true } : {}),
  }));
