/** A body's text, whatever gzip's last bytes tell of how long it is. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { LARGEST_BODY, textOf, TOO_LARGE } from '../../src/http/body.ts';

const packed = (text: string) => gzipSync(text);
/** A body that says it is so many bytes long. */
function telling(text: string, length: number): Buffer {
  const body = packed(text);
  body.writeUInt32LE(length, body.length - 4);
  return body;
}

test.each([
  ['nothing', ''],
  ['one character', 'a'],
  ['what fills a piece exactly', 'x'.repeat(16 * 1024 - 1)],
  ['what is one more than that', 'x'.repeat(16 * 1024)],
  ['text of several bytes a character', 'Å“😀'.repeat(20_000)],
  ['what packs a thousandfold', ' '.repeat(10_000_000)],
  ['what is longer than is made room for at once', ' '.repeat(LARGEST_BODY / 4 + 1)],
])('a body is whole: %s', (_, text) => {
  expect(textOf(packed(text), 'gzip') === text).toBe(true);
});

test.each([
  ['a short last member', Buffer.concat([packed('a'.repeat(1_000_000)), packed('b')]), 1_000_001],
  ['an empty last member', Buffer.concat([packed('a'.repeat(1_000_000)), packed('')]), 1_000_000],
  ['zeros behind it', Buffer.concat([packed('a'.repeat(1_000_000)), Buffer.alloc(512)]), 1_000_000],
])('a body is whole that tells less than it has: %s', (_, body, length) => {
  expect(textOf(body, 'gzip')).toHaveLength(length);
});

test.each([0, 1, 2 ** 31, 2 ** 32 - 1])(
  'a body that tells a false length (%d) is refused as a broken one',
  (length) => {
    expect(() => textOf(telling('a'.repeat(50_000), length), 'gzip')).toThrow('incorrect length check');
  },
);

test('of a body that was cut short there is what came of it', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => String(index * 7919)).join();
  const body = packed(text);
  for (const length of [1, 2, 3, 4, 11, 1000, body.length - 4, body.length - 1])
    expect(text.startsWith(textOf(body.subarray(0, length), 'gzip'))).toBe(true);
});

test('a body that is too large is so, whatever it tells', () => {
  const mebibyte = gzipSync(Buffer.alloc(2 ** 20, ' '));
  const bomb = Buffer.concat([...Array.from({ length: 257 }, () => mebibyte), packed('')]);
  expect(() => textOf(bomb, 'gzip')).toThrow(expect.objectContaining({ code: TOO_LARGE }));
});
