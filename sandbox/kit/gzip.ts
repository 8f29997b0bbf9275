import { promisify } from 'node:util';
import { constants, createGzip, gzip, type Gzip } from 'node:zlib';

/** A shorter body is not worth it. */
export const WORTHWHILE = 1400;
const LEVEL = { level: constants.Z_BEST_SPEED };
const pack = promisify(gzip);

/** Whether a client asks for gzip, by its Accept-Encoding. */
export const isAskedFor = (acceptEncoding: string | string[] | undefined): boolean =>
  /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[^,]*)?(,|$)/i.test(String(acceptEncoding ?? ''));

/** The body gzipped, or the very same buffer where the client does not ask for it or it would not pay. */
export async function compress(body: Buffer, acceptEncoding: string | string[] | undefined): Promise<Buffer> {
  return isAskedFor(acceptEncoding) && body.length > WORTHWHILE ? pack(body, LEVEL) : body;
}

/** The same for a body that is made on its way. */
export const packing = (): Gzip => createGzip(LEVEL);
