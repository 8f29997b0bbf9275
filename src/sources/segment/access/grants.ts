/** Permissions as the API nests them, flattened to one grant a row. Pure. */
import { createHash } from 'node:crypto';
import { systemError } from '../../../engine/errors.ts';
import type { Row } from '../../../engine/stream.ts';

/** How far a role reaches: everything of its kind, what bears the labels, or the one resource. */
type Scope = 'ALL' | 'LABELED' | 'SPECIFIC';

/** A text that is the same for the same parts, whatever is in them. */
export const keyOfParts = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/**
 * One row for each role, resource and set of labels; what the API grants twice comes once. The key is made of these parts,
 * never of a position, so that it stays the same from sync to sync.
 * https://docs.segmentapis.com/tag/IAM-Users
 */
export function grantsOf(permissions: unknown): Row[] {
  const grants = new Map<string, Row>();
  for (const { roleId, roleName, resources, labels } of objectsIn(permissions, 'permissions')) {
    const own = objectsIn(labels, 'labels');
    const named = objectsIn(resources, 'resources');
    // A role without a resource reaches we do not know what; left out it would look as if nobody had it.
    for (const { id, type, labels: more } of named.length > 0 ? named : [{}]) {
      const pairs = labelPairs([...own, ...objectsIn(more, 'labels')]);
      const permissionKey = keyOfParts([roleId, type, id, pairs]);
      if (grants.has(permissionKey)) continue;
      grants.set(permissionKey, {
        permissionKey,
        roleId: roleId ?? null,
        roleName: roleName ?? null,
        resourceType: type ?? null,
        resourceId: id ?? null,
        scope: scopeOf(type, pairs.length),
        labels: pairs.map((pair) => pair.join(':')),
      });
    }
  }
  return [...grants.values()];
}

function scopeOf(type: unknown, labels: number): Scope | null {
  if (labels > 0) return 'LABELED';
  if (type === undefined || type === null) return null;
  return type === 'WORKSPACE' ? 'ALL' : 'SPECIFIC';
}

/** Sorted, each once: the order in which somebody set them means nothing. */
function labelPairs(labels: readonly Row[]): string[][] {
  const pairs = new Map(
    labels.map(({ key, value }) => [JSON.stringify([key, value]), [key, value].map(String)]),
  );
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

/** The objects of a list that may be absent. What is not of the documented shape must not pass for no access. */
function objectsIn(list: unknown, what: string): readonly Row[] {
  if (list === undefined || list === null) return [];
  const isObject = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one);
  if (Array.isArray(list) && list.every(isObject)) return list as Row[];
  throw systemError(
    `The API sent ${what} that are no list of objects, so who may do what is unclear; please report it, the API may have changed.`,
  );
}
