/** TestConnection of connector-acceptance-test. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { entriesOf, Workspace } from './suite.ts';

const VERDICTS = { succeed: 'SUCCEEDED', failed: 'FAILED' };
describe.each(SOURCES)('source-$name', (source) => {
  const workspace = new Workspace(source);
  afterAll(() => workspace.close());

  test.each(entriesOf(source, 'connection'))(
    'test_check: $config_path, $status',
    async ({ config_path, status }) => {
      const { code, messages } = await workspace.run('check', config_path);
      expect(code).toBe(0);
      expect(messages.flatMap(({ connectionStatus }) => connectionStatus?.status ?? [])).toEqual([
        VERDICTS[status],
      ]);
    },
  );
});
