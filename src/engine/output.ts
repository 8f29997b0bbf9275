import {
  errorTrace,
  recordFrame,
  state,
  streamStatus,
  type StreamDescriptor,
  type StreamStatus,
} from '../protocol/messages.ts';
import type { Writer } from '../protocol/writer.ts';
import type { ConnectorError } from './errors.ts';
import type { Frame, Lines, Row } from './stream.ts';

/** Where a stream's rows, states and statuses go. */
export interface Output {
  status(status: StreamStatus, quotaReset?: number): Promise<void>;
  records(rows: readonly Row[]): Promise<void>;
  /** The same of rows that are bytes already; for outputs that write a line a row. */
  readonly lines?: LinesOutput;
  state(body: object): Promise<void>;
  /** The last state once more, for the platform's heartbeat; only where that is not a rule broken. */
  heartbeat(body: object): Promise<void>;
  failure(error: ConnectorError): Promise<void>;
}

export interface LinesOutput {
  /** As of now. */
  frame(): Frame;
  write(lines: Lines): Promise<void>;
}

/** The output of a stream that somebody asked for. */
export interface StreamOutput extends Output {
  readonly name: string;
  /** Records written so far. */
  readonly total: number;
}

/** Where a sync's streams go: messages, files, another API. */
export interface Sink {
  open(stream: StreamDescriptor): StreamOutput;
  /** When the last record or state went out (ms since the epoch). */
  readonly lastBeat: number;
}

/** Streams as messages of the protocol. */
export class MessageSink implements Sink {
  readonly #writer: Writer;
  readonly #now: () => number;

  constructor(writer: Writer, now: () => number) {
    this.#writer = writer;
    this.#now = now;
  }

  open(stream: StreamDescriptor): StreamOutput {
    return new StreamMessages(stream, this.#writer, this.#now);
  }

  get lastBeat(): number {
    return this.#writer.lastBeat;
  }
}

/** A configured stream's messages, with the exact number of records between its states. */
class StreamMessages implements StreamOutput {
  readonly #stream: StreamDescriptor;
  readonly #writer: Writer;
  readonly #now: () => number;
  #sinceState = 0;
  #lastState = '';
  get name(): string {
    return this.#stream.name;
  }

  total = 0;

  constructor(stream: StreamDescriptor, writer: Writer, now: () => number) {
    this.#stream = stream;
    this.#writer = writer;
    this.#now = now;
  }

  status(status: StreamStatus, quotaReset?: number): Promise<void> {
    return this.#writer.write(streamStatus(this.#stream, status, this.#now(), quotaReset));
  }

  records(rows: readonly Row[]): Promise<void> {
    this.#count(rows.length);
    return this.#writer.writeRecords(this.#stream, rows);
  }

  readonly lines: LinesOutput = {
    frame: () => recordFrame(this.#stream, this.#now()),
    write: ({ bytes, count }) => {
      this.#count(count);
      return this.#writer.writeRecordLines(bytes);
    },
  };

  /** At the call, as the writer keeps the order of calls: a STATE that follows counts these too. */
  #count(records: number): void {
    this.#sinceState += records;
    this.total += records;
  }

  state(body: object): Promise<void> {
    const count = this.#sinceState;
    this.#sinceState = 0;
    this.#lastState = JSON.stringify(body);
    return this.#writer.write(state(this.#stream, body, count));
  }

  async heartbeat(body: object): Promise<void> {
    // Two equal states with records between them are against the protocol; without records they are not.
    if (this.#sinceState > 0 && JSON.stringify(body) === this.#lastState) return;
    await this.state(body);
  }

  failure(error: ConnectorError): Promise<void> {
    return this.#writer.write(errorTrace(error, this.#now(), this.#stream));
  }
}

/** For a list that is read for its children only. */
export const nowhere: Output = {
  status: async () => undefined,
  records: async () => undefined,
  state: async () => undefined,
  heartbeat: async () => undefined,
  failure: async () => undefined,
};
