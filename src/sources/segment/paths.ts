/** A name of the customer's that no path can hold: a URL takes `.` and `..` for directions, and no half a character. */
export class Unnameable extends Error {
  constructor(name: string) {
    super(`no request can name ${JSON.stringify(name)}`);
  }
}

/** A name as one segment of a path, whatever is in it. Throws Unnameable. */
export function segment(value: unknown): string {
  const name = String(value);
  if (/^\.{0,2}$/.test(name) || /[\uD800-\uDFFF]/u.test(name)) throw new Unnameable(name);
  return encodeURIComponent(name);
}
