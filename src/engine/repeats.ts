import { createHash } from 'node:crypto';
import type { Key } from './shape.ts';
import type { MayLack, Row } from './stream.ts';

/** Times that a list is read at most, where it changes each time. */
export const MOST_PASSES = 5;

/**
 * Two rows that differ and have the same key: it is no key, and merging by it would lose one of them. They are found on
 * one page; on two, a row that changed and moved looks the same, so there only where the key is ours, and twice.
 */
export class Twins extends Error {
  override readonly name = 'Twins';
}

/** Takes out the rows that a list brings twice because it changed while it was paged. */
export interface Repeats {
  /**
   * The rows of the next page that are new. Throws Twins. `sent` are the same rows before they were masked: two that differ
   * in their secrets alone are two.
   */
  fresh(page: readonly Row[], sent?: readonly Row[]): Row[];
  /** Ends a pass in which rows may have slipped through: whether none did. */
  endPass(mayLack: MayLack): boolean;
}

/** Of rows without a key: none is taken for another one. */
export const EVERY_ROW: Repeats = { fresh: (page) => [...page], endPass: () => true };

/**
 * Of a list that may be read again: remembers all its keys. A row slips through where one before it, which was brought,
 * goes; so a pass lost none if the next one brings again all that it brought, whatever came in since.
 */
export class ListRepeats implements Repeats {
  readonly #key: Key;
  /** Each key, with the pass that brought it last. */
  readonly #seen = new Map<string, number>();
  #pass = 1;
  #keys = 0;
  #keysBefore = -1;
  /** Keys of this pass that the one before brought too. */
  #again = 0;
  /** Where the key is ours: of each key, what this pass brought for it first. */
  readonly #prints = new Map<string, string>();
  /** Keys that two pages of this pass had for rows that differ, and those of the pass before. */
  #clashes = new Set<string>();
  #clashesBefore = new Set<string>();

  constructor(key: Key) {
    this.#key = key;
  }

  fresh(page: readonly Row[], sent = page): Row[] {
    const firsts = new Firsts(page, sent, this.#key);
    return page.filter((row, index) => {
      const key = this.#key(row);
      const last = this.#seen.get(key);
      const print = this.#key.isOurs ? printOf(sent[index]) : undefined;
      if (last === this.#pass) {
        firsts.expectSame(index, key);
        if (print !== this.#prints.get(key)) this.#clash(key);
        return false;
      }
      this.#seen.set(key, this.#pass);
      if (print !== undefined) this.#prints.set(key, print);
      this.#keys += 1;
      if (last === this.#pass - 1) this.#again += 1;
      return last === undefined;
    });
  }

  endPass(): boolean {
    const hasAll = this.#again === this.#keysBefore && this.#clashes.size === 0;
    [this.#clashesBefore, this.#clashes] = [this.#clashes, new Set()];
    this.#keysBefore = this.#keys;
    [this.#pass, this.#keys, this.#again] = [this.#pass + 1, 0, 0];
    return hasAll;
  }

  /** One row that changed and moved clashes once; two rows do so each time. */
  #clash(key: string): void {
    if (this.#clashesBefore.has(key)) throw new Twins();
    this.#clashes.add(key);
  }
}

const printOf = (row: Row | undefined) => createHash('sha1').update(JSON.stringify(row)).digest('base64');

/**
 * Of a series of time, which only grows and may be of any length: a row that comes in pushes the others onto the next
 * page, so the keys of one page are enough, and one pass is, unless its count says that rows went as well.
 */
export class SeriesRepeats implements Repeats {
  readonly #key: (row: Row) => string;
  #before: ReadonlySet<string> = new Set();

  constructor(key: (row: Row) => string) {
    this.#key = key;
  }

  fresh(page: readonly Row[], sent = page): Row[] {
    const [before, here] = [this.#before, new Set<string>()];
    const firsts = new Firsts(page, sent, this.#key);
    this.#before = here;
    return page.filter((row, index) => {
      const key = this.#key(row);
      const { size } = here;
      if (here.add(key).size > size) return !before.has(key);
      firsts.expectSame(index, key);
      return false;
    });
  }

  endPass(mayLack: MayLack): boolean {
    return mayLack !== 'changed';
  }
}

/** The first row of each key on a page; looked through where a key comes again, which is seldom. */
class Firsts {
  readonly #page: readonly Row[];
  readonly #sent: readonly Row[];
  readonly #key: Key;
  #rows: Map<string, Row> | undefined;

  constructor(page: readonly Row[], sent: readonly Row[], key: Key) {
    this.#page = page;
    this.#sent = sent;
    this.#key = key;
  }

  /** Throws Twins where the page has another row of this key. One that an earlier page brought has just moved. */
  expectSame(index: number, key: string): void {
    const sent = this.#sent;
    this.#rows ??= new Map(sent.map((row, at): [string, Row] => [this.#keyAt(at), row]).reverse());
    const [row, first] = [sent[index], this.#rows.get(key)];
    if (first !== row && JSON.stringify(first) !== JSON.stringify(row)) throw new Twins();
  }

  /** Of what is written: it has fields of ours. */
  #keyAt(index: number): string {
    return this.#key(this.#page[index] ?? {});
  }
}
