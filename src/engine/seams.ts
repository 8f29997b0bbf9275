import type { Moment } from './shape.ts';
import type { Row } from './stream.ts';
import { within, type Window } from './windows.ts';

/**
 * Writes each key once where neighbouring windows bring the same row.
 *
 * A row belongs to the window that its cursor value falls in. One that arrives with another window is held until
 * its owner is done, and written then only if the owner did not bring it: so nothing is lost where just one of them
 * has it, and the owner's version wins where both have. Only keys near a border are remembered, and only while a
 * neighbour can still bring them, so memory does not grow with the number of rows.
 */
export class Seams {
  readonly #starts: number[];
  readonly #ends: number[];
  readonly #seam: number;
  readonly #moment: Moment;
  readonly #key: (row: Row) => string;
  readonly #seen = new Map<number, Set<string>>();
  readonly #held = new Map<number, Map<string, Row>>();
  readonly #closed = new Set<number>();

  constructor(windows: readonly Window[], seam: number, moment: Moment, key: (row: Row) => string) {
    this.#starts = windows.map((window) => Date.parse(window.start));
    this.#ends = windows.map((window) => Date.parse(window.end));
    this.#seam = seam;
    this.#moment = moment;
    this.#key = key;
  }

  /** The rows of a page that are to be written now. */
  admit(index: number, rows: readonly Row[]): Row[] {
    const { start, end } = this.#inside(index);
    // Most rows are, and their text tells it.
    const isInside = within(start, end);
    return rows.filter((row) => isInside(row[this.#moment.field]) || this.#isDue(index, row));
  }

  /** Ends a window: the rows that others brought for it and it did not bring itself. */
  close(index: number): Row[] {
    this.#closed.add(index);
    const seen = this.#seenBy(index);
    const due = [...(this.#held.get(index) ?? [])].filter(([key]) => !seen.has(key));
    for (const [key] of due) seen.add(key);
    this.#held.delete(index);
    for (const near of [index - 1, index, index + 1]) this.#forget(near);
    return due.map(([, row]) => row);
  }

  #isDue(index: number, row: Row): boolean {
    const time = this.#moment(row);
    const { start, end } = this.#inside(index);
    if (time > start && time < end) return true;
    const owner = this.#ownerOf(time, index);
    const key = this.#key(row);
    const seen = this.#seenBy(owner);
    if (seen.has(key)) return false;
    if (owner === index || this.#closed.has(owner)) {
      seen.add(key);
      return true;
    }
    const held = this.#held.get(owner) ?? new Map<string, Row>();
    this.#held.set(owner, held.set(key, row));
    return false;
  }

  /** The window a moment falls in; the one that brought it where it falls in none. */
  #ownerOf(time: number, index: number): number {
    const holds = (at: number) =>
      time >= (this.#starts[at] ?? Infinity) && time < (this.#ends[at] ?? -Infinity);
    const owner = [index, index - 1, index + 1].find(holds) ?? this.#starts.findIndex((_, at) => holds(at));
    return owner === -1 ? index : owner;
  }

  /** What is further from a window's borders (ms) than a neighbour reaches. */
  #inside(index: number): { start: number; end: number } {
    return {
      start: (this.#starts[index] ?? NaN) + this.#seam,
      end: (this.#ends[index] ?? NaN) - this.#seam,
    };
  }

  #seenBy(index: number): Set<string> {
    const seen = this.#seen.get(index) ?? new Set<string>();
    this.#seen.set(index, seen);
    return seen;
  }

  /** Lets go of a window's keys when neither it nor a neighbour can bring more. */
  #forget(index: number): void {
    const last = this.#starts.length - 1;
    const done = [index - 1, index, index + 1].every((at) => at < 0 || at > last || this.#closed.has(at));
    if (done) this.#seen.delete(index);
  }
}
