/** The order of what is found, and the place in it where a page goes on. */
import { illegal, unparsable } from '../api/reply.ts';
import type { Document, Row } from '../contract.ts';
import { instantOf } from '../times.ts';
import { byBytes } from './compare.ts';
import { fieldOf, isObject, valuesAt, type Field, type Kind } from './mapping.ts';
import { expectMembers } from './members.ts';

export interface SortField extends Field {
  readonly name: string;
  readonly isDescending: boolean;
}

/** A document's values of each field of a sort; undefined for one that it has not, which comes last. */
export type Place = readonly (number | string | undefined)[];

/** What stands for a missing date or number, a 64-bit integer: the last one there is in this direction. */
const LAST = { ascending: 9223372036854775807n, descending: -9223372036854775808n };

const OPTIONS = ['order', 'missing', 'unmapped_type'];

export function readSort(sort: unknown, kind: Kind): SortField[] {
  if (sort === undefined) return [];
  if (!Array.isArray(sort)) throw unparsable('[sort] must be a list here');
  return sort.map((entry) => readEntry(entry, kind));
}

function readEntry(entry: unknown, kind: Kind): SortField {
  const members = isObject(entry) ? Object.entries(entry) : [[entry, 'asc'] as const];
  const [name, options] = members[0] ?? [];
  if (members.length !== 1 || typeof name !== 'string') throw unparsable('[sort] names one field an entry');
  const given: Row = isObject(options) ? options : { order: options };
  expectMembers(given, 'sort', OPTIONS);
  const { order = 'asc', missing = '_last' } = given;
  if (order !== 'asc' && order !== 'desc') throw unparsable(`No enum constant SortOrder.${String(order)}`);
  if (missing !== '_last') throw unparsable('[missing] can only be _last here');
  const field = fieldOf(kind, name);
  if (!field || field.type === 'any') throw illegal(`No mapping found for [${name}] in order to sort on`);
  if (field.type === 'text')
    throw illegal(
      `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Fielddata is disabled on [${name}].`,
    );
  return { ...field, name, isDescending: order === 'desc' };
}

/** Where a page goes on: behind these values, as the last hit before told them, digit by digit. */
export function readAfter(after: unknown, sort: readonly SortField[]): Place | undefined {
  if (after === undefined) return undefined;
  if (sort.length === 0) throw illegal('Sort must contain at least one field.');
  if (!Array.isArray(after) || after.length !== sort.length)
    throw illegal(`search_after must have as many values as sort: [${sort.length}]`);
  if (sort.at(-1)?.type !== 'id')
    throw illegal('search_after without _id at the end of sort would lose documents');
  return sort.map((field, index) => readValue(after[index], field));
}

function readValue(value: unknown, field: SortField): number | string | undefined {
  if (field.type === 'date' || field.type === 'long') {
    if (value === lastOf(field)) return undefined;
    const isWhole = Number.isSafeInteger(value);
    const number = isWhole
      ? (value as number)
      : field.type === 'date' && typeof value === 'string' && instantOf(value);
    if (typeof number === 'number') return number;
    throw illegal(`Failed to parse search_after value for field [${field.name}]: [${String(value)}]`);
  }
  if (value === null && field.type !== 'id') return undefined;
  if (typeof value === 'string') return value;
  throw illegal(`Failed to parse search_after value for field [${field.name}]: [${String(value)}]`);
}

const lastOf = ({ isDescending }: SortField): bigint => (isDescending ? LAST.descending : LAST.ascending);

export function placeOf(document: Document, sort: readonly SortField[]): Place {
  return sort.map((field) => {
    if (field.type === 'id') return document._id;
    const isTime = field.type === 'date';
    const values = valuesAt(document._source, field.path).flatMap((value) => {
      const own = isTime ? instantOf(value) : field.type === 'long' ? value : String(value);
      return typeof own === 'string' || typeof own === 'number' ? [own] : [];
    });
    // Of several it is the first one in the order that is asked for.
    return values.sort((a, b) => compareIn(field, a, b))[0];
  });
}

/** As a hit tells it. */
export const toldOf = (place: Place, sort: readonly SortField[]): unknown[] =>
  sort.map((field, index) => {
    const isNumber = field.type === 'date' || field.type === 'long';
    return place[index] ?? (isNumber ? lastOf(field) : null);
  });

export function comparePlaces(a: Place, b: Place, sort: readonly SortField[]): number {
  for (const [index, field] of sort.entries()) {
    const difference = compareIn(field, a[index], b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareIn({ isDescending }: SortField, a: Place[number], b: Place[number]): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const ascending = typeof a === 'number' ? a - Number(b) : byBytes(a, String(b));
  return isDescending ? -ascending : ascending;
}
