/**
 * JSON that is copied byte by byte and never read: of what is sent on as it came, that takes less than half of what an object made
 * of it takes, and a text made of that. Numbers stay as they are written (`1.0`, `-0`), and names that come twice still do. What is
 * not as most JSON is, is not copied: a reader (json.ts) has to tell what it is.
 */

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const [PLUS, MINUS, POINT, ZERO, NINE] = [0x2b, 0x2d, 0x2e, 0x30, 0x39];
const [SPACE, SLASH, SMALL_E, LARGE_E, SMALL_U] = [0x20, 0x2f, 0x65, 0x45, 0x75];
const [SMALL_F, SMALL_N, SMALL_T] = [0x66, 0x6e, 0x74];
/** Deeper values are left to a reader, which knows how to fail. */
const DEEPEST = 50;
/** Digits of the longest integer that a double holds in any case. */
const SAFE_DIGITS = 15;
const [TRUE, FALSE, NULL] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')];
/** What JSON.stringify puts behind a backslash, but for the code of a control character. */
const ESCAPED = new Set(Buffer.from('"\\bfnrt'));
/** Line breaks to some readers (Python's splitlines), in UTF-8, and as whoever writes lines has to have them. */
const BREAKS = [
  { code: 0x85, bytes: [0xc2, 0x85], escape: Buffer.from('\\u0085') },
  { code: 0x2028, bytes: [0xe2, 0x80, 0xa8], escape: Buffer.from('\\u2028') },
  { code: 0x2029, bytes: [0xe2, 0x80, 0xa9], escape: Buffer.from('\\u2029') },
];

/**
 * Copies the JSON of one buffer into another, which must have the room: three times as much, as an escape can take the place of two
 * bytes. Its methods say whether they took something whole; where not, `at` and `to` are anywhere. Texts become what JSON.stringify
 * writes, so that whoever looks for one finds it. The JSON must be UTF-8 and be followed by a byte that is no part of it.
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
  take(byte: number): boolean {
    if (this.from[this.at] !== byte) return false;
    this.out[this.to] = byte;
    this.at += 1;
    this.to += 1;
    return true;
  }

  /** These very bytes. */
  takeAll(bytes: Buffer): boolean {
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
  takeValue(depth = 0): boolean {
    switch (this.from[this.at] ?? 0) {
      case QUOTE:
        return this.takeText();
      case OBJECT:
        return depth < DEEPEST && this.#object(depth + 1);
      case LIST:
        return depth < DEEPEST && this.#list(depth + 1);
      case SMALL_T:
        return this.takeAll(TRUE);
      case SMALL_F:
        return this.takeAll(FALSE);
      case SMALL_N:
        return this.takeAll(NULL);
      default:
        return this.#number();
    }
  }

  takeText(): boolean {
    return this.take(QUOTE) && this.takeRestOfText();
  }

  /** A text from a character of it on, with the quote that ends it. */
  takeRestOfText(): boolean {
    const { from, out } = this;
    let { at, to } = this;
    for (;;) {
      const byte = from[at] ?? 0;
      if (byte < SPACE) return false;
      if (byte === BACKSLASH) {
        [this.at, this.to] = [at, to];
        if (!this.#takeEscape()) return false;
        [at, to] = [this.at, this.to];
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

  #takeEscape(): boolean {
    const { from, out, at, to } = this;
    const kind = from[at + 1] ?? 0;
    this.escapes += 1;
    this.at += 2;
    if (ESCAPED.has(kind)) {
      [out[to], out[to + 1]] = [BACKSLASH, kind];
      this.to += 2;
      return true;
    }
    if (kind === SLASH) {
      out[to] = SLASH;
      this.to += 1;
      return true;
    }
    const code = kind === SMALL_U ? codeIn(from, at + 2) : undefined;
    if (code === undefined) return false;
    this.at += 4;
    this.to += out.write(String.fromCharCode(code), to);
    return true;
  }

  #object(depth: number): boolean {
    this.take(OBJECT);
    if (this.take(OBJECT_END)) return true;
    for (;;) {
      if (!this.takeText() || !this.take(COLON) || !this.takeValue(depth)) return false;
      if (this.take(OBJECT_END)) return true;
      if (!this.take(COMMA)) return false;
    }
  }

  #list(depth: number): boolean {
    this.take(LIST);
    if (this.take(LIST_END)) return true;
    for (;;) {
      if (!this.takeValue(depth)) return false;
      if (this.take(LIST_END)) return true;
      if (!this.take(COMMA)) return false;
    }
  }

  #number(): boolean {
    const begin = this.to;
    this.take(MINUS);
    const [first, start] = [this.from[this.at], this.at];
    const digits = this.#digits();
    if (digits === 0 || (digits > 1 && first === ZERO)) return false;
    const isFraction = this.take(POINT);
    if (isFraction && this.#digits() === 0) return false;
    const hasExponent = this.take(SMALL_E) || this.take(LARGE_E);
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

  /** Of two digits at most, so that a number with few others is not beyond what a double can hold. */
  #exponent(): boolean {
    if (!this.take(PLUS)) this.take(MINUS);
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

/** The code of a character by its four digits; undefined where it is none, or one that JSON.stringify would not write as it is. */
function codeIn(from: Buffer, at: number): number | undefined {
  const digits = from.toString('latin1', at, at + 4);
  if (!/^[\da-f]{4}$/i.test(digits)) return undefined;
  const code = Number.parseInt(digits, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  const isEscaped = code < SPACE || code === QUOTE || code === BACKSLASH || isBreak(code);
  return isSurrogate || isEscaped ? undefined : code;
}

const isBreak = (code: number): boolean => BREAKS.some((one) => one.code === code);
