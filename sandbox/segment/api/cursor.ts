/**
 * Cursors: opaque to the client, an offset underneath, and good only for the request that they came from.
 */
import { hash } from '../../kit/random.ts';
import { invalid } from './errors.ts';

export interface Position {
  offset: number;
  /** Fixed by the first page (the end of an audit window), so that later pages see the same list. */
  frozen?: string;
}

interface Content extends Position {
  /** What the cursor is bound to. */
  request: number;
}

export function writeCursor(position: Position, request: string): string {
  const content: Content = { ...position, request: hash(request) };
  return Buffer.from(JSON.stringify(content)).toString('base64');
}

export function readCursor(cursor: string, request: string): Position {
  const content = parse(cursor);
  if (!content || writeCursor(content, request) !== cursor) {
    throw invalid('pagination.cursor', 'is no cursor of this request');
  }
  return content;
}

/** A cursor that is the offset itself. */
export function readOffset(cursor: string): Position {
  if (!/^\d{1,9}$/.test(cursor)) throw invalid('pagination.cursor', 'must be an integer');
  return { offset: Number(cursor) };
}

function parse(cursor: string): Position | undefined {
  try {
    const { offset, frozen } = JSON.parse(Buffer.from(cursor, 'base64').toString()) as Content;
    if (!Number.isSafeInteger(offset) || offset < 0) return undefined;
    return frozen === undefined ? { offset } : { offset, frozen };
  } catch {
    return undefined;
  }
}
