import type { ConnectorError } from './errors.ts';
import type { Row, Stream } from './stream.ts';

/**
 * The lists of one sync that other streams need, as parents or to be joined: each is read once, however many need it and
 * whether or not it is a table of its own in this sync. Only the fields that they asked for are kept.
 */
export class ParentLists<Api> {
  readonly #lists = new Map<Stream<Api>, ParentList>();

  constructor(streams: readonly Stream<Api>[]) {
    for (const stream of streams) this.#addNeedsOf(stream);
  }

  #addNeedsOf({ parent, joins = [] }: Stream<Api>): void {
    for (const { stream, keep } of parent ? [parent, ...joins] : joins) {
      const list = this.#lists.get(stream) ?? new ParentList();
      list.keep(keep);
      this.#lists.set(stream, list);
      this.#addNeedsOf(stream);
    }
  }

  /** The list that this stream's rows are collected for, where a child needs it. */
  of(stream: Stream<Api>): ParentList | undefined {
    return this.#lists.get(stream);
  }

  get streams(): readonly Stream<Api>[] {
    return [...this.#lists.keys()];
  }
}

/** The rows of a parent list. */
export interface Parents {
  readonly rows: readonly Row[];
  /** Set where there are others, which could not be read. */
  readonly failure?: ConnectorError;
}

export class ParentList {
  readonly #fields = new Set<string>();
  /** By what is kept of them: a list that changes while it is paged can bring a row twice. */
  readonly #rows = new Map<string, Row>();
  #resolve!: (failure?: ConnectorError) => void;
  readonly #done = new Promise<ConnectorError | undefined>((resolve) => (this.#resolve = resolve));

  keep(fields: readonly string[]): void {
    for (const field of fields) this.#fields.add(field);
  }

  collect(rows: readonly Row[]): void {
    for (const row of rows) {
      const kept = Object.fromEntries([...this.#fields].map((field) => [field, row[field]]));
      this.#rows.set(JSON.stringify(kept), kept);
    }
  }

  /** Lets go of a row that was deleted since: whoever reads the list from now on does not find it. */
  forget(row: Row): void {
    this.#rows.delete(JSON.stringify(row));
  }

  /** Resolves once all its rows are read, or cannot be. */
  get over(): Promise<unknown> {
    return this.#done;
  }

  /** Its rows, once all are read; without those that were found deleted until now. */
  async read(): Promise<Parents> {
    const failure = await this.#done;
    return { rows: [...this.#rows.values()], ...(failure && { failure }) };
  }

  complete(): void {
    this.#resolve();
  }

  /** `isRestKnown` where only some rows of it were refused: what hangs on the others can be read all the same. */
  fail(failure: ConnectorError, isRestKnown: boolean): void {
    if (!isRestKnown) this.#rows.clear();
    this.#resolve(failure);
  }
}
