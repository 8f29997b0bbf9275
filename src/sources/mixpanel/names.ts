/**
 * The columns of properties. A property is called as its owner likes, and a column of ours, or another property, must not
 * take its place: each name has one column, and each column one name, whatever else a project has.
 */

/** What a column begins with: Mixpanel's own properties begin with `$`, … */
export const RESERVED = 'mp_reserved_';
/** … and what would be taken for one of them, or for a column of ours, begins with this. */
const RENAMED = 'mp_property_';
/** With what our columns of properties begin that have another name. */
export const BEGINS: readonly string[] = [RESERVED, RENAMED];

/**
 * The column of a property in a table that has these columns of its own, in small letters. A property that differs from one
 * of them in case alone would take its place, too, wherever names are without case.
 */
export function columnOf(property: string, own: ReadonlySet<string>): string {
  if (property.startsWith('$')) return RESERVED + property.slice(1);
  const isTaken =
    property === '' ||
    own.has(property.toLowerCase()) ||
    property.startsWith(RESERVED) ||
    property.startsWith(RENAMED);
  return isTaken ? RENAMED + property : property;
}
