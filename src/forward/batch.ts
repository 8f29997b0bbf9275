import type { Limits } from '../engine/forwarding.ts';

/** Messages, each as JSON, that an API takes in at once. Pure. */
export class Batch {
  readonly #limits: Limits;
  readonly #messages: string[] = [];
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get messages(): readonly string[] {
    return this.#messages;
  }

  /** Takes a message; false where it has no room for it. */
  add(message: string): boolean {
    const comma = this.#messages.length > 0 ? 1 : 0;
    const bytes = this.#bytes + comma + Buffer.byteLength(message);
    if (this.#messages.length >= this.#limits.messages || bytes > this.#limits.batchBytes) return false;
    this.#messages.push(message);
    this.#bytes = bytes;
    return true;
  }
}
