import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holds } from './soak.ts';

/** The time is up in the second run: the first is over at once, as without one fast-check has nothing to say. */
const LIMIT = 50;
const LATE = { interruptAfterTimeLimit: LIMIT, markInterruptAsFailure: false };

/** Runs that say when they begin and when they end. */
function runs(end: () => void = () => undefined) {
  const story: string[] = [];
  const run = async () => {
    story.push('begins');
    if (story.length > 1) await sleep(2 * LIMIT);
    story.push('ends');
    if (story.length > 2) end();
  };
  return { story, run };
}

test('a run under way is waited for when the time is up', async () => {
  const { story, run } = runs();
  await holds(fc.nat(), run, LATE);
  expect(story).toEqual(['begins', 'ends', 'begins', 'ends']);
});

test('and counts', async () => {
  const fail = () => {
    throw new Error('in the end');
  };
  await expect(holds(fc.nat(), runs(fail).run, LATE)).rejects.toThrow('in the end');
});
