/**
 * The part of the search's language that a reader needs: `match_all`, `bool`, `range`, `terms`, `term` and `exists`.
 * Anything else is refused. https://www.elastic.co/guide/en/elasticsearch/reference/current/query-dsl.html
 */
import { illegal, unparsable } from '../api/reply.ts';
import type { Document, Row } from '../contract.ts';
import { fieldOf, isObject, valuesAt, type Field, type Kind } from './mapping.ts';
import { expectMembers, only } from './members.ts';
import { ordering, termOf, valuesOf, wordsOf } from './values.ts';

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

function named(name: unknown, kind: Kind): Field {
  const field = typeof name === 'string' ? fieldOf(kind, name) : undefined;
  // The search itself would find nothing and say nothing.
  if (!field) throw unparsable(`No mapping found for [${String(name)}]`);
  return field;
}
