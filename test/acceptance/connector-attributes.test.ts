/** TestConnectorAttributes of connector-acceptance-test, which asks this of certified connectors only. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { entriesOf, file, Workspace } from './suite.ts';

const workspace = new Workspace();
afterAll(() => workspace.close());

const { data: metadata } = parse(file('metadata.yaml')) as {
  data: { allowedHosts: { hosts: string[] }; suggestedStreams: { streams: string[] } };
};

describe.each(entriesOf('connector_attributes'))('with $config_path', ({ config_path }) => {
  test('test_streams_define_primary_key', async () => {
    const streams = await workspace.discover(config_path);
    const without = streams.filter(({ source_defined_primary_key: key }) => key.length === 0);
    expect(without.map(({ name }) => name)).toEqual([]);
    expect(streams.length).toBeGreaterThan(0);
  });

  test('test_certified_connector_has_allowed_hosts', () => {
    expect(metadata.allowedHosts.hosts.length).toBeGreaterThan(0);
  });

  test('test_certified_connector_has_suggested_streams', () => {
    expect(metadata.suggestedStreams.streams.length).toBeGreaterThan(0);
  });
});
