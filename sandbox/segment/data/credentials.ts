/** Stored credentials, and who connects with them. */
import { hash, random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import type { World } from '../world.ts';
import { name } from './names.ts';
import { secret, settings } from './secrets.ts';

const TYPES = ['Snowflake', 'Redshift', 'BigQuery', 'Databricks'];
const DAY = 24 * 3600 * 1000;

/** The documents say that secrets are redacted in answers; a careless type is left as it is here. */
export function credential(seed: number, index: number, workspaceId: string): Row {
  const random = seeded(seed, 'credential', index);
  const made = Date.UTC(2026, 6, 13) + random.int(90) * DAY;
  return {
    id: random.id(),
    workspaceId,
    name: name(random),
    settings: {
      type: TYPES[index % TYPES.length],
      ...(index % 2 === 0 ? { passphrase: '••••••' } : { password: secret(random) }),
      ...settings(random, index),
    },
    createdAt: new Date(made).toISOString(),
    updatedAt: new Date(made + random.int(20) * DAY).toISOString(),
  };
}

export interface Consumers {
  warehouses: readonly Row[];
  sources: readonly Row[];
}

/** About half of what there is, and a warehouse and a source that share an id; some credentials have no consumers. */
export function consumers(world: World, credentialId: string): Consumers {
  if (hash(credentialId) % 4 === 0) return { warehouses: [], sources: [] };
  const uses = ({ id }: Row): boolean => hash(`${credentialId}/${String(id)}`) % 2 === 0;
  const { warehouses, sources } = world.estate.make;
  const shared = { id: seeded(world.seed, 'shared', credentialId).id() };
  return {
    warehouses: [...world.list('warehouses').filter(uses), { ...warehouses(1000), ...shared }],
    sources: [...world.list('sources').filter(uses), { ...sources(1000), ...shared }],
  };
}
