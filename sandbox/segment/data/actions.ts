import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

const SLUGS = ['trackEvent', 'identifyUser', 'groupAccount', 'sendAudience'];

/** Field defaults are free JSON: texts, directives, nested objects, lists. */
const DEFAULTS: readonly unknown[] = [
  { '@path': '$.properties.total' },
  {
    '@if': {
      exists: { '@path': '$.userId' },
      then: { '@path': '$.userId' },
      else: { '@path': '$.anonymousId' },
    },
  },
  { '@arrayPath': ['$.properties.products', { sku: { '@path': '$.sku' } }] },
  'USD',
  false,
  7,
  null,
];

export function actions(seed: number, destinationMetadataId: string): Row[] {
  const random = seeded(seed, 'actions', destinationMetadataId);
  return SLUGS.slice(0, 2 + random.int(3)).map((slug, position) => ({
    id: random.id(),
    slug,
    name: `${slug} ⚡`,
    description: `Runs *${slug}*.`,
    platform: random.pick(['CLOUD', 'WEB', 'MOBILE']),
    hidden: false,
    defaultTrigger: position === 0 ? null : 'type = "track"',
    fields: Array.from({ length: 2 + random.int(4) }, (_, sortOrder) => ({
      id: random.id(),
      sortOrder,
      fieldKey: `field_${sortOrder}`,
      label: `Field ${sortOrder}`,
      type: random.pick(['STRING', 'OBJECT', 'BOOLEAN', 'PASSWORD', 'DATETIME', 'NUMBER']),
      description: '',
      required: sortOrder === 0,
      multiple: false,
      dynamic: false,
      allowNull: true,
      ...(random.int(3) === 0 ? {} : { defaultValue: random.pick(DEFAULTS) }),
      ...(random.int(3) === 0 ? { choices: [{ label: 'Zürich', value: 'ZRH' }, 'plain'] } : {}),
      ...(random.int(3) === 0 ? { choices: null, placeholder: 'e.g. 🙂' } : {}),
      ...(random.int(4) === 0 ? { depends_on: { match: 'all', conditions: [] } } : {}),
    })),
  }));
}

export const presets = (own: readonly Row[]): Row[] =>
  own.slice(0, 1).map((action) => ({
    actionId: action['id'],
    name: 'Everything tracked',
    fields: { total: { '@path': '$.properties.total' }, currency: 'USD' },
    trigger: 'type = "track"',
  }));
