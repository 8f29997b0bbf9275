/** Counts the records in an output as cheaply as can be, and keeps a sum of their ids to tell whether all are there. */

const RECORD = Buffer.from('{"type":"RECORD"');
const [BREAK, QUOTE] = [0x0a, 0x22];

/** How many rows, and which: the same for the same ids in any order, another where one is lost or comes twice. */
export interface Sum {
  readonly records: number;
  readonly ids: number;
}

export class Tally {
  #records = 0;
  #ids = 0;
  #bytes = 0;
  readonly #id: Buffer;
  /** The line that a chunk broke off in. */
  #rest: Buffer = Buffer.alloc(0);

  /** `field` is the first one of each row: its id, or what takes its place. */
  constructor(field = 'id') {
    this.#id = Buffer.from(`"data":{"${field}":"`);
  }

  get sum(): Sum {
    return { records: this.#records, ids: this.#ids };
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(id: Buffer): void {
    this.#records += 1;
    this.#ids = (this.#ids + hash(id)) >>> 0;
  }

  /** The next piece of the output. */
  take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const text = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end; (end = text.indexOf(BREAK, start)) >= 0; start = end + 1) {
      this.#line(text.subarray(start, end));
    }
    this.#rest = text.subarray(start);
  }

  #line(line: Buffer): void {
    if (line.compare(RECORD, 0, RECORD.length, 0, RECORD.length) !== 0) return;
    const from = line.indexOf(this.#id) + this.#id.length;
    if (from < this.#id.length) throw new Error(`a record without its id: ${line.toString().slice(0, 200)}`);
    this.add(line.subarray(from, line.indexOf(QUOTE, from)));
  }
}

/** FNV-1a, 32 bits. */
function hash(bytes: Buffer): number {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
