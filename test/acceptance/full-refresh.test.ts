/** TestFullRefresh of connector-acceptance-test. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import type { Message } from '../support/messages.ts';
import { entriesOf, recordsOf, Workspace } from './suite.ts';

describe.each(SOURCES)('source-$name', (source) => {
  const workspace = new Workspace(source);
  afterAll(() => workspace.close());

  describe.each(entriesOf(source, 'full_refresh'))('with $config_path', (entry) => {
    const { config_path, configured_catalog_path, ignored_fields = {} } = entry;

    /** Whole rows as text, without what differs from read to read. */
    const rowsOf = (messages: readonly Message[]) =>
      recordsOf(messages).map(({ stream, data }) => {
        const ignored = new Set((ignored_fields[stream] ?? []).map(({ name }) => name));
        const kept = Object.entries(data).filter(([field]) => !ignored.has(field));
        return JSON.stringify([stream, kept.sort(([a], [b]) => (a < b ? -1 : 1))]);
      });

    test('test_sequential_reads', async () => {
      const catalog = await workspace.catalog(config_path, configured_catalog_path);
      const first = await workspace.read(config_path, catalog);
      const second = await workspace.read(config_path, catalog);

      const emitted = (messages: readonly Message[]) =>
        recordsOf(messages).map(({ emitted_at }) => emitted_at);
      expect(Math.min(...emitted(second))).toBeGreaterThan(Math.max(...emitted(first)));

      const again = new Set(rowsOf(second));
      expect(rowsOf(first).filter((row) => !again.has(row))).toEqual([]);
      expect(rowsOf(first).length).toBeGreaterThan(0);
    });
  });
});
