/** TestConnection of connector-acceptance-test. */
import { afterAll, expect, test } from '@jest/globals';
import { entriesOf, Workspace } from './suite.ts';

const VERDICTS = { succeed: 'SUCCEEDED', failed: 'FAILED' };
const workspace = new Workspace();
afterAll(() => workspace.close());

test.each(entriesOf('connection'))('test_check: $config_path, $status', async ({ config_path, status }) => {
  const { code, messages } = await workspace.run('check', config_path);
  expect(code).toBe(0);
  expect(messages.flatMap(({ connectionStatus }) => connectionStatus?.status ?? [])).toEqual([
    VERDICTS[status],
  ]);
});
