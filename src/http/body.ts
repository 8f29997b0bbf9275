import { pipeline, type Transform } from 'node:stream';
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  unzipSync,
} from 'node:zlib';

/** How a body may be packed, as `Accept-Encoding` says it. */
export const ENCODINGS = 'gzip, deflate, br';

/**
 * The largest body (bytes, unpacked) that is read: ten times a page of 1000 destinations with 20 kB of catalog each, and
 * half of what Node.js takes as a string. A packed one of some hundred kB can otherwise unpack to more than any memory.
 */
export const LARGEST_BODY = 256 * 1024 * 1024;
/** The code of the error that a larger one throws: zlib's own. */
export const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

/** A body that was cut short gives what there is of it: its JSON then does not close. */
const lenient = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LARGEST_BODY };
const lenientBrotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: LARGEST_BODY };

/** Bytes that a stream unpacks at once: each piece has a price of its own. */
const PIECE = { chunkSize: 64 * 1024 };

/** So many times as long as it is packed can a text be, as deflate packs. */
const MOST_PACKED = 1032;
/** The most that is made room for at once: a body can tell what it has not. */
const LARGEST_PIECE = LARGEST_BODY / 4;

/** The text of a body. Throws where it is not packed as its `Content-Encoding` says, or too large. */
export function textOf(body: Buffer, encoding: unknown): string {
  const bytes = unpack(body, encoding);
  if (bytes.length > LARGEST_BODY) throw Object.assign(new RangeError('too large'), { code: TOO_LARGE });
  return bytes.toString();
}

/**
 * The bytes of a body that is unpacked while it comes. Never lenient, as what was read of it counts: throws zlib's error where
 * it is not packed as its `Content-Encoding` says or is cut short, and the sender's own.
 */
export function unpacking(bytes: AsyncIterable<Buffer>, encoding: unknown): AsyncIterable<Buffer> {
  const unpacker = unpackerOf(encoding);
  // Whoever reads is told what went wrong; nobody else asks.
  return unpacker ? pipeline(bytes, unpacker, () => undefined) : bytes;
}

function unpackerOf(encoding: unknown): Transform | undefined {
  switch (nameOf(encoding)) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(PIECE);
    case 'deflate':
      return createInflate(PIECE);
    case 'br':
      return createBrotliDecompress(PIECE);
    default:
      return undefined;
  }
}

const nameOf = (encoding: unknown): string => (typeof encoding === 'string' ? encoding.toLowerCase() : '');

/** At once: a page takes less than it takes to hand it to another thread. */
function unpack(body: Buffer, encoding: unknown): Buffer {
  if (body.length === 0) return body;
  switch (nameOf(encoding)) {
    case 'gzip':
    case 'x-gzip':
      return unzip(body);
    case 'deflate':
      return unzipSync(body, lenient);
    case 'br':
      return brotliDecompressSync(body, lenientBrotli);
    default:
      return body;
  }
}

/**
 * Node.js keeps the engine that unpacked, and with it these bytes, until old objects are collected, and then collects those more
 * often; so the engine is made to let go of them.
 */
function unzip(body: Buffer): Buffer {
  // Node.js's types know `info`, but not what comes of it.
  const options = { ...lenient, chunkSize: pieceFor(body), info: true };
  const { buffer, engine } = unzipSync(body, options) as unknown as Unzipped;
  engine._outBuffer = undefined;
  return buffer;
}

/** What comes of `info`; the field is Node.js's own, which may come to have none. */
interface Unzipped {
  readonly buffer: Buffer;
  readonly engine: { _outBuffer?: unknown };
}

/**
 * Bytes to unpack at once: all, where that can be, as each piece has a price of its own. gzip's last four bytes tell how many they
 * are: those of the last of several members, modulo 2 ** 32, and in a body that was cut short any number. One more, as a full piece
 * makes zlib ask for another one.
 */
function pieceFor(body: Buffer): number {
  const told = body.length < 4 ? 0 : body.readUInt32LE(body.length - 4);
  const isPossible = told <= Math.min(body.length * MOST_PACKED, LARGEST_PIECE);
  return isPossible ? Math.max(told + 1, constants.Z_DEFAULT_CHUNK) : constants.Z_DEFAULT_CHUNK;
}
