/**
 * The part of the search's language that a reader needs: `match_all`, `bool`, `range`, `terms`, `term` and `exists`.
 * Anything else is refused. https://www.elastic.co/guide/en/elasticsearch/reference/current/query-dsl.html
 */
import { illegal, unparsable } from '../api/reply.ts';
import type { Document, Row } from '../contract.ts';
import { instantOf } from '../times.ts';
import { byBytes } from './compare.ts';
import { fieldOf, isObject, valuesAt, type Field, type Kind } from './mapping.ts';

type Test = (document: Document) => boolean;

export interface Query {
  /** Undefined where it is about all. */
  readonly test: Test | undefined;
  /** Where only these can be found: their ids. */
  readonly ids: readonly string[] | undefined;
}

const ALL: Query = { test: undefined, ids: undefined };
const MOST_TERMS = 65_536;

export function readQuery(query: unknown, kind: Kind): Query {
  const [name, body] = only(query, 'query');
  const read = Object.hasOwn(CLAUSES, name) ? CLAUSES[name] : undefined;
  if (!read) throw unparsable(`unknown query [${name}]`);
  return read(body, kind);
}

const CLAUSES: Readonly<Record<string, (body: unknown, kind: Kind) => Query>> = {
  match_all: (body) => {
    expectMembers(body, 'match_all', []);
    return ALL;
  },
  bool: readBool,
  range: readRange,
  terms: (body, kind) => {
    const [name, values] = only(body, 'terms');
    if (!Array.isArray(values)) throw unparsable(`[terms] query does not support [${name}]`);
    if (values.length > MOST_TERMS)
      throw illegal(`The number of terms [${values.length}] exceeds the allowed maximum of [${MOST_TERMS}]`);
    return readTerms(name, values, kind);
  },
  term: (body, kind) => {
    const [name, given] = only(body, 'term');
    if (!isObject(given)) return readTerms(name, [given], kind);
    expectMembers(given, 'term', ['value']);
    return readTerms(name, [given['value']], kind);
  },
  exists: (body, kind) => {
    expectMembers(body, 'exists', ['field']);
    const field = named((body as Row)['field'], kind);
    if (field.type === 'id') throw illegal('[exists] cannot be used on [_id] field');
    return { ids: undefined, test: ({ _source }) => valuesAt(_source, field.path).some(isThere) };
  },
};

/** An object is there as far as something in it is. */
const isThere = (value: unknown): boolean =>
  isObject(value) ? Object.keys(value).some((name) => valuesAt(value, name).some(isThere)) : true;

const SIDES = ['filter', 'must', 'must_not', 'should'] as const;

/** One of `should` must match, but only where nothing else has to: that is the search's own rule. */
function readBool(body: unknown, kind: Kind): Query {
  expectMembers(body, 'bool', [...SIDES, 'minimum_should_match']);
  const given = body as Row;
  const [filter, must, mustNot, should] = SIDES.map((side) =>
    sideOf(given[side]).map((query) => readQuery(query, kind)),
  ) as [Query[], Query[], Query[], Query[]];
  const all = [...filter, ...must];
  const least = given['minimum_should_match'] ?? (should.length > 0 && all.length === 0 ? 1 : 0);
  if (!Number.isInteger(least)) throw unparsable('[bool] minimum_should_match must be an integer');
  return {
    ids: all.find(({ ids }) => ids)?.ids,
    test: (document) =>
      all.every((query) => matches(query, document)) &&
      !mustNot.some((query) => matches(query, document)) &&
      should.filter((query) => matches(query, document)).length >= Number(least),
  };
}

const matches = ({ test }: Query, document: Document): boolean => !test || test(document);

const sideOf = (side: unknown): unknown[] =>
  side === undefined ? [] : Array.isArray(side) ? (side as unknown[]) : [side];

const BORDERS: Readonly<Record<string, (value: number, border: number) => boolean>> = {
  gte: (value, border) => value >= border,
  gt: (value, border) => value > border,
  lte: (value, border) => value <= border,
  lt: (value, border) => value < border,
};

function readRange(body: unknown, kind: Kind): Query {
  const [name, borders] = only(body, 'range');
  expectMembers(borders, 'range', Object.keys(BORDERS));
  const field = named(name, kind);
  const tests = Object.entries(borders as Row).map(([side, border]) => {
    const isWithin = BORDERS[side];
    const order = ordering(field, border);
    return (value: unknown) => {
      const place = order(value);
      return place !== undefined && isWithin?.(place, 0) === true;
    };
  });
  return {
    ids: undefined,
    test: (document) => valuesOf(document, field).some((value) => tests.every((test) => test(value))),
  };
}

/** Tells how a value stands to a border: above it, below it, or at it; undefined for one that cannot be told. */
function ordering({ path, type }: Field, border: unknown): (value: unknown) => number | undefined {
  switch (type) {
    case 'date': {
      const at = instantOf(border);
      if (at === undefined)
        throw unparsable(
          `failed to parse date field [${String(border)}] with format [strict_date_optional_time]`,
        );
      return (value) => {
        const instant = instantOf(value);
        return instant === undefined ? undefined : instant - at;
      };
    }
    case 'long':
    case 'any':
      if (typeof border !== 'number') throw illegal(`For input string: "${String(border)}"`);
      return (value) => (typeof value === 'number' ? value - border : undefined);
    case 'raw':
      if (typeof border !== 'string') throw illegal(`a border of [${path}] must be a string`);
      return (value) => (typeof value === 'string' ? byBytes(value, border) : undefined);
    case 'text':
    case 'ip':
    case 'id':
      throw illegal(`Field [${path}] of type [${type}] does not support range queries`);
  }
}

function readTerms(name: string, values: readonly unknown[], kind: Kind): Query {
  const field = named(name, kind);
  for (const value of values)
    if (!['string', 'number', 'boolean', 'bigint'].includes(typeof value))
      throw illegal(`a term of [${name}] must be a value`);
  const wanted = new Set(values.map((value) => termOf(field, value)));
  return {
    ids: field.type === 'id' ? [...wanted] : undefined,
    test: (document) => wordsOf(document, field).some((word) => wanted.has(word)),
  };
}

function termOf({ type, path }: Field, value: unknown): string {
  if (type !== 'date') return String(value);
  const instant = instantOf(value);
  if (instant === undefined) throw unparsable(`failed to parse date field [${String(value)}] of [${path}]`);
  return String(instant);
}

/** What the search has of a document's field. A term that is asked for is not split, so it is none of a text's words. */
function wordsOf(document: Document, field: Field): string[] {
  const values = valuesOf(document, field);
  if (field.type === 'date') return values.map((value) => String(instantOf(value)));
  const isSplit = field.type === 'text' || field.type === 'any';
  return values.flatMap((value) =>
    typeof value === 'string' && isSplit
      ? (value.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])
      : [String(value)],
  );
}

const valuesOf = ({ _id, _source }: Document, { type, path }: Field): unknown[] =>
  type === 'id' ? [_id] : valuesAt(_source, path);

function named(name: unknown, kind: Kind): Field {
  const field = typeof name === 'string' ? fieldOf(kind, name) : undefined;
  // The search itself would find nothing and say nothing.
  if (!field) throw unparsable(`No mapping found for [${String(name)}]`);
  return field;
}

function only(body: unknown, what: string): [string, unknown] {
  const members = isObject(body) ? Object.entries(body) : [];
  if (members.length !== 1) throw unparsable(`[${what}] must be an object with exactly one member`);
  return members[0] as [string, unknown];
}

export function expectMembers(body: unknown, what: string, known: readonly string[]): void {
  if (!isObject(body)) throw unparsable(`[${what}] must be an object`);
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unparsable(`[${what}] query does not support [${unknown}]`);
}
