/** The three catalogs: what a workspace can connect. */
import { fixed } from '../../kit/json.ts';
import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { actions, presets } from './actions.ts';
import { logos, options } from './logos.ts';
import { name } from './names.ts';

const BRANDS = [
  'Beacon',
  'Harbor',
  'Quill',
  'Tidal',
  'Ember',
  'Lattice',
  'Orchid',
  'Pylon',
  'Saffron',
  'Vertex',
];
const STATUSES = ['PUBLIC', 'PUBLIC', 'PUBLIC', 'PUBLIC_BETA', 'DEPRECATED', 'PRIVATE_BETA', 'UNAVAILABLE'];
const CATEGORIES = ['Analytics', 'Advertising', 'CRM', 'Email Marketing', 'Raw Data'];

const brand = (index: number): string =>
  `${BRANDS[index % BRANDS.length]} ${Math.floor(index / BRANDS.length) + 1}`;
const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');

/** Each third destination is an Actions destination; the others are classic ones, without actions. */
const hasActions = (index: number): boolean => index % 3 === 0;

export function catalogDestination(seed: number, index: number): Row {
  const random = seeded(seed, 'catalog-destination', index);
  const title = hasActions(index) ? `${brand(index)} (Actions)` : brand(index);
  const slug = slugOf(title);
  const id = random.id(24);
  const own = hasActions(index) ? actions(seed, id) : [];
  const flag = (): boolean => random.int(2) === 0;
  return fixed({
    id,
    name: title,
    description: `${name(random)} by ${title}.`,
    slug,
    logos: logos(random, slug),
    options: options(random, ['apiKey', 'region', 'eventMapping', 'trackAllPages', 'password']),
    status: random.pick(STATUSES),
    previousNames: flag() ? [title, `Old ${title}`] : [title],
    categories: [random.pick(CATEGORIES), random.pick(CATEGORIES)],
    website: `https://${slugOf(brand(index))}.example`,
    components: flag()
      ? [{ type: 'SERVER', code: `https://code.example/${slug}`, ...(flag() ? { owner: 'PARTNER' } : {}) }]
      : [],
    supportedFeatures: {
      cloudModeInstances: random.pick(['0', '1', 'MULTIPLE', 'NONE', 'SINGLE']),
      deviceModeInstances: random.pick(['0', '1', 'NONE', 'SINGLE']),
      replay: flag(),
      ...(flag() ? { browserUnbundling: false, browserUnbundlingPublic: true } : {}),
      ...(flag() ? { warehouseBackfill: 'LIMITED' } : {}),
    },
    supportedMethods: {
      track: true,
      identify: true,
      pageview: flag(),
      ...(flag() ? { alias: false, group: true } : {}),
    },
    supportedPlatforms: {
      browser: flag(),
      server: true,
      mobile: flag(),
      ...(flag() ? { linkedAudiences: true } : {}),
    },
    actions: own,
    presets: presets(own),
    ...(flag()
      ? { contacts: [{ email: `help@${slug}.example`, ...(flag() ? { name: 'Zoë', isPrimary: true } : {}) }] }
      : {}),
    ...(flag() ? { partnerOwned: true } : {}),
    ...(flag() ? { supportedRegions: ['us-west-2', 'eu-west-1'], regionEndpoints: ['US', 'EU'] } : {}),
    ...(flag() ? { multiInstanceSupportedVersion: 'v2' } : {}),
  });
}

export function catalogSource(seed: number, index: number): Row {
  const random = seeded(seed, 'catalog-source', index);
  const slug = slugOf(brand(index));
  return fixed({
    id: random.id(10),
    name: brand(index),
    slug,
    description: name(random),
    logos: logos(random, slug),
    options: options(random, random.int(2) === 0 ? [] : ['subdomain', 'apiToken']),
    categories: random.int(4) === 0 ? [] : ['Website', 'Mobile'],
    isCloudEventSource: index % 2 === 1,
    // The document requires `status`, answers recorded from the real API lack it.
    ...(index % 5 === 4 ? {} : { status: random.pick(STATUSES) }),
    ...(random.int(2) === 0 ? { partnerOwned: false } : {}),
  });
}

const WAREHOUSES = ['Postgres', 'BigQuery', 'Snowflake', 'Redshift', 'Databricks', 'Azure SQL'];

export function catalogWarehouse(seed: number, index: number): Row {
  const random = seeded(seed, 'catalog-warehouse', index);
  const title = WAREHOUSES[index] ?? `Warehouse ${index + 1}`;
  const slug = slugOf(title);
  return fixed({
    id: random.id(10),
    name: title,
    slug,
    description: `Loads events into ${title}.`,
    logos: logos(random, slug),
    options: options(random, ['hostname', 'port', 'database', 'username', 'password', 'ciphertext']),
  });
}

/** A catalog item grown to about `bytes` by more options: many small values, as real heavy rows have. */
export function heavier(item: Row, bytes: number): Row {
  const own = item['options'] as Row[];
  const grown = own.slice();
  for (let size = 0; size < bytes; size += 200) {
    grown.push({
      name: `mapping_${grown.length}`,
      type: 'text-map',
      required: false,
      description: 'x'.repeat(110),
      defaultValue: { a: 1, b: [true, null] },
    });
  }
  return fixed({ ...item, options: grown });
}
