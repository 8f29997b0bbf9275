/** Users or companies and what becomes of them; each is made when it is asked for. */
import type { Document, Row } from './contract.ts';

interface Made {
  /** So many there are by now. */
  readonly count: () => number;
  readonly now: () => number;
  readonly at: (index: number) => Document;
}

export class Collection {
  readonly #made: Made;
  /** By their place: what is another than it was made, or gone. */
  readonly #changed = new Map<number, Row | 'gone'>();
  #added: readonly Document[] = [];
  #edits = 0;

  constructor(made: Made) {
    this.#made = made;
  }

  /** Places, of which some may be empty. */
  get length(): number {
    return this.#made.count() + this.#added.length;
  }

  /** Another one after each edit, and when one of those that were added can be found. */
  get edits(): string {
    return [this.#edits, this.#added.filter((one) => this.#isHere(one)).length].join();
  }

  at(index: number): Document | undefined {
    const count = this.#made.count();
    const added = this.#added[index - count];
    if (index >= count) return added && this.#isHere(added) ? added : undefined;
    const changed = this.#changed.get(index);
    if (changed === 'gone') return undefined;
    const made = this.#made.at(index);
    return changed ? { ...made, _source: { ...made._source, ...changed } } : made;
  }

  *all(): Generator<Document> {
    for (let index = 0; index < this.length; index += 1) {
      const document = this.at(index);
      if (document) yield document;
    }
  }

  add(document: Document): void {
    this.#edits += 1;
    this.#added = [...this.#added, document];
  }

  change(id: string, fields: Row): void {
    this.#edits += 1;
    this.#added = this.#added.map((one) =>
      one._id === id ? { ...one, _source: { ...one._source, ...fields } } : one,
    );
    const index = this.#placeOf(id);
    const changed = index === undefined ? undefined : this.#changed.get(index);
    if (index !== undefined) this.#changed.set(index, { ...(changed as Row | undefined), ...fields });
  }

  delete(id: string): void {
    this.#edits += 1;
    this.#added = this.#added.filter(({ _id }) => _id !== id);
    const index = this.#placeOf(id);
    if (index !== undefined) this.#changed.set(index, 'gone');
  }

  #isHere({ arrives = -Infinity }: Document): boolean {
    return arrives <= this.#made.now();
  }

  /** Of one that was made and is not gone. */
  #placeOf(id: string): number | undefined {
    for (let index = 0; index < this.#made.count(); index += 1)
      if (this.#changed.get(index) !== 'gone' && this.#made.at(index)._id === id) return index;
    return undefined;
  }
}
