import type { Row } from './stream.ts';

/**
 * Takes out the rows that a list brings twice because it changed while it was paged: a row that comes in pushes the
 * others onto the next page. Of a list that can be read again it remembers all keys; of a series, which may be of any
 * length, those of one page.
 */
export class Repeats {
  readonly #key: (row: Row) => string;
  readonly #memory: 'page' | 'list';
  /** Each key, with the pass through the list that brought it last. */
  #seen = new Map<string, number>();
  #pass = 1;
  #keys = 0;
  #keysBefore = -1;
  #isSame = true;

  constructor(key: (row: Row) => string, memory: 'page' | 'list') {
    this.#key = key;
    this.#memory = memory;
  }

  /** The rows of the next page that are new. */
  fresh(page: readonly Row[]): Row[] {
    const known = this.#seen;
    if (this.#memory === 'page') this.#seen = new Map();
    return page.filter((row) => {
      const key = this.#key(row);
      const last = this.#seen.get(key) ?? known.get(key);
      this.#seen.set(key, this.#pass);
      if (last !== this.#pass) {
        this.#keys += 1;
        this.#isSame &&= last === this.#pass - 1;
      }
      return last === undefined;
    });
  }

  /** Ends a pass through the list: whether it brought the very keys of the pass before. */
  endPass(): boolean {
    const isSame = this.#isSame && this.#keys === this.#keysBefore;
    this.#keysBefore = this.#keys;
    [this.#pass, this.#keys, this.#isSame] = [this.#pass + 1, 0, true];
    return isSame;
  }
}
