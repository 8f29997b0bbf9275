/** Documents in an order. What they are is not kept, only where each of them is. */
import type { Document } from '../contract.ts';
import type { Kind } from './mapping.ts';
import { comparePlaces, placeOf, type Place, type SortField } from './sort.ts';

/** What can be searched. */
export interface Searchable {
  readonly kind: Kind;
  readonly length: number;
  at(index: number): Document | undefined;
  /** Whether it can be found by now. */
  isHere(document: Document): boolean;
  /** Another one where something in it is another. */
  readonly version: string;
  /** The fields by which they are in order as they are, ascending. */
  readonly natural: readonly string[] | undefined;
}

/** Also of documents that cannot be found yet. */
export interface Order {
  readonly length: number;
  at(position: number): Document | undefined;
}

/** An order or two of each kind is asked for again and again. */
const MOST_KEPT = 8;

export class Orders {
  readonly #kept = new Map<string, Order>();

  of(searchable: Searchable, sort: readonly SortField[]): Order {
    const fields = sort.map(({ name, isDescending }) => (isDescending ? `-${name}` : name));
    const isNatural = searchable.natural?.join() === fields.join() || sort.length === 0;
    if (isNatural) return searchable;
    const key = [searchable.kind, searchable.version, ...fields].join(' ');
    const order = this.#kept.get(key) ?? orderOf(searchable, sort);
    this.#kept.delete(key);
    this.#kept.set(key, order);
    for (const oldest of this.#kept.keys()) if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
    return order;
  }

  /** Those of these ids, each given once, that are there. */
  find(searchable: Searchable, ids: readonly string[]): Document[] {
    const sort: SortField[] = [{ name: '_id', path: '_id', type: 'id', isDescending: false }];
    const order = this.of(searchable, sort);
    // Of more than there are, there are fewer to look at.
    if (ids.length > order.length) {
      const wanted = new Set(ids);
      const all = Array.from({ length: order.length }, (_, position) => order.at(position) ?? []).flat();
      return all.filter(({ _id }) => wanted.has(_id));
    }
    return ids.flatMap((id) => {
      const document = order.at(positionOf(order, sort, (place) => comparePlaces(place, [id], sort) >= 0));
      return document?._id === id ? [document] : [];
    });
  }
}

function orderOf(searchable: Searchable, sort: readonly SortField[]): Order {
  const places: { index: number; place: Place }[] = [];
  for (let index = 0; index < searchable.length; index += 1) {
    const document = searchable.at(index);
    if (document && searchable.isHere(document)) places.push({ index, place: placeOf(document, sort) });
  }
  const sorted = places.sort((a, b) => comparePlaces(a.place, b.place, sort));
  const indices = Uint32Array.from(sorted, ({ index }) => index);
  return {
    length: indices.length,
    at: (position) => {
      const index = indices[position];
      return index === undefined ? undefined : searchable.at(index);
    },
  };
}

/** The first position whose place is one; `isThere` is false before it and true from it on. */
export function positionOf(
  order: Order,
  sort: readonly SortField[],
  isThere: (place: Place) => boolean,
): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const document = order.at(middle);
    if (document && isThere(placeOf(document, sort))) high = middle;
    else low = middle + 1;
  }
  return low;
}
