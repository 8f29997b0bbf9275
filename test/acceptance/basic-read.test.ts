/** TestBasicRead of connector-acceptance-test, over one full read of everything that is discovered. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { Ajv } from 'ajv';
import { keyText, story, type CatalogStream, type Message, type Row } from '../support/messages.ts';
import { configured } from '../support/process.ts';
import { entriesOf, file, recordsOf, statesOf, Workspace, type ConfiguredStream } from './suite.ts';

/** Airbyte's suite takes a timestamp by its form, with or without seconds' fractions and zone. */
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?[T ]\d\d?:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$/;
// A property may be called like a method of every object.
const ajv = new Ajv({
  strict: false,
  ownProperties: true,
  formats: { 'date-time': TIMESTAMP, date: /^\d{4}-\d\d-\d\d$/ },
});

const keyOf = (stream: CatalogStream | undefined) =>
  (stream?.source_defined_primary_key ?? []).map(([field = '']) => field);

describe.each(SOURCES)('source-$name', (source) => {
  const workspace = new Workspace(source);
  afterAll(() => workspace.close());

  describe.each(entriesOf(source, 'basic_read'))('with $config_path', (entry) => {
    const { config_path, fail_on_extra_columns, expect_records, empty_streams = [] } = entry;
    let streams: readonly CatalogStream[];
    let messages: readonly Message[];
    beforeAll(async () => {
      const isEmpty = new Set(empty_streams.map(({ name }) => name));
      streams = (await workspace.discover(config_path)).filter(({ name }) => !isEmpty.has(name));
      messages = await workspace.read(config_path, configured(streams, 'full_refresh').streams);
    });

    test('test_read: validate_schema', () => {
      const problems = streams.flatMap(({ name, json_schema }) => {
        const isValid = ajv.compile({ ...json_schema, additionalProperties: !fail_on_extra_columns });
        const wrong = story(messages, name).records.filter((row) => !isValid(row));
        return wrong.map((row) => `${name}: ${isValid(row) || ajv.errorsText(isValid.errors)}`);
      });
      expect([...new Set(problems)]).toEqual([]);
    });

    test('test_read: validate_records_structure', () => {
      for (const { name, json_schema } of streams) {
        const declared = new Set(Object.keys(json_schema.properties));
        const strange = story(messages, name).records.filter(
          (row) => !Object.keys(row).some((field) => declared.has(field)),
        );
        expect([name, strange]).toEqual([name, []]);
      }
    });

    test('test_read: validate_empty_streams', () => {
      const seen = new Set(recordsOf(messages).map(({ stream }) => stream));
      expect(seen.size).toBeGreaterThan(0);
      expect(streams.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
    });

    test('test_read: validate_primary_keys_data_type', () => {
      for (const stream of streams) {
        const keys = story(messages, stream.name).records.map((row) =>
          keyOf(stream).map((field) => row[field]),
        );
        // Stricter than Airbyte's suite, which takes a key with some parts null.
        const wrong = keys.flat().filter((part) => part == null || typeof part === 'object');
        expect([stream.name, wrong]).toEqual([stream.name, []]);
      }
    });

    test('test_read: validate_expected_records', () => {
      const lines = file(`${source.folder}${expect_records.path}`).split('\n').filter(Boolean);
      const expected = lines.map((line) => JSON.parse(line) as { stream: string; data: Row });
      expect(expect_records.exact_order).toBe(false);
      for (const stream of streams) {
        const keys = (rows: readonly Row[]) => rows.map((row) => keyText(row, keyOf(stream)));
        const rows = expected.filter((record) => record.stream === stream.name).map(({ data }) => data);
        expect(keys(story(messages, stream.name).records)).toEqual(expect.arrayContaining(keys(rows)));
      }
      expect(streams.map(({ name }) => name)).toEqual(
        expect.arrayContaining(expected.map((one) => one.stream)),
      );
    });

    test('test_read: validate_stream_statuses', () => {
      for (const { name } of streams) {
        const { statuses } = story(messages, name);
        const running = statuses.slice(1, -1);
        expect([name, statuses[0], statuses.at(-1)]).toEqual([name, 'STARTED', 'COMPLETE']);
        expect([name, ...new Set(running)]).toEqual([name, 'RUNNING']);
      }
    });

    test('test_read: validate_state_messages', () => {
      for (const { name } of streams) {
        const { states, records, messages: told } = story(messages, name);
        expect([name, new Set(states.map(({ type }) => type))]).toEqual([name, new Set(['STREAM'])]);
        // Stricter than Airbyte's suite: the counts add up, and the last state comes after the last record.
        const counted = states.reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0);
        expect([name, counted]).toEqual([name, records.length]);
        const last = told.slice(-2).map(({ type, trace }) => trace?.stream_status?.status ?? type);
        expect([name, ...last]).toEqual([name, 'STATE', 'COMPLETE']);
      }
      expect(statesOf(messages).length).toBeGreaterThanOrEqual(streams.length);
    });

    test('test_airbyte_trace_message_on_failure', async () => {
      const stream = {
        name: '__AIRBYTE__stream_that_does_not_exist',
        json_schema: { type: 'object', properties: { f1: { type: 'string' } } },
        supported_sync_modes: ['full_refresh'],
      } as unknown as ConfiguredStream['stream'];
      const catalog = { streams: [{ stream, sync_mode: 'INVALID', destination_sync_mode: 'INVALID' }] };
      const { code, messages: told } = await workspace.run('read', config_path, { catalog });
      expect(code).toBe(1);
      expect(told.filter(({ trace }) => trace?.type === 'ERROR').length).toBeGreaterThan(0);
    });
  });
});
