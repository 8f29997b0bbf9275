/** In a file of its own: after some thousand objects Node.js no longer remembers what it mistakes a name for. */
import { expect, test } from '@jest/globals';
import { parseJson } from '../../src/http/json.ts';

test('a name is what it is, however it is written, and whatever was behind the same name before', () => {
  const pieces = ['\\u00e9', '\\u540d', '\\"', '\\n', '\\\\', '\\/', '\\ud83e', '\\u005c', 'é', 'a', 'u'];
  const names = ['', ...pieces].flatMap((one) => pieces.map((other) => `"${one}${other}"`));
  const read: unknown[] = [];
  const written: unknown[] = [];
  for (const [which, before] of ['"\\\\"', '"a\\\\"', '"\\\\u"'].entries())
    for (const [index, name] of names.entries()) {
      const first = `first${which}.${index}`;
      parseJson(`{"${first}": 1, ${before}: 2}`);
      const [, second] = Object.keys(parseJson(`{"${first}": 1, ${name}: "\\"a\\""}`) as object);
      read.push(second);
      written.push(JSON.parse(name));
    }
  expect(read).toEqual(written);
});
