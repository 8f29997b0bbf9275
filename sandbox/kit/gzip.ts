import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const WORTHWHILE = 1024;
const pack = promisify(gzip);

/** The body gzipped, or the very same buffer where the client does not ask for it or it would not pay. */
export async function compress(body: Buffer, acceptEncoding: string | string[] | undefined): Promise<Buffer> {
  const accepted = /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[^,]*)?(,|$)/i.test(
    String(acceptEncoding ?? ''),
  );
  if (!accepted || body.length <= WORTHWHILE) return body;
  return pack(body, { level: constants.Z_BEST_SPEED });
}
