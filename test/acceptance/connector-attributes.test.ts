/** TestConnectorAttributes of connector-acceptance-test, which asks this of certified connectors only. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { parse } from 'yaml';
import { entriesOf, file, Workspace } from './suite.ts';

describe.each(SOURCES)('source-$name', (source) => {
  const workspace = new Workspace(source);
  afterAll(() => workspace.close());

  describe.each(entriesOf(source, 'connector_attributes'))('with $config_path', (entry) => {
    const { config_path, streams_without_primary_key: exempt = [] } = entry;
    const { data: metadata } = parse(file(`${source.folder}metadata.yaml`)) as {
      data: { allowedHosts: { hosts: string[] }; suggestedStreams: { streams: string[] } };
    };

    test('test_streams_define_primary_key', async () => {
      const streams = await workspace.discover(config_path);
      const without = streams.filter(({ source_defined_primary_key: key }) => key.length === 0);
      // Stricter than Airbyte's suite: what is exempt has none, either.
      expect(without.map(({ name }) => name)).toEqual(exempt.map(({ name }) => name));
      expect(streams.length).toBeGreaterThan(0);
    });

    test('test_certified_connector_has_allowed_hosts', () => {
      expect(metadata.allowedHosts.hosts.length).toBeGreaterThan(0);
    });

    test('test_certified_connector_has_suggested_streams', () => {
      expect(metadata.suggestedStreams.streams.length).toBeGreaterThan(0);
    });
  });
});
