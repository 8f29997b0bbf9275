/**
 * How far an ordered list of partitions is finished without a gap, however out of order they finish.
 * Pure: the number it gives is the only thing that a state may be built from.
 */
export class Checkpoint {
  readonly #finished: boolean[];
  #reached = 0;

  constructor(partitions: number) {
    this.#finished = new Array<boolean>(partitions).fill(false);
  }

  /** Partitions before the earliest unfinished one. */
  get reached(): number {
    return this.#reached;
  }

  /** Marks one as finished; true where the checkpoint moved. */
  finish(index: number): boolean {
    const before = this.#reached;
    this.#finished[index] = true;
    while (this.#finished[this.#reached]) this.#reached += 1;
    return this.#reached > before;
  }
}
