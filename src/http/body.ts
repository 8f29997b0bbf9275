import { brotliDecompressSync, constants, unzipSync } from 'node:zlib';

/** How a body may be packed, as `Accept-Encoding` says it. */
export const ENCODINGS = 'gzip, deflate, br';

/** A body that was cut short gives what there is of it: its JSON then does not close. */
const lenient = { finishFlush: constants.Z_SYNC_FLUSH };
const lenientBrotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** The text of a body. Throws where it is not packed as its `Content-Encoding` says. */
export function textOf(body: Buffer, encoding: unknown): string {
  return unpack(body, encoding).toString();
}

/** At once: a page takes less than it takes to hand it to another thread. */
function unpack(body: Buffer, encoding: unknown): Buffer {
  if (body.length === 0) return body;
  switch (typeof encoding === 'string' ? encoding.toLowerCase() : '') {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return unzipSync(body, lenient);
    case 'br':
      return brotliDecompressSync(body, lenientBrotli);
    default:
      return body;
  }
}
