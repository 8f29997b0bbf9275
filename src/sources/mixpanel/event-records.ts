import type { Frame, Lines, Row } from '../../engine/stream.ts';
import { roomFor, type RowCopier } from './event-bytes.ts';
import { EventLines, type Event } from './events.ts';

const LF = 0x0a;
/** A longer line (bytes) is read: it would want as much room as many others. */
const LONGEST_COPIED = 16 * 1024;

/** What the rows of events are made by. */
interface Rows {
  readonly copier: RowCopier | undefined;
  /** Where a line is not copied. */
  readonly rowOf: (event: Event) => Row;
  readonly frame: () => Frame;
}

/** The rows of an export, in pieces as its whole lines come. Throws HttpError as EventLines does. */
export async function* recordsIn(answer: AsyncIterable<Buffer>, rows: Rows): AsyncGenerator<Lines, void> {
  const reader = new EventLines();
  for await (const lines of answer) yield recordsOf(lines, reader, rows);
  reader.end();
}

function recordsOf(lines: Buffer, reader: EventLines, { copier, rowOf, frame }: Rows): Lines {
  const records = new Records(frame(), lines.length);
  for (let [at, end] = [0, 0]; at < lines.length; at = end + 1) {
    end = lines.indexOf(LF, at);
    const isCopied =
      copier !== undefined &&
      !reader.hasBegun &&
      end - at <= LONGEST_COPIED &&
      records.add(roomFor(end - at), (out, to) => copier.copy(lines, at, out, to));
    if (isCopied) {
      reader.skip();
      continue;
    }
    const event = reader.take(lines.toString('utf8', at, end));
    if (!event) continue;
    const row = Buffer.from(JSON.stringify(rowOf(event)));
    records.add(row.length, (out, to) => to + row.copy(out, to));
  }
  return records.lines();
}

/** Lines of records, put together in one piece. */
class Records {
  readonly #frame: Frame;
  #out: Buffer;
  #to = 0;
  #count = 0;

  constructor(frame: Frame, size: number) {
    this.#frame = frame;
    this.#out = Buffer.allocUnsafeSlow(size * 2);
  }

  /** Adds what `write` writes, which says where it ended; nothing where that is -1. Throws RangeError where it had no room for it. */
  add(room: number, write: (out: Buffer, to: number) => number): boolean {
    const { open, close } = this.#frame;
    this.#mustHave(open.length + room + close.length);
    const begin = this.#to + open.length;
    const end = write(this.#out, begin);
    if (end < 0) return false;
    this.#out.set(open, this.#to);
    this.#out.set(close, end);
    this.#to = end + close.length;
    this.#count += 1;
    return true;
  }

  lines(): Lines {
    return { bytes: this.#out.subarray(0, this.#to), count: this.#count };
  }

  #mustHave(room: number): void {
    if (this.#to + room <= this.#out.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#to + room, this.#out.length * 2));
    this.#out.copy(larger, 0, 0, this.#to);
    this.#out = larger;
  }
}
