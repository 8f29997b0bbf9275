/** The name that Moesif has for the app, in a config that a process reads. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { listen } from '../../../sandbox/kit/listen.ts';
import { createMoesif } from '../../../sandbox/moesif/index.ts';
import { endOf, Files, start } from '../../support/process.ts';

const sandbox = createMoesif({ running: true, quotas: false });
const files = new Files();
let server: Awaited<ReturnType<typeof listen>>;
let config: object;

beforeAll(async () => {
  server = await listen(sandbox);
  const { application_id, ...others } = sandbox.config(server.url) as { application_id: string };
  expect(application_id).toBe(sandbox.appId);
  config = others;
});
beforeEach(() => void sandbox.requests.splice(0));
afterAll(async () => {
  await server.close();
  files.remove();
});

const check = async (more: object) => {
  const path = files.json('config.json', { ...config, ...more });
  const { code, stdout } = await endOf(start(['check', '--config', path], { SOURCE: 'moesif' }));
  return { code, stdout, asked: new Set(sandbox.requests.map(({ query }) => query['app_id'])) };
};

test.each([
  { app_id: sandbox.appId },
  { application_id: sandbox.appId },
  { app_id: sandbox.appId, application_id: sandbox.appId },
  { app_id: sandbox.appId, application_id: null },
])('%j is asked for, and no unknown field', async (more) => {
  const { code, stdout, asked } = await check(more);
  expect([code, asked]).toEqual([0, new Set([sandbox.appId])]);
  expect(stdout).toContain('SUCCEEDED');
  expect(stdout).not.toContain('not know');
});

test('two that differ are refused before anything is asked', async () => {
  const { stdout, asked } = await check({ app_id: sandbox.appId, application_id: '625:1000' });
  expect(stdout).toMatch(/"FAILED".*application_id and app_id, which are two names of one field/);
  expect(asked.size).toBe(0);
});
