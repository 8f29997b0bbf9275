/** stdout as a pipe: nothing cut, nothing collected, nothing said when nobody listens. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createSandbox, listen } from '../../sandbox/segment/index.ts';
import { parseMessages, story, type CatalogStream } from '../support/messages.ts';
import { configured, Files, run, start } from '../support/process.ts';

const EVENTS = 60_000;
const sandbox = createSandbox({ auditEvents: EVENTS });
const files = new Files();
let server: Awaited<ReturnType<typeof listen>>;
let command: string[];

beforeAll(async () => {
  server = await listen(sandbox);
  const config = files.json('config.json', {
    api_token: sandbox.token,
    api_url: server.url,
    page_size: 1000,
  });
  const { messages } = await run(['discover']);
  const streams: CatalogStream[] = messages.flatMap(({ catalog }) => catalog?.streams ?? []);
  const only = streams.filter(({ name }) => name === 'audit_events');
  command = ['read', '--config', config, '--catalog', files.json('catalog.json', configured(only))];
});
afterAll(async () => {
  await server.close();
  files.remove();
});

/** Memory of a process in KiB; 0 on systems that do not show it as a file. */
function residentKiB(pid: number): number {
  const file = `/proc/${pid}/status`;
  return existsSync(file) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) : 0;
}

describe('a reader that is slower than the API', () => {
  test('slows the read: requests stop while it does not take more, and then everything arrives', async () => {
    const child = start(command);
    // Nobody reads: the pipe fills and the read must stand still, of which there is no event but silence.
    const before = sandbox.requests.length;
    for (let last = -1; last !== sandbox.requests.length || last === before;) {
      last = sandbox.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    const asked = sandbox.requests.length - before;
    expect(asked).toBeLessThan(30); // of 90 and more
    expect(residentKiB(child.pid ?? 0)).toBeLessThan(200 * 1024);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    const messages = parseMessages(Buffer.concat(chunks).toString());
    expect(story(messages, 'audit_events').records).toHaveLength(EVENTS);
    expect(story(messages, 'audit_events').statuses.at(-1)).toBe('COMPLETE');
  });
});

describe('a reader that goes away', () => {
  test('ends the process quietly', async () => {
    const child = start(command);
    const stderr: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({ code, signal, stderr: Buffer.concat(stderr).toString() }).toEqual({
      code: 1,
      signal: null,
      stderr: '',
    });
  });
});

describe('SIGTERM', () => {
  test('ends each stream honestly, with its last state, and exits 143', async () => {
    const child = start(command);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunks.push(chunk) === 1) child.kill('SIGTERM');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(143);
    const trail = story(parseMessages(Buffer.concat(chunks).toString()), 'audit_events');
    expect(trail.statuses.at(-1)).toBe('INCOMPLETE');
    expect(trail.errors).toMatchObject([{ failure_type: 'transient_error' }]);
    expect(trail.records.length).toBeLessThan(EVENTS);
  });
});
