import { WriteStream } from 'node:tty';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { progressOn } from '../../src/export/progress.ts';

/** A terminal that keeps what it is told. */
function terminal(isTTY: boolean) {
  const text: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => text.push(chunk.toString()));
  const cursor = { cursorTo: () => true, clearLine: () => true, moveCursor: () => true };
  return { stream: Object.assign(stream, { isTTY, columns: 100 }, cursor) as unknown as WriteStream, text };
}

test('shows tables, records and pauses on a terminal', async () => {
  const { stream, text } = terminal(true);
  const progress = await progressOn(stream, 3);
  progress.wrote(1234);
  progress.ended();
  progress.waits(Date.parse('2026-11-22T10:30:15Z'));
  progress.stop();
  expect(text.join('')).toMatch(
    /1 of 3 tables, 1,234 records, waiting for the rate limit until 10:30:15 UTC/,
  );
});

test('says nothing elsewhere', async () => {
  const { stream, text } = terminal(false);
  const progress = await progressOn(stream, 3);
  let said = false;
  progress.wrote(1);
  progress.ended();
  progress.waits(undefined);
  progress.aside(() => (said = true));
  progress.stop();
  expect([said, text]).toEqual([true, []]);
});
