/** Whose time the sandbox tells. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createSandbox } from '../../sandbox/segment/index.ts';

const NOW = '2026-03-14T15:09:26.535Z';
const CLI = fileURLToPath(new URL('../../build/sandbox/cli.js', import.meta.url));

describe('in a test', () => {
  afterEach(() => void jest.restoreAllMocks());
  const later = (ms: number) => {
    const now = Date.now() + ms;
    jest.spyOn(Date, 'now').mockReturnValue(now);
  };

  test('it stands still, and moves on purpose', () => {
    const sandbox = createSandbox({ now: NOW });
    later(5000);
    expect(sandbox.workspace.now()).toBe(Date.parse(NOW));
    sandbox.advance(7);
    expect(sandbox.workspace.now()).toBe(Date.parse(NOW) + 7);
  });

  test('it can run on from its start', () => {
    later(0);
    const sandbox = createSandbox({ now: NOW, running: true });
    later(5000);
    sandbox.advance(7);
    expect(sandbox.workspace.now()).toBe(Date.parse(NOW) + 5007);
  });
});

describe('as a process', () => {
  /** The `Date` of two answers, more than a second apart. */
  async function dates(...flags: string[]): Promise<(string | null)[]> {
    const sandbox = spawn(process.execPath, [CLI, '--port=0', '--control', ...flags], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(createInterface({ input: sandbox.stdout }), 'line')) as [string];
      const { url } = JSON.parse(line) as { url: string };
      const date = async () => (await fetch(url)).headers.get('date');
      const first = await date();
      await delay(1100);
      return [first, await date()];
    } finally {
      sandbox.stdin.end();
      await once(sandbox, 'close');
    }
  }

  test('it is the real one: a reader who leaves it on must not be told that his clock is wrong', async () => {
    const [first, second] = await dates();
    expect(second).not.toBe(first);
    expect(Math.abs(Date.parse(second ?? '') - Date.now())).toBeLessThan(10_000);
  });

  test('it stands still where it was named', async () => {
    expect(await dates(`--now=${NOW}`)).toEqual(Array(2).fill('Sat, 14 Mar 2026 15:09:26 GMT'));
  });
});
