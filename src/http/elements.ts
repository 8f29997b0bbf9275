import { LARGEST_BODY, TOO_LARGE } from './body.ts';
import { parseJson } from './json.ts';
import { utf8 } from './lines.ts';

/** The code of a body that is no JSON, or no longer: it was cut short. */
export const NO_JSON = 'ERR_NO_JSON';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The elements of a list in a JSON object, parsed, in a batch for each piece of the body that ends one; in the end the object
 * with the list emptied. So a list of any length needs no more memory than an element and a piece. Throws an
 * error with the code NO_JSON where it is none, MalformedAnswer where it is no UTF-8, and an error with the code TOO_LARGE for an
 * element, or a rest, that is.
 */
export async function* elementsOf(
  bytes: AsyncIterable<Buffer>,
  list: string,
): AsyncGenerator<readonly unknown[], unknown> {
  const scan = new Scan(list);
  for await (const chunk of bytes) {
    const elements = scan.take(chunk);
    if (elements.length > 0) yield parsed(`[${utf8(elements)}]`) as unknown[];
  }
  return parsed(utf8(scan.rest()));
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw Object.assign(new SyntaxError('a body that is no JSON'), { code: NO_JSON });
  }
}

/** Follows a text of JSON as far as it takes to tell where the elements of the list begin and end. */
class Scan {
  readonly #list: string;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** The bytes of the last text of the object itself: a name, where a colon follows. */
  #text: number[] = [];
  #name = '';
  #isInList = false;
  /** What was scanned of an element that has not ended … */
  readonly #begun = new Bytes();
  /** … and what lies outside of the list. */
  readonly #outside = new Bytes();

  constructor(list: string) {
    this.#list = list;
  }

  /** The elements that end in this piece, as it has them; nothing where none does. */
  take(chunk: Buffer): Buffer {
    let [from, cut] = [0, -1];
    const ended: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#isInText) {
        this.#takeOfText(byte);
      } else if (byte === QUOTE) {
        this.#isInText = true;
        if (this.#depth === 1) this.#text = [];
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        const isIt = byte === OPEN_LIST && this.#depth === 1 && this.#name === this.#list;
        this.#depth += 1;
        if (!isIt) continue;
        this.#isInList = true;
        this.#outside.add(chunk.subarray(from, at + 1));
        from = at + 1;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        this.#depth -= 1;
        if (!this.#isInList || this.#depth > 1) continue;
        this.#isInList = false;
        ended.push(this.#begun.emptied(), chunk.subarray(from, at));
        [from, cut] = [at, -1];
      } else if (byte === COMMA) {
        if (this.#isInList && this.#depth === 2) cut = at;
      } else if (byte === COLON && this.#depth === 1) {
        this.#name = nameOf(this.#text);
      }
    }
    if (!this.#isInList) {
      this.#outside.add(chunk.subarray(from));
    } else if (cut < 0) {
      this.#begun.add(chunk.subarray(from));
    } else {
      ended.push(this.#begun.emptied(), chunk.subarray(from, cut));
      this.#begun.add(chunk.subarray(cut + 1));
    }
    return Buffer.concat(ended);
  }

  /** The object without the elements; it does not end either where the list did not. */
  rest(): Buffer {
    return this.#outside.emptied();
  }

  #takeOfText(byte: number): void {
    if (this.#depth === 1) this.#text.push(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInText = false;
  }
}

/** A name from its bytes, the closing quote included. */
function nameOf(text: readonly number[]): string {
  try {
    return String(JSON.parse(`"${Buffer.from(text).toString()}`));
  } catch {
    return '';
  }
}

/** Bytes that are put together; no more of them than a body may have. */
class Bytes {
  #parts: Buffer[] = [];
  #length = 0;

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > LARGEST_BODY) throw Object.assign(new RangeError('too large'), { code: TOO_LARGE });
    // A copy: the piece that it is cut of is let go.
    this.#parts.push(Buffer.from(part));
  }

  emptied(): Buffer {
    const whole = Buffer.concat(this.#parts);
    [this.#parts, this.#length] = [[], 0];
    return whole;
  }
}
