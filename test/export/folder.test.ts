/** Files that are whole or not there, and disks that refuse. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { Folder, replaceFile, WholeFile } from '../../src/export/folder.ts';

const root = mkdtempSync(join(tmpdir(), 'source-segment-test-'));
let count = 0;
let path: string;
beforeEach(() => void (path = join(root, String((count += 1)), 'deep')));
afterAll(() => rmSync(root, { recursive: true }));

test('a file has its name when it is kept, and not before', async () => {
  const folder = await Folder.open(path);
  const file = folder.write('a.csv');
  await Promise.all([file.append('1\n'), file.append('2\n'), file.append('3\n')]);
  expect(readdirSync(path).filter((name) => !name.startsWith('.'))).toEqual([]);
  await file.keep();
  await folder.close();
  expect(readdirSync(path)).toEqual(['a.csv']);
  expect(readFileSync(join(path, 'a.csv'), 'utf8')).toBe('1\n2\n3\n');
});

test('what was neither kept nor dropped goes with the end of the work', async () => {
  const folder = await Folder.open(path);
  await folder.write('a.csv').append('1');
  const dropped = folder.write('b.csv');
  await dropped.append('1');
  await dropped.drop();
  await folder.close();
  expect(readdirSync(path)).toEqual([]);
});

test('a place where there cannot be a folder is said so', async () => {
  await expect(Folder.open('/proc/nowhere/deep')).rejects.toMatchObject({
    failureType: 'config_error',
    message: expect.stringMatching(/^\/proc\/nowhere\/deep cannot be written \(/),
  });
});

test('a disk without room is said so, once, to whoever writes', async () => {
  // A device that is always full.
  const file = new WholeFile('/dev/full', join(path, 'a.csv'));
  await expect(file.append('x'.repeat(100_000))).rejects.toMatchObject({
    failureType: 'config_error',
    message: expect.stringMatching(/a\.csv cannot be written \(ENOSPC\): make room on the disk/),
  });
  await expect(file.append('more')).rejects.toMatchObject({ failureType: 'config_error' });
});

test('a file that cannot be replaced stays as it was', async () => {
  const folder = await Folder.open(path);
  await folder.close();
  const state = join(path, 'state.json');
  writeFileSync(state, 'old');
  await replaceFile(state, 'new');
  expect(readFileSync(state, 'utf8')).toBe('new');
  await expect(replaceFile(path, 'x')).rejects.toMatchObject({ failureType: 'config_error' });
  expect(readdirSync(path)).toEqual(['state.json']);
  expect(readdirSync(join(path, '..'))).toEqual(['deep']);
});
