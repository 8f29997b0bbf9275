import type { Readable } from 'node:stream';

/** The code of an answer that does not come in time: axios's own. */
export const LATE = 'ECONNABORTED';
/** The code of a body that breaks off: axios's own. */
export const BROKEN_OFF = 'ERR_BAD_RESPONSE';

/**
 * The bytes of a body as they come. The sender waits for whoever takes them; that one waits for the sender no longer than
 * `timeout` ms. Throws an error with the code BROKEN_OFF or LATE, and closes the connection of a body that is left early.
 */
export async function* arriving(body: Readable, timeout: number): AsyncGenerator<Buffer, void> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let isLate = false;
  const giveUp = () => {
    isLate = true;
    body.destroy();
  };
  try {
    for (;;) {
      const next = await inTime(chunks.next(), timeout, giveUp);
      if (next.done) return;
      yield next.value;
    }
  } catch (cause) {
    throw Object.assign(new Error('a body that breaks off', { cause }), { code: isLate ? LATE : BROKEN_OFF });
  } finally {
    body.destroy();
  }
}

/** So many bytes of a body, at most: none where it has more. */
export async function wholeOf(bytes: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > most) return Buffer.alloc(0);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

async function inTime<T>(coming: Promise<T>, ms: number, giveUp: () => void): Promise<T> {
  let turn: NodeJS.Immediate | undefined;
  // A process that was busy for so long finds its time over before it looks at what came meanwhile.
  const timer = setTimeout(() => (turn = setImmediate(giveUp)), ms);
  try {
    return await coming;
  } finally {
    clearTimeout(timer);
    clearImmediate(turn);
  }
}
