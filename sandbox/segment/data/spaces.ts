/** Spaces, and what belongs to each as a whole. */
import { random as seeded } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { name, optional } from './names.ts';
import { settings } from './secrets.ts';

export const SPACES = 4;
/** The third space is new: there is nothing in it. */
export const isNew = (index: number): boolean => index % SPACES === 2;

export function space(seed: number, index: number): Row {
  const random = seeded(seed, 'space', index);
  return { id: `spa_${random.id(24)}`, slug: `space-${index}`, name: name(random) };
}

/** The number of a space, or of anything else whose last name ends with it. */
export const numberOf = (text: unknown): number => Number(/\d+$/.exec(String(text))?.[0] ?? 0);

interface Links {
  workspaceId: unknown;
  catalog: readonly Row[];
}

export function profilesWarehouses(seed: number, { id, slug }: Row, links: Links): Row[] {
  const number = numberOf(slug);
  const random = seeded(seed, 'profiles-warehouse', String(id));
  return Array.from({ length: isNew(number) ? 0 : number === 0 ? 3 : 2 }, (_, index) => ({
    id: random.id(),
    spaceId: id,
    metadata: links.catalog[(number + index) % links.catalog.length],
    workspaceId: links.workspaceId,
    enabled: random.int(2) === 0,
    settings: settings(random, number * 2 + index),
    ...optional(random, 'schemaName', index === 0 ? 'profiles_größe' : ''),
  }));
}

/** More than the ten that fit on a page, in the first space. */
export function filters(seed: number, { id, slug }: Row, { workspaceId }: Links): Row[] {
  const number = numberOf(slug);
  const random = seeded(seed, 'space-filter', String(id));
  return Array.from({ length: isNew(number) ? 0 : number === 0 ? 12 : 1 }, (_, index) => ({
    id: `flt_${random.id(20)}`,
    workspaceId,
    integrationId: id,
    ...optional(random, 'enabled', index % 2 === 0),
    ...optional(random, 'name', name(random)),
    ...optional(random, 'description', ''),
    ...optional(random, 'if', "event = 'Ärger 😠' and properties.total > 12345678901234567890"),
    ...optional(random, 'drop', index % 3 === 0),
    createdAt: '2025-02-28T23:59:59.999Z',
    updatedAt: '2026-01-01T00:00:00Z',
  }));
}
