/**
 * JSON that is copied byte by byte and never read: for what is sent on as it came, that is several times as fast as an object
 * made of it and a text made of that. What is not as most JSON is, is not copied: a reader (json.ts) has to tell what it is.
 */

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const [PLUS, MINUS, POINT, ZERO, NINE] = [0x2b, 0x2d, 0x2e, 0x30, 0x39];
const [SPACE, SMALL, SMALL_E] = [0x20, 0x20, 0x65];
/** Deeper values are left to a reader, which knows how to fail. */
const DEEPEST = 50;
/** Digits of the longest integer that a double holds in any case. */
const SAFE_DIGITS = 15;
/** So many times as long at most is what is copied: an escape takes the place of two bytes. */
export const MOST_GROWTH = 3;

const [TRUE, FALSE, NULL] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')];
/** What follows a backslash. What is escaped otherwise, nobody who looks for a text would find as it is written. */
const ESCAPED = new Set(Buffer.from('"\\bfnrt'));
/** Line breaks to some readers (Python's splitlines): as the writer has them, and what they are in UTF-8. */
const BREAKS = [
  { bytes: [0xc2, 0x85], escape: Buffer.from('\\u0085') },
  { bytes: [0xe2, 0x80, 0xa8], escape: Buffer.from('\\u2028') },
  { bytes: [0xe2, 0x80, 0xa9], escape: Buffer.from('\\u2029') },
];

/**
 * Copies the JSON of one buffer into another, which must have the room. Its methods say whether they copied something whole; where
 * not, `at` and `to` are anywhere. The JSON must be UTF-8 and be followed by a byte that is no part of it.
 */
export class JsonCopier {
  readonly from: Buffer;
  /** What comes next in it. */
  at: number;
  readonly out: Buffer;
  /** Where the next byte goes. */
  to: number;
  /** How many escapes there were in what was copied. */
  escapes = 0;

  constructor(from: Buffer, at: number, out: Buffer, to: number) {
    [this.from, this.at, this.out, this.to] = [from, at, out, to];
  }

  /** This very byte. */
  mark(byte: number): boolean {
    if (this.from[this.at] !== byte) return false;
    this.out[this.to] = byte;
    this.at += 1;
    this.to += 1;
    return true;
  }

  /** These very bytes. */
  copies(bytes: Buffer): boolean {
    for (let index = 0; index < bytes.length; index += 1)
      if (this.from[this.at + index] !== bytes[index]) return false;
    this.at += bytes.length;
    this.write(bytes);
    return true;
  }

  /** Bytes that are not in the JSON. */
  write(bytes: Buffer): void {
    const { out, to } = this;
    // A few bytes, for which a call of Buffer's takes longer.
    for (let index = 0; index < bytes.length; index += 1) out[to + index] = bytes[index] ?? 0;
    this.to = to + bytes.length;
  }

  /** ASCII that is not in the JSON. */
  writeText(text: string): void {
    const { out, to } = this;
    for (let index = 0; index < text.length; index += 1) out[to + index] = text.charCodeAt(index);
    this.to = to + text.length;
  }

  /** A value, without blanks between its parts. An integer that a double cannot hold becomes a text, as it does for a reader. */
  value(depth = 0): boolean {
    switch (this.from[this.at]) {
      case QUOTE:
        return this.text();
      case OBJECT:
        return depth < DEEPEST && this.#object(depth + 1);
      case LIST:
        return depth < DEEPEST && this.#list(depth + 1);
      case 0x74:
        return this.copies(TRUE);
      case 0x66:
        return this.copies(FALSE);
      case 0x6e:
        return this.copies(NULL);
      default:
        return this.#number();
    }
  }

  text(): boolean {
    return this.mark(QUOTE) && this.restOfText();
  }

  /** A text from a character of it on, with the quote that ends it. */
  restOfText(): boolean {
    const { from, out } = this;
    let { at, to } = this;
    for (;;) {
      const byte = from[at] ?? 0;
      if (byte < SPACE) return false;
      if (byte === BACKSLASH) {
        const escaped = from[at + 1] ?? 0;
        if (!ESCAPED.has(escaped)) return false;
        this.escapes += 1;
        out[to++] = byte;
        out[to++] = escaped;
        at += 2;
        continue;
      }
      if (byte === 0xc2 || byte === 0xe2) {
        const found = BREAKS.find(({ bytes }) => bytes.every((one, index) => from[at + index] === one));
        if (found) {
          at += found.bytes.length;
          to += found.escape.copy(out, to);
          continue;
        }
      }
      out[to++] = byte;
      at += 1;
      if (byte !== QUOTE) continue;
      [this.at, this.to] = [at, to];
      return true;
    }
  }

  #object(depth: number): boolean {
    this.mark(OBJECT);
    if (this.mark(OBJECT_END)) return true;
    for (;;) {
      if (!this.text() || !this.mark(COLON) || !this.value(depth)) return false;
      if (this.mark(OBJECT_END)) return true;
      if (!this.mark(COMMA)) return false;
    }
  }

  #list(depth: number): boolean {
    this.mark(LIST);
    if (this.mark(LIST_END)) return true;
    for (;;) {
      if (!this.value(depth)) return false;
      if (this.mark(LIST_END)) return true;
      if (!this.mark(COMMA)) return false;
    }
  }

  #number(): boolean {
    const begin = this.to;
    this.mark(MINUS);
    const [first, start] = [this.from[this.at], this.at];
    const digits = this.#digits();
    if (digits === 0 || (digits > 1 && first === ZERO)) return false;
    const isFraction = this.mark(POINT);
    if (isFraction && this.#digits() === 0) return false;
    const hasExponent = ((this.from[this.at] ?? 0) | SMALL) === SMALL_E;
    if (hasExponent && !this.#exponent()) return false;
    if (digits <= SAFE_DIGITS) return true;
    if (isFraction || hasExponent) return false;
    this.#keepDigits(begin, start);
    return true;
  }

  #digits(): number {
    const { from, out, at: begin } = this;
    let { at, to } = this;
    for (;;) {
      const byte = from[at] ?? 0;
      if (byte < ZERO || byte > NINE) break;
      out[to++] = byte;
      at += 1;
    }
    [this.at, this.to] = [at, to];
    return at - begin;
  }

  /** Of two digits at most, so that no number is beyond what a double can hold. */
  #exponent(): boolean {
    this.mark(this.from[this.at] ?? 0);
    if (!this.mark(PLUS)) this.mark(MINUS);
    const digits = this.#digits();
    return digits === 1 || digits === 2;
  }

  /** Quotes around an integer that begins there in the copy, where a double does not hold it. */
  #keepDigits(begin: number, start: number): void {
    if (Number.isSafeInteger(Number(this.from.toString('latin1', start, this.at)))) return;
    this.out.copyWithin(begin + 1, begin, this.to);
    this.out[begin] = QUOTE;
    this.out[this.to + 1] = QUOTE;
    this.to += 2;
  }
}
