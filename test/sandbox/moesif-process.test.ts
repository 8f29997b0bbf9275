import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built sandbox: `make build` comes before this test. */
const CLI = fileURLToPath(new URL('../../build/sandbox/cli.js', import.meta.url));

test('as a process it is steered by lines of JSON, and takes in calls beside', async () => {
  const flags = ['--source=moesif', '--port=0', '--control', '--now=2026-11-22T10:30:15Z', '--no-quotas'];
  const sandbox = spawn(process.execPath, [CLI, ...flags, '--users=5', '--search-api=legacy'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]();
  const read = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  const tell = (command: object) => {
    sandbox.stdin.write(`${JSON.stringify(command)}\n`);
    return read();
  };
  try {
    const { url, config, firstDay, appId, to } = await read();
    const base = `${String(url)}/v1`;
    expect(config).toMatchObject({
      api_url: base,
      start_date: firstDay,
      application_id: appId,
      search_api: 'legacy',
    });
    const { rows, key } = await tell({ truth: 'users' });
    expect([key, (rows as unknown[]).length]).toEqual([['id'], 5]);
    await tell({ advance: 86_400_000 });
    expect((await tell({ truth: 'users' }))['rows']).toHaveLength(6);
    await tell({ fault: { path: '*', kind: 'html' } });
    const ask = (path: string) => fetch(base + path, { method: 'POST', body: '{}' });
    expect((await ask('/search/~/search/users')).status).toBe(502);
    await tell({ clearFaults: true });
    expect((await ask('/search/~/search/users')).status).toBe(401);
    expect(to).toMatchObject({ api_url: url, region: 'us' });
    expect((await ask('/batch')).status).toBe(400);
  } finally {
    sandbox.stdin.end();
    await once(sandbox, 'close');
  }
});
