import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built sandbox: `make build` comes before this test. */
const CLI = fileURLToPath(new URL('../../build/sandbox/cli.js', import.meta.url));

test('as a process it is steered by lines of JSON', async () => {
  const flags = ['--source=mixpanel', '--port=0', '--control', '--now=2026-11-22T10:30:15Z', '--no-quotas'];
  const sandbox = spawn(process.execPath, [CLI, ...flags, '--events-per-day=5', '--timezone=Asia/Tokyo'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]();
  const read = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  const tell = (command: object) => {
    sandbox.stdin.write(`${JSON.stringify(command)}\n`);
    return read();
  };
  try {
    const { url, config, projectId, firstDay } = await read();
    expect(config).toMatchObject({ api_url: url, start_date: firstDay, project_timezone: 'Asia/Tokyo' });
    const { rows, key } = await tell({ truth: 'export' });
    expect(key).toEqual([]);
    await tell({ advance: 86_400_000 });
    expect((await tell({ truth: 'export' }))['rows']).not.toEqual(rows);
    await tell({ fault: { path: '*', kind: 'html' } });
    const ask = () => fetch(`${String(url)}/api/app/projects/${String(projectId)}/annotations`);
    expect((await ask()).status).toBe(502);
    await tell({ clearFaults: true });
    expect((await ask()).status).toBe(401);
  } finally {
    sandbox.stdin.end();
    await once(sandbox, 'close');
  }
});
