/**
 * JSON text of a body. A `bigint` is written as a plain number, digit by digit: an API is free to send integers that
 * JavaScript cannot hold, and a careless reader rounds them. Rows hold what JSON has, and `bigint`s.
 */

/** Catalog metadata is shared by many rows and by far the heaviest part of them: its text is made once. */
const texts = new WeakMap<object, string>();

/** Tells `encode` that this value never changes, and keeps its text. */
export function fixed<T extends object>(value: T): T {
  texts.set(value, encode(value));
  return value;
}

export function encode(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || isPlain(value)) return JSON.stringify(value) ?? 'null';
  const known = texts.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return `[${value.map(encode).join(',')}]`;
  let members = '';
  // One by one: there are millions of them.
  for (const name of Object.keys(value)) {
    const member: unknown = (value as Record<string, unknown>)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${nameOf(name)}:${encode(member)}`;
  }
  return `{${members}}`;
}

const names = new Map<string, string>();

/** The text of a name: there are few, in millions of objects. */
function nameOf(name: string): string {
  let text = names.get(name);
  if (text === undefined) names.set(name, (text = JSON.stringify(name)));
  return text;
}

/** Whether it holds no `bigint` and nothing whose text is kept: then JSON.stringify writes all of it at once. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  return !texts.has(value) && (Array.isArray(value) ? value : Object.values(value)).every(isPlain);
}

/** A row as it is to be kept: whole numbers that JavaScript cannot hold as texts of the same digits, wherever they are. */
export function lossless(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return String(value);
  if (typeof value !== 'object' || value === null) return value;
  // Most have none, and are many.
  const isSame = (held: unknown): boolean => lossless(held) === held;
  if (Array.isArray(value)) return value.every(isSame) ? value : value.map(lossless);
  const members = Object.entries(value);
  if (members.every(([, held]) => isSame(held))) return value;
  return Object.fromEntries(members.map(([name, held]) => [name, lossless(held)]));
}
