import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { elementsOf, NO_JSON } from '../../src/http/elements.ts';

/** A body in pieces of these sizes, over and over. */
function* pieces(text: string, sizes: readonly number[]): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let [at, turn] = [0, 0]; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(text: string, sizes: readonly number[] = [7], list = 'results') {
  const parts = elementsOf(Readable.from(pieces(text, sizes), { objectMode: true }), list);
  const elements: unknown[] = [];
  for (;;) {
    const part = await parts.next();
    if (part.done) return { elements, rest: part.value };
    elements.push(...part.value);
  }
}

test('the elements come by themselves, and the rest of the object in the end', async () => {
  const text = '{"page": 0, "results": [ {"a": [1, "]"]}, 2 , "x,y" ], "total": 3}';
  expect(await read(text)).toEqual({
    elements: [{ a: [1, ']'] }, 2, 'x,y'],
    rest: { page: 0, results: [], total: 3 },
  });
});

test('a batch for each piece, so that no more than an element is held', async () => {
  const batches: number[] = [];
  const text = `{"results":[${Array.from({ length: 1000 }, (_, id) => `{"id":${id}}`).join()}]}`;
  for await (const batch of elementsOf(Readable.from(pieces(text, [100]), { objectMode: true }), 'results'))
    batches.push(batch.length);
  expect(batches.reduce((sum, count) => sum + count)).toBe(1000);
  expect(Math.max(...batches)).toBeLessThan(20);
});

test.each([
  ['of another name', '{"rows":[1],"total":1}', { rows: [1], total: 1 }],
  ['deeper down', '{"data":{"results":[1]}}', { data: { results: [1] } }],
  ['that is none', '{"results":{"a":[1]}}', { results: { a: [1] } }],
  [
    'in a text',
    '{"x":"results","y":[1],"z":"\\"results\\":[2]"}',
    { x: 'results', y: [1], z: '"results":[2]' },
  ],
  ['in a body that is a list', '[{"results":[1]}]', [{ results: [1] }]],
])('a list %s is left as it is', async (_, text, rest) => {
  expect(await read(text)).toEqual({ elements: [], rest });
});

test('its name may be written with escapes', async () => {
  expect(await read('{"r\\u0065sults":[1,2]}')).toEqual({ elements: [1, 2], rest: { results: [] } });
});

test('integers that a double cannot hold keep their digits, and __proto__ is a field', async () => {
  const { elements } = await read('{"results":[{"id":2033513821949367296,"__proto__":1}]}', [3]);
  expect(JSON.stringify(elements)).toBe('[{"id":"2033513821949367296","__proto__":1}]');
});

describe('what is no JSON is an error', () => {
  test.each([
    ['cut within an element', '{"results":[{"a":1},{"b"'],
    ['cut behind one', '{"results":[{"a":1}'],
    ['cut behind the list', '{"results":[{"a":1}]'],
    ['elements without a comma', '{"results":[1 2]}'],
    ['words', 'Internal error'],
    ['nothing', ''],
  ])('%s', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: NO_JSON });
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"results":["'), Buffer.from([0xff]), Buffer.from('"]}')]);
    await expect(elementsOf(Readable.from([bytes]), 'results').next()).rejects.toThrow('UTF-8');
  });
});

test('however a body is cut into pieces, it is what JSON.parse makes of it', async () => {
  const value = fc.jsonValue();
  const spaces = fc.constantFrom(undefined, 1, '\t');
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { maxLength: 8 }),
      fc.dictionary(fc.string(), value, { maxKeys: 3 }),
      fc.dictionary(fc.string(), value, { maxKeys: 3 }),
      spaces,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (results, before, after, space, sizes) => {
        const body = { ...before, results, ...after };
        fc.pre(body.results === results && hasNoLongNumber(body));
        const text = JSON.stringify(body, undefined, space);
        const { results: elements, ...others } = JSON.parse(text) as Record<string, unknown>;
        const came = await read(text, sizes);
        expect(JSON.stringify(came.elements)).toBe(JSON.stringify(elements));
        expect(came.rest).toEqual({ ...others, results: [] });
      },
    ),
  );
});

const hasNoLongNumber = (body: object) => !/\d{16}/.test(JSON.stringify(body));
