/** Functions, their versions, and the instances of insert functions. */
import { hash, random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { secret, settings } from './secrets.ts';
import { moment } from './times.ts';

/** Types and the prefixes of their ids; that of the last is a guess. */
const KINDS = [
  ['INSERT_DESTINATION', 'ifnd_'],
  ['SOURCE', 'sfnc_'],
  ['INSERT_DESTINATION', 'ifnd_'],
  ['INSERT_SOURCE', 'ifns_'],
  ['DESTINATION', 'dfn_'],
  ['INSERT_TRANSFORMATION', 'ifnt_'],
] as const;

export const FUNCTION_TYPES: readonly string[] = [...new Set(KINDS.map(([type]) => type))];

export const isInsert = ({ resourceType }: Row): boolean => String(resourceType).startsWith('INSERT_');

/** What instances are asked for by: the id without its prefix. */
export const classOf = ({ id }: Row): string => String(id).replace(/^\w+?_/, '');

export function functionRow(seed: number, index: number): Row {
  const random = seeded(seed, 'function', index);
  const [resourceType, prefix] = KINDS[index % KINDS.length] ?? KINDS[0];
  const id = random.id();
  return {
    id: `${prefix}${id}`,
    resourceType,
    createdAt: moment(random),
    createdBy: random.id(),
    displayName: name(random),
    ...optional(random, 'description', `Säubert ${name(random)}`),
    ...optional(random, 'logoUrl', 'https://cdn.shop.example/logos/function.png'),
    ...optional(random, 'catalogId', id),
  };
}

export const code = (random: Random): string =>
  `// größe\nconst key = "${secret(random)}";\nasync function onTrack(event) {\n\treturn event;\n}\n`;

/** Up to five; none of a function that was never saved again. */
export function versions(seed: number, functionId: string): Row[] {
  const random = seeded(seed, 'versions', functionId);
  return Array.from({ length: [5, 1, 0, 2][hash(functionId) % 4] ?? 0 }, (_, position) => ({
    id: random.id(),
    ...optional(random, 'author', `zoë+${position}@bücher.example`),
    code: position === 4 ? '' : code(random),
    ...optional(random, 'isDeployed', position === 0),
    ...optional(random, 'createdAt', moment(random)),
    ...optional(random, 'updatedAt', moment(random)),
    ...optional(random, 'deployedAt', moment(random)),
  }));
}

/** Where an insert function runs: up to five places, in front of destinations that may be gone. */
export function instances(seed: number, owner: Row): Row[] {
  const classId = classOf(owner);
  const random = seeded(seed, 'instances', classId);
  return Array.from({ length: [2, 5, 0][hash(classId) % 3] ?? 0 }, (_, position) => ({
    id: random.id(),
    ...optional(random, 'name', name(random)),
    integrationId: random.id(24),
    classId,
    enabled: random.int(2) === 0,
    createdAt: moment(random),
    updatedAt: moment(random),
    settings: settings(random, hash(classId) + position),
    encryptedSettings: position === 1 ? {} : { größe: secret(random), list: [secret(random), 7, true, null] },
  }));
}
