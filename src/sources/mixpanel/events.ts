import type { Row } from '../../engine/stream.ts';
import { HttpError } from '../../http/errors.ts';
import { parseJson } from '../../http/json.ts';
import { wordsOf } from '../../http/words.ts';
import { EXPORT_PATH, isObject } from './api.ts';

/** An export that Mixpanel ended before its end: it says so in a line, after a 200 and perhaps many events. */
export class TerminatedEarly extends HttpError {
  constructor() {
    super('unavailable', EXPORT_PATH, 'terminated early', 200);
  }
}

/** One line of a raw export. */
export interface Event {
  readonly event: string;
  readonly properties: Row;
}

const TERMINATED = /^\s*(?:export )?terminated early\s*$/i;
/** Parts that a line is put together of at most, where it was broken, and their length. */
const MOST_PARTS = 100;
const LONGEST = 16 * 1024 * 1024;

/** The events of an answer as its lines come, in batches. Throws HttpError, also where its last line does not end. */
export async function* eventsIn(
  answer: AsyncIterable<readonly string[]>,
): AsyncGenerator<readonly Event[], void> {
  const reader = new EventLines();
  for await (const lines of answer) yield reader.read(lines);
  reader.end();
}

/**
 * Reads the lines of a raw export. A line that is no event is never passed over: one that a raw line break has cut in two
 * is put together, and everything else is an error. Throws HttpError.
 */
export class EventLines {
  #parts: string[] = [];
  #length = 0;
  #count = 0;
  /** The line that is being read, or the first of its parts. */
  #first = 0;

  /** The events of the next lines. */
  read(lines: readonly string[]): Event[] {
    const events: Event[] = [];
    for (const line of lines) {
      const event = this.take(line);
      if (event) events.push(event);
    }
    return events;
  }

  /** The event of the next line, where there is one that ends with it. */
  take(line: string): Event | undefined {
    this.#count += 1;
    return this.#take(line);
  }

  /** Whether an event has begun in a line before, and may go on in the next. */
  get hasBegun(): boolean {
    return this.#parts.length > 0;
  }

  /** Counts a line that somebody else has read; for the words of an error. */
  skip(): void {
    this.#count += 1;
  }

  /** After the last line. Where one has not ended, the rest is lost on the way, whatever the connection says. */
  end(): void {
    if (this.#parts.length > 0) throw broken('unavailable', this.#about('is cut short'));
  }

  #take(line: string): Event | undefined {
    if (this.#parts.length > 0) return this.#join(line);
    this.#first = this.#count;
    if (line === '' || line.trim() === '') return undefined;
    const value = parsed(line);
    if (value !== undefined) return this.#eventOf(value);
    if (TERMINATED.test(line)) throw new TerminatedEarly();
    this.#keep(line);
    return undefined;
  }

  /** A line after one that did not end. The parts of a text that had a raw line break belong together again. */
  #join(line: string): Event | undefined {
    if (TERMINATED.test(line)) throw new TerminatedEarly();
    const parts = [...this.#parts, line];
    // Within a text, or between two values, where it does no harm.
    const value = parsed(parts.join('\\n')) ?? parsed(parts.join('\n'));
    if (value === undefined) {
      // Whoever is whole by itself is no part of another.
      if (isEvent(parsed(line))) throw this.#malformed('is no JSON');
      this.#keep(line);
      return undefined;
    }
    [this.#parts, this.#length] = [[], 0];
    return this.#eventOf(value);
  }

  #keep(line: string): void {
    this.#parts.push(line);
    this.#length += line.length;
    if (this.#parts.length > MOST_PARTS || this.#length > LONGEST) throw this.#malformed('is no JSON');
  }

  #eventOf(value: unknown): Event {
    if (isEvent(value)) return value;
    const { error } = (value ?? {}) as { error?: unknown };
    if (typeof error === 'string')
      throw broken('malformed', `an error in place of an event: ${wordsOf(value)}`);
    throw this.#malformed('is no event');
  }

  #malformed = (what: string) => broken('malformed', this.#about(what));
  #about = (what: string) => `line ${this.#first} of the export ${what}`;
}

const broken = (kind: 'malformed' | 'unavailable', what: string) =>
  new HttpError(kind, EXPORT_PATH, what, 200);

const isEvent = (value: unknown): value is Event =>
  isObject(value) && typeof value['event'] === 'string' && isObject(value['properties']);

function parsed(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}
