import { JsonCopier } from '../../http/json-bytes.ts';
import type { EventTime } from './event-time.ts';
import { BEGINS, columnOf, RESERVED } from './names.ts';

const [LF, QUOTE, DOLLAR, COMMA, COLON, OBJECT_END] = [0x0a, 0x22, 0x24, 0x2c, 0x3a, 0x7d];
const ZERO = 0x30;
const [NONE, COMMA_BYTE] = [Buffer.alloc(0), Buffer.from(',')];
const BEGIN = Buffer.from('{"event":');
const PROPERTIES = Buffer.from(',"properties":{');
const [TIME, ID] = [Buffer.from('"time"'), Buffer.from('"distinct_id"')];
const [EPOCH, RESERVED_NAME] = [Buffer.from('"time_epoch"'), Buffer.from(`"${RESERVED}`)];
/** Names that are remembered: a project has thousands at most, unless it makes names of its values. */
const MOST_NAMES = 50_000;
/** So many times as long is a part of a row at most as what it is made of: `"mp_property_"` is the column of the name `""`. */
const MOST_GROWTH = 7;
/** What a row has besides its line (bytes). */
const OURS = 100;

/** How many bytes the row of a line of so many can have. */
export const roomFor = (line: number): number => line * MOST_GROWTH + OURS;

/**
 * Makes the rows of lines of a raw export, as JSON. Most lines say what their row says, but for the names of some properties and
 * the time, so those alone are made anew. Lines must be UTF-8.
 */
export class RowCopier {
  readonly #timeOf: EventTime;
  readonly #keyOf: KeyOf;

  /** `own`: the table's own columns, in small letters. */
  constructor(timeOf: EventTime, own: ReadonlySet<string>) {
    this.#timeOf = timeOf;
    this.#keyOf = keys(own);
  }

  /**
   * Writes the row of the line that begins there, and ends at an LF, into `out` from `to` on. Returns where it ends; -1 where the
   * line is not as most are, and has to be read.
   */
  copy(from: Buffer, at: number, out: Buffer, to: number): number {
    const copier = new JsonCopier(from, at, out, to);
    if (!copier.takeAll(BEGIN) || !copier.takeText() || !isThere(PROPERTIES, from, copier.at)) return -1;
    // What is within an object there is beside the event here.
    copier.at += PROPERTIES.length;
    copier.write(COMMA_BYTE);
    let time: number | undefined;
    let hasId = false;
    do {
      const isTime = isThere(TIME, from, copier.at);
      if (isTime) {
        copier.at += TIME.length;
        copier.write(EPOCH);
      } else if (copier.takeAll(ID)) hasId = true;
      else if (!this.#key(copier)) return -1;
      const value = copier.at + 1;
      if (!copier.take(COLON) || !copier.takeValue()) return -1;
      if (!isTime) continue;
      // A time that is a text has forms of its own.
      if (from[value] === QUOTE) return -1;
      time = numberIn(from, value, copier.at);
    } while (copier.take(COMMA));
    if (from[copier.at] !== OBJECT_END || from[copier.at + 1] !== OBJECT_END || from[copier.at + 2] !== LF)
      return -1;
    const moment = time === undefined ? null : this.#timeOf(time);
    copier.writeText(moment === null ? ',"time":null' : `,"time":"${moment}"`);
    if (time === undefined) copier.writeText(',"time_epoch":null');
    copier.writeText(hasId ? '}' : ',"distinct_id":null}');
    return copier.to;
  }

  /** A name, as that of its column. */
  #key(copier: JsonCopier): boolean {
    const { from, out, at, to, escapes } = copier;
    if (from[at] !== QUOTE) return false;
    if (from[at + 1] === DOLLAR) {
      copier.write(RESERVED_NAME);
      copier.at += 2;
      return copier.takeRestOfText();
    }
    // What a name with escapes is, has to be read.
    if (!copier.takeText() || copier.escapes > escapes) return false;
    const key = this.#keyOf(from, at, copier.at);
    if (key.length > 0) copier.to = to + key.copy(out, to);
    return true;
  }
}

/** What a name is in a row: empty where it stays what it is. */
type KeyOf = (from: Buffer, at: number, end: number) => Buffer;

function keys(own: ReadonlySet<string>): KeyOf {
  const known = new Map<string, Buffer>();
  const mayDiffer = suspicion(own);
  return (from, at, end) => {
    if (!mayDiffer(from, at, end)) return NONE;
    const name = from.toString('utf8', at + 1, end - 1);
    const key = known.get(name);
    if (key) return key;
    if (known.size >= MOST_NAMES) known.clear();
    const made = keyOf(name, own);
    known.set(name, made);
    return made;
  };
}

function keyOf(name: string, own: ReadonlySet<string>): Buffer {
  const column = columnOf(name, own);
  return column === name ? NONE : Buffer.from(JSON.stringify(column));
}

/** Tells most names that stay what they are by a look at a byte or two. No letter of ours is a small one of a character beyond ASCII. */
function suspicion(own: ReadonlySet<string>): (from: Buffer, at: number, end: number) => boolean {
  const begins = BEGINS.map((begin) => Buffer.from(`"${begin}`));
  const like = Array.from({ length: 128 }, () => new Set<number>());
  for (const column of own)
    for (const first of [column.charCodeAt(0), column.toUpperCase().charCodeAt(0)])
      like[first]?.add(column.length);
  return (from, at, end) => {
    const lengths = like[from[at + 1] ?? 0];
    return (
      !lengths ||
      end === at + 2 ||
      lengths.has(end - at - 2) ||
      begins.some((begin) => isThere(begin, from, at))
    );
  };
}

function isThere(bytes: Buffer, from: Buffer, at: number): boolean {
  for (let index = 0; index < bytes.length; index += 1) if (from[at + index] !== bytes[index]) return false;
  return true;
}

/** A number, NaN where it is none: most times are digits alone. */
function numberIn(from: Buffer, at: number, end: number): number {
  let value = 0;
  for (let index = at; index < end; index += 1) {
    const digit = (from[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number(from.toString('latin1', at, end));
    value = value * 10 + digit;
  }
  return value;
}
