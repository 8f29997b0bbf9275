import type { Row } from './stream.ts';

/**
 * Takes out the rows that a list brings twice because it changed while it was paged: a row that comes in pushes the
 * others onto the next page. Remembers the keys of one page, so memory does not grow with the number of rows.
 */
export class Repeats {
  readonly #key: (row: Row) => string;
  #before = new Set<string>();

  constructor(key: (row: Row) => string) {
    this.#key = key;
  }

  /** The rows of the next page that were not on it or on the one before already. */
  fresh(page: readonly Row[]): Row[] {
    const seen = this.#before;
    this.#before = new Set();
    return page.filter((row) => {
      const key = this.#key(row);
      const isFresh = !seen.has(key) && !this.#before.has(key);
      this.#before.add(key);
      return isFresh;
    });
  }
}
