import { matcher } from '../patterns.ts';

/**
 * Roles that can change what others can do, read personal data, or own everything. What the workspace calls a role can
 * change, so an id will do as well. https://segment.com/docs/segment-app/iam/roles/
 */
export const PRIVILEGED_ROLES: readonly string[] = ['Workspace Owner', '* Admin', 'PII Access'];

/** Whether a role is one of these: by its id, or by its name in any case, in which `*` stands for anything. */
export function privilege(roles: readonly string[]): (roleId: unknown, roleName: unknown) => boolean {
  const ids = new Set<unknown>(roles);
  const isNamed = matcher(roles);
  return (roleId, roleName) => ids.has(roleId) || (typeof roleName === 'string' && isNamed(roleName));
}
