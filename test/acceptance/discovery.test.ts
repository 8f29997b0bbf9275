/** TestDiscovery of connector-acceptance-test. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { Ajv } from 'ajv';
import type { CatalogStream, Row } from '../support/messages.ts';
import { entriesOf, Workspace } from './suite.ts';

describe.each(SOURCES)('source-$name', (source) => {
  const workspace = new Workspace(source);
  afterAll(() => workspace.close());

  describe.each(entriesOf(source, 'discovery'))('with $config_path', ({ config_path }) => {
    let streams: CatalogStream[];
    beforeAll(async () => {
      streams = await workspace.discover(config_path);
    });

    /** Names of the streams of which something is true. */
    const where = (is: (stream: CatalogStream) => unknown) => streams.filter(is).map(({ name }) => name);
    const declared = ({ json_schema: { properties } }: CatalogStream, path: readonly string[]) =>
      path.length === 1 && Object.hasOwn(properties, path[0] ?? '');

    test('test_discover', async () => {
      const { code, messages } = await workspace.run('discover', config_path);
      expect(code).toBe(0);
      expect(messages.filter(({ type }) => type === 'CATALOG')).toHaveLength(1);
      expect(streams.length).toBeGreaterThan(0);
      expect(new Set(streams.map(({ name }) => name)).size).toBe(streams.length);
    });

    test('test_streams_have_valid_json_schemas', () => {
      const draft7 = new Ajv({ strict: false });
      expect(where(({ json_schema }) => !draft7.validateSchema(json_schema))).toEqual([]);
    });

    test('test_defined_cursors_exist_in_schema', () => {
      const cursors = streams.filter(({ default_cursor_field }) => default_cursor_field?.length);
      expect(cursors.length).toBeGreaterThan(0);
      expect(cursors.filter((stream) => !declared(stream, stream.default_cursor_field ?? []))).toEqual([]);
    });

    test('test_primary_keys_exist_in_schema', () => {
      const undeclared = (stream: CatalogStream) =>
        stream.source_defined_primary_key.some((path) => !declared(stream, path));
      expect(where(undeclared)).toEqual([]);
    });

    test('test_primary_keys_data_type', () => {
      const types = streams.flatMap(({ source_defined_primary_key, json_schema: { properties } }) =>
        source_defined_primary_key.flatMap(
          ([field = '']) => (properties[field]?.['type'] ?? 'none') as string | string[],
        ),
      );
      expect(types.filter((type) => ['object', 'array', 'none'].includes(type))).toEqual([]);
    });

    test('test_streams_has_sync_modes', () => {
      expect(where(({ supported_sync_modes: modes }) => modes.length === 0)).toEqual([]);
    });

    test('test_catalog_has_supported_data_types', () => {
      const problems = streams.flatMap(({ name, json_schema }) => unsupported(json_schema as Row, name));
      expect(problems).toEqual([]);
    });
  });
});

const TYPES = ['null', 'string', 'number', 'integer', 'boolean', 'object', 'array'];
const AIRBYTE_TYPES: Readonly<Record<string, readonly string[]>> = {
  timestamp_with_timezone: ['string'],
  timestamp_without_timezone: ['string'],
  integer: ['integer', 'number'],
};

/** Paths of the fields whose type, format or airbyte_type destinations do not know, or not together. */
function unsupported(schema: Row, path: string): string[] {
  const types = [schema['type'] ?? []].flat() as string[];
  const plain = types.filter((type) => type !== 'null');
  const { format, airbyte_type: more } = schema as { format?: string; airbyte_type?: string };
  const wrong =
    types.some((type) => !TYPES.includes(type)) ||
    (format !== undefined && !(['date', 'date-time'].includes(format) && plain.join() === 'string')) ||
    (more !== undefined && !AIRBYTE_TYPES[more]?.includes(plain.join()));
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Row>);
  const below = fields.flatMap(([name, field]) => unsupported(field, `${path}.${name}`));
  const items = schema['items'] ? unsupported(schema['items'] as Row, `${path}[]`) : [];
  return [...(wrong ? [path] : []), ...below, ...items];
}
