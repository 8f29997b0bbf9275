import { isAscii, isUtf8 } from 'node:buffer';
import { LARGEST_BODY, TOO_LARGE } from './body.ts';
import { MalformedAnswer } from './errors.ts';

const LF = 0x0a;
const END = Buffer.from('\n');
const NO_UTF8 = 'a body that is not UTF-8';
/** Bytes that are kept for the line that is not complete; more only while one needs more. */
const ROOM = 1024 ** 2;

/**
 * The lines of a body, in a batch for each piece of it that ends one: decoded and split together, as both cost more than
 * their bytes where done line by line. A line ends at LF and nowhere else; CR and U+2028 are part of it, as JSON has it.
 * Holds no more than a piece and a line. Throws MalformedAnswer where they are no UTF-8, and an error with the code
 * TOO_LARGE for a line that is.
 */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[], void> {
  for await (const lines of wholeLines(bytes)) {
    yield utf8(lines).slice(0, -1).split('\n');
  }
}

/** The same as bytes, in pieces of whole lines: each ends with an LF, the last one too. Throws as `linesOf` does. */
export async function* wholeLinesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  for await (const lines of wholeLines(bytes)) {
    if (!isUtf8(lines)) throw new MalformedAnswer(NO_UTF8);
    yield lines;
  }
}

async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let begun = new Begun();
  for await (const chunk of bytes) {
    const last = chunk.lastIndexOf(LF);
    if (last < 0) {
      begun.add(chunk);
      continue;
    }
    begun.mustBear(chunk.indexOf(LF));
    const lines = begun.finishedBy(chunk.subarray(0, last + 1));
    begun = begun.emptied();
    begun.add(chunk.subarray(last + 1));
    yield lines;
  }
  if (begun.length > 0) yield begun.finishedBy(END);
}

/** A line whose end has not come. Its bytes are copied, as small pieces would cost many times their size. */
class Begun {
  #bytes = Buffer.allocUnsafe(0);
  length = 0;

  add(chunk: Buffer): void {
    this.mustBear(chunk.length);
    const length = this.length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, Math.min(this.#bytes.length * 2, LARGEST_BODY)));
      this.#bytes.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, this.length);
    this.length = length;
  }

  mustBear(more: number): void {
    if (this.length + more > LARGEST_BODY)
      throw Object.assign(new RangeError('too large'), { code: TOO_LARGE });
  }

  finishedBy(end: Buffer): Buffer {
    return this.length === 0 ? end : Buffer.concat([this.#bytes.subarray(0, this.length), end]);
  }

  emptied(): Begun {
    if (this.#bytes.length > ROOM) return new Begun();
    this.length = 0;
    return this;
  }
}

/** Whole lines: LF is no part of any other character. */
export function utf8(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new MalformedAnswer(NO_UTF8);
  return bytes.toString();
}
