/** Bytes to lines, without a network. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LARGEST_BODY, TOO_LARGE } from '../../src/http/body.ts';
import { MalformedAnswer } from '../../src/http/errors.ts';
import { linesOf } from '../../src/http/lines.ts';

async function* pieces(...chunks: readonly (Buffer | string)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
async function batches(bytes: AsyncIterable<Buffer>): Promise<string[][]> {
  const all: string[][] = [];
  for await (const lines of linesOf(bytes)) all.push(lines);
  return all;
}
const lines = async (bytes: AsyncIterable<Buffer>) => (await batches(bytes)).flat();

test('are the same wherever the body is cut into pieces', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '\n', '\r', '\u2028', '\u0085', '\0', 'é', '🦩', '"'),
  });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat({ max: 200 })), async (body, cuts) => {
      const bytes = Buffer.from(body);
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      const expected = body.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(await lines(pieces(...chunks))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('come in a batch for each piece that ends one', async () => {
  expect(await batches(pieces('a\nb\nc', 'c', 'c\nd\n', 'e'))).toEqual([['a', 'b'], ['ccc', 'd'], ['e']]);
});

test('of nothing are none, and an empty line is one', async () => {
  expect(await batches(pieces())).toEqual([]);
  expect(await batches(pieces('', '\n\n', ''))).toEqual([['', '']]);
});

test.each([
  ['a byte that begins no character', Buffer.from([0x61, 0xff, 0x0a])],
  ['a character that a line cuts', Buffer.from([0xf0, 0x9f, 0x0a, 0xa6, 0xa9])],
  ['a character that the end cuts', Buffer.from([0x61, 0xf0, 0x9f])],
  ['a surrogate by itself', Buffer.from([0xed, 0xa0, 0x80, 0x0a])],
])('%s is not UTF-8: an error, never another character', async (_, bytes) => {
  await expect(lines(pieces(bytes))).rejects.toThrow(new MalformedAnswer('a body that is not UTF-8'));
});

describe('a line', () => {
  const piece = Buffer.alloc(2 ** 20, 'x');
  const long = async function* (length: number, end: string) {
    for (let left = length; left > 0; left -= piece.length) yield piece.subarray(0, left);
    yield Buffer.from(end);
  };

  test('may be as long as a body may be', async () => {
    const all = await lines(long(LARGEST_BODY, '\ny'));
    expect(all.map(({ length }) => length)).toEqual([LARGEST_BODY, 1]);
  });

  test.each(['\ny', ''])('may be no longer (and ends with %j)', async (end) => {
    const tooLarge = expect.objectContaining({ code: TOO_LARGE });
    await expect(lines(long(LARGEST_BODY, `x${end}`))).rejects.toThrow(tooLarge);
  });

  test('that comes byte by byte costs its bytes', async () => {
    const one = Buffer.from('x');
    const bytes = async function* () {
      for (let left = 300_000; left > 0; left -= 1) yield one;
    };
    const [line] = await lines(bytes());
    expect(line).toHaveLength(300_000);
  });
});
