/** What the rules of .dependency-cruiser.cjs do not see. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const ROOT = new URL('../', import.meta.url);
const FILES = readdirSync(new URL('src', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name}`);

test('no type is exported again from another file: an arrow that would not be looked at', () => {
  expect(FILES.length).toBeGreaterThan(100);
  const again = FILES.filter((file) =>
    /^export type [^;]* from /m.test(readFileSync(new URL(file, ROOT), 'utf8')),
  );
  expect(again).toEqual([]);
});
