/** A body that is made while it is sent: no more of it than the client takes, so that it may be of any length. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAskedFor, packing, WORTHWHILE } from './gzip.ts';

/** A client that has gone away needs no more. */
const GONE = new Set<string | undefined>(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']);

/** `isBroken`: all of the pieces arrive, but the end does not, and the connection is reset. */
export async function stream(
  chunks: Iterable<Buffer>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isBroken: boolean,
): Promise<void> {
  const rest = chunks[Symbol.iterator]();
  const head = isAskedFor(incoming.headers['accept-encoding']) ? take(rest, WORTHWHILE) : [];
  const packed = head.reduce((bytes, { length }) => bytes + length, 0) > WORTHWHILE;
  outgoing.setHeader('Vary', 'Accept-Encoding');
  if (packed) outgoing.setHeader('Content-Encoding', 'gzip');
  outgoing.flushHeaders();
  const body = Readable.from(inTurns(head, rest), { objectMode: false, highWaterMark: 65_536 });
  const end = { end: !isBroken };
  try {
    await (packed ? pipeline(body, packing(), outgoing, end) : pipeline(body, outgoing, end));
  } catch (error) {
    if (!GONE.has((error as NodeJS.ErrnoException).code)) throw error;
    return;
  }
  if (isBroken) outgoing.write('', () => incoming.socket.destroy());
}

/** The pieces up to the one that makes them longer than `bytes`. */
function take(chunks: Iterator<Buffer>, bytes: number): Buffer[] {
  const taken: Buffer[] = [];
  for (let length = 0; length <= bytes;) {
    const next = chunks.next();
    if (next.done) break;
    taken.push(next.value);
    length += next.value.length;
  }
  return taken;
}

/** Other requests get their turn in between. */
async function* inTurns(head: readonly Buffer[], rest: Iterator<Buffer>): AsyncGenerator<Buffer> {
  yield* head;
  for (let next = rest.next(); !next.done; next = rest.next()) {
    yield next.value;
    await new Promise((turn) => setImmediate(turn));
  }
}
