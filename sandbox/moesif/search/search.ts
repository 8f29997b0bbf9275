/** A search over documents: a page of what is found, in order, and how many there are of it. */
import { encode } from '../../kit/json.ts';
import type { Document, Row } from '../contract.ts';
import { instantOf } from '../times.ts';
import type { Span } from '../data/metrics.ts';
import type { Request } from './body.ts';
import { valuesAt } from './mapping.ts';
import { Orders, positionOf, type Order, type Searchable } from './orders.ts';
import { comparePlaces, placeOf, toldOf, type Place } from './sort.ts';

/** It counts no further where it tells that there are more. */
const COUNTED = 10_000;
const MOST_KEPT = 64;

interface Hit {
  readonly document: Document;
  /** Its values of the sort; none without one. */
  readonly sort: unknown[] | undefined;
}

interface Found {
  readonly hits: readonly Hit[];
  readonly total: number;
  /** There are more. */
  readonly isLeast: boolean;
}

/** What else a document must be, whatever the query is. */
export interface Within {
  /** Of `request.time`, both borders included. */
  readonly time?: Span;
  readonly test?: (document: Document) => boolean;
  /** Another one for another test. */
  readonly key: string;
}

/** `isCounted`: to the last one, however many they are. */
export class Search {
  readonly #orders = new Orders();
  readonly #counts = new Map<string, number>();

  run(searchable: Searchable, request: Request, within: Within, isCounted: boolean): Found {
    const { sort, after, size, query } = request;
    const test = testOf(searchable, request, within);
    const most = isCounted ? Infinity : COUNTED;
    const { order, from, to } = query.ids
      ? this.#few(searchable, query.ids, request)
      : this.#all(searchable, request, within);
    const start = after ? positionOf(order, sort, (place) => comparePlaces(place, after, sort) > 0) : from;
    const hits: Hit[] = [];
    for (let position = Math.max(start, from); position < to && hits.length < size; position += 1) {
      const document = order.at(position);
      if (!document || !test(document)) continue;
      hits.push({ document, sort: sort.length > 0 ? toldOf(placeOf(document, sort), sort) : undefined });
    }
    const count = () => countIn(order, from, to, test, most);
    const key = [searchable.kind, searchable.version, encode(request.asked), within.key, most].join(' ');
    const total = query.ids ? count() : this.#remember(key, count);
    return { hits, total, isLeast: total === most };
  }

  /** The one with this id. */
  find(searchable: Searchable, id: string): Document | undefined {
    return this.#orders.find(searchable, [id])[0];
  }

  #all(searchable: Searchable, { sort }: Request, { time }: Within) {
    const order = this.#orders.of(searchable, sort);
    const [first] = sort;
    const isByTime = time && first?.name === TIME && !first.isDescending;
    const at = ([own]: Place) => Number(own ?? Infinity);
    return {
      order,
      from: isByTime ? positionOf(order, sort, (place) => at(place) >= time.from) : 0,
      to: isByTime ? positionOf(order, sort, (place) => at(place) > time.to) : order.length,
    };
  }

  #few(searchable: Searchable, ids: readonly string[], { sort }: Request) {
    const found = this.#orders.find(searchable, ids);
    const placed = found.map((document) => ({ document, place: placeOf(document, sort) }));
    const sorted = placed
      .sort((a, b) => comparePlaces(a.place, b.place, sort))
      .map(({ document }) => document);
    const order: Order = { length: sorted.length, at: (position) => sorted[position] };
    return { order, from: 0, to: sorted.length };
  }

  #remember(key: string, count: () => number): number {
    const known = this.#counts.get(key) ?? count();
    this.#counts.delete(key);
    this.#counts.set(key, known);
    for (const oldest of this.#counts.keys()) if (this.#counts.size > MOST_KEPT) this.#counts.delete(oldest);
    return known;
  }
}

const TIME = 'request.time';

function testOf(searchable: Searchable, { query }: Request, { time, test }: Within) {
  return (document: Document): boolean =>
    searchable.isHere(document) &&
    (!time || isWithin(document._source, time)) &&
    (!test || test(document)) &&
    (!query.test || query.test(document));
}

const isWithin = (source: Row, { from, to }: Span): boolean =>
  valuesAt(source, TIME).some((value) => {
    const instant = instantOf(value);
    return instant !== undefined && instant >= from && instant <= to;
  });

function countIn(
  order: Order,
  from: number,
  to: number,
  test: (document: Document) => boolean,
  most: number,
) {
  let count = 0;
  for (let position = from; position < to && count < most; position += 1) {
    const document = order.at(position);
    if (document && test(document)) count += 1;
  }
  return count;
}
