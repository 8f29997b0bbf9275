import type { Writable } from 'node:stream';
import type { Mask } from './mask.ts';
import { hasOtherBreaks, onOneLine } from './one-line.ts';
import { recordFrame, type Message, type RecordFrame, type StreamDescriptor } from './messages.ts';
import { SHARED, type Shared, type Sharing } from './shared.ts';

/**
 * Bytes of lines that are collected before they are handed to the stream: one write for many small records. What was
 * handed over cannot be taken back, so a run that is stopped waits for this much to be read.
 */
const BATCH = 24 * 1024;

/**
 * Bytes that may wait in the stream for a reader, if it has no smaller measure of its own: since Node.js 22 that is 64 KiB, which is
 * more than a slow reader takes while a run that was stopped may still write.
 */
const MOST_HELD = 16 * 1024;

/** Bytes of a character in UTF-8, at most, as strings count them. */
const MOST_BYTES = 3;
/**
 * A line of fewer characters gets room for the most bytes that they can be, as to count them takes longer than to write them; for a
 * longer one that would be too much room.
 */
const SHORT = 2048;

const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/**
 * The one way out: a message a line, masked, in the order of the calls, and no faster than the reader takes them.
 * Whoever writes waits its turn; nothing is collected beyond a batch.
 */
export class Writer {
  readonly #out: Writable;
  readonly #mask: Mask;
  readonly #now: () => number;
  readonly #stop: AbortSignal | undefined;
  readonly #gone = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #lastBeat: number;

  /**
   * Once `stop` aborts, no RECORD and no STATE goes out, not even those that wait for their turn: the end of the run
   * must not stand behind pages that a slow reader takes minutes for.
   */
  constructor(out: Writable, mask: Mask = (text) => text, now: () => number = Date.now, stop?: AbortSignal) {
    this.#out = out;
    this.#mask = mask;
    this.#now = now;
    this.#stop = stop;
    this.#lastBeat = now();
    // Without a listener a reader that went away (EPIPE) would end the process with a stack trace.
    out.on('error', () => this.#gone.abort(new ReaderGone()));
    out.on('close', () => this.#gone.abort(new ReaderGone()));
  }

  /** Aborts when the reader has gone away: there is nobody left to work for. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** When the last RECORD or STATE went out (ms): the platform's heartbeat counts nothing else. */
  get lastBeat(): number {
    return this.#lastBeat;
  }

  write(message: Message): Promise<void> {
    const line = `${JSON.stringify(message)}\n`;
    return this.#inTurn(async () => {
      // It may count records that were dropped.
      if (message.type === 'STATE') this.#stop?.throwIfAborted();
      await this.#send(line);
      if (message.type === 'STATE') this.#lastBeat = this.#now();
    });
  }

  /** Lines that are no messages, for whoever reads those instead. */
  writeLines(lines: readonly string[]): Promise<void> {
    const text = lines.map((line) => `${line}\n`).join('');
    return this.#inTurn(async () => {
      this.#stop?.throwIfAborted();
      await this.#send(text);
    });
  }

  /** RECORD lines of one stream, without an object per message. */
  writeRecords(stream: StreamDescriptor, rows: readonly Sharing[]): Promise<void> {
    return this.#inTurn(async () => {
      const batch = new Batch(recordFrame(stream, this.#now()));
      for (const row of rows) {
        const json = JSON.stringify(row);
        if (batch.isFull) await this.#sendRecords(batch.emptied());
        batch.add(json, row[SHARED]);
      }
      await this.#sendRecords(batch.emptied());
      if (rows.length > 0) this.#lastBeat = this.#now();
    });
  }

  /** The same of lines that are bytes already, each of which ends. */
  writeRecordLines(lines: Buffer): Promise<void> {
    return this.#inTurn(async () => {
      for (let at = 0; at < lines.length;) {
        const full = lines.indexOf(LF, at + BATCH);
        const end = full < 0 ? lines.length : full + 1;
        await this.#sendRecords(lines.subarray(at, end));
        at = end;
      }
      this.#lastBeat = this.#now();
    });
  }

  /** Runs the writes one after the other, so that what was counted before a STATE is also written before it. */
  #inTurn(write: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(write);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #sendRecords(bytes: Buffer): Promise<void> {
    this.#stop?.throwIfAborted();
    if (bytes.length === 0) return;
    const isAsItIs = this.#mask.isIn?.(bytes) === false && !hasOtherBreaks(bytes);
    await (isAsItIs ? this.#hand(bytes) : this.#send(bytes.toString()));
  }

  #send(text: string): Promise<void> {
    return this.#hand(Buffer.from(onOneLine(this.#mask(text))));
  }

  async #hand(whole: Buffer): Promise<void> {
    this.#gone.signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      const done = (error?: unknown) => {
        if (error instanceof Error) this.#gone.abort(new ReaderGone());
        this.#gone.signal.removeEventListener('abort', done);
        resolve();
      };
      const hasRoom = this.#out.write(whole, done);
      if (hasRoom && this.#out.writableLength < MOST_HELD) resolve();
      else this.#gone.signal.addEventListener('abort', done);
    });
    this.#gone.signal.throwIfAborted();
  }
}

/** Lines as bytes: in a text of many, one character beyond Latin-1 would make each of them take two bytes. */
class Batch {
  readonly #frame: RecordFrame;
  #bytes = NOTHING;
  #length = 0;

  constructor(frame: RecordFrame) {
    this.#frame = frame;
  }

  get isFull(): boolean {
    return this.#length >= BATCH;
  }

  /** Adds a line: the frame's bytes and the text's, as to put them together first would cost another copy of each line. */
  add(json: string, shared?: Shared): void {
    const { open, close } = this.#frame;
    const tail = shared?.lineEnd ?? close;
    const most = json.length < SHORT ? json.length * MOST_BYTES : Buffer.byteLength(json);
    const needed = this.#length + open.length + most + tail.length;
    if (needed > this.#bytes.length) this.#makeRoom(needed);
    const bytes = this.#bytes;
    bytes.set(open, this.#length);
    const at = this.#length + open.length;
    const end = at + bytes.write(json, at) - (shared ? 1 : 0);
    bytes.set(tail, end);
    this.#length = end + tail.length;
  }

  emptied(): Buffer {
    const lines = this.#bytes.subarray(0, this.#length);
    [this.#bytes, this.#length] = [NOTHING, 0];
    return lines;
  }

  #makeRoom(needed: number): void {
    // And for another line or two.
    const larger = Buffer.allocUnsafeSlow(needed + BATCH);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Nobody reads our output any more. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}
