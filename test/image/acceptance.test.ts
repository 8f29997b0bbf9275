/** What Airbyte's own test suites are handed: their config, and the files of integration_tests/. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SOURCES } from '../../scripts/kit/sources.ts';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const json = <T>(path: string) => JSON.parse(file(path)) as T;

/**
 * Tables without expected records, all of them named, as in the catalog: no row of theirs is the same at any time, as it tells
 * of the time of the read, or goes when the vendor keeps it no longer.
 */
const CHANGING: Readonly<Record<string, string>> = {
  segment:
    'access_records audit_events delivery_overview_failed_delivery delivery_overview_failed_on_ingest ' +
    'delivery_overview_filtered_at_destination delivery_overview_filtered_at_source ' +
    'delivery_overview_successful_delivery delivery_overview_successfully_received ' +
    'destination_delivery_metrics_summary events_volume regulations reverse_etl_syncs source_regulations ' +
    'usage_api_calls_per_source_daily usage_api_calls_workspace_daily usage_mtu_per_source_daily ' +
    'usage_mtu_workspace_daily warehouse_syncs',
  mixpanel: 'annotations export funnels revenue',
  moesif: 'events',
};

describe.each(SOURCES)('$folder acceptance-test-config.yml of $name', ({ name, folder }) => {
  interface Suite {
    readonly tests: readonly Readonly<Record<string, unknown>>[];
  }
  const config = parse(file(`${folder}acceptance-test-config.yml`)) as {
    readonly connector_image: string;
    readonly acceptance_tests: Readonly<Record<string, Suite>>;
  };
  const suites = config.acceptance_tests;
  /** Further keys are refused. */
  const KEYS: Readonly<Record<string, readonly string[]>> = {
    spec: ['spec_path', 'backward_compatibility_tests_config', 'auth_default_method'],
    connection: ['status'],
    discovery: ['backward_compatibility_tests_config'],
    basic_read: ['empty_streams', 'expect_records', 'fail_on_extra_columns', 'ignored_fields'].concat(
      ['validate_schema', 'validate_stream_statuses', 'validate_state_messages', 'validate_data_points'],
      ['validate_primary_keys_data_type', 'expect_trace_message_on_failure'],
    ),
    full_refresh: ['configured_catalog_path', 'ignored_fields'],
    incremental: ['configured_catalog_path', 'future_state', 'skip_comprehensive_incremental_tests'],
    connector_attributes: ['streams_without_primary_key', 'allowed_hosts', 'suggested_streams'],
  };

  test('declares every suite of the high strictness, with no key that is unknown', () => {
    expect(Object.keys(config).sort()).toEqual([
      'acceptance_tests',
      'connector_image',
      'test_strictness_level',
    ]);
    expect(config).toHaveProperty('test_strictness_level', 'high');
    // As `make images` names it.
    expect(config.connector_image).toBe(`source-${name}:dev`);
    expect(Object.keys(suites)).toEqual(Object.keys(KEYS));
    for (const [suite, { tests }] of Object.entries(suites)) {
      const known = [...(KEYS[suite] ?? []), 'config_path', 'timeout_seconds', 'deployment_mode'];
      expect(known).toEqual(expect.arrayContaining(tests.flatMap((one) => Object.keys(one))));
      expect(tests.length).toBeGreaterThan(0);
    }
    expect(suites['basic_read']?.tests[0]).toHaveProperty('expect_records.path');
    expect(suites['incremental']?.tests[0]).toHaveProperty('future_state.future_state_path');
  });

  test('names files that are there, and the config that `secrets` is for', () => {
    const paths = file(`${folder}acceptance-test-config.yml`).matchAll(/path: (.*)$/gm);
    const missing = [...new Set([...paths].map(([, path = '']) => path))].filter(
      (path) => !existsSync(new URL(`../../${folder}${path}`, import.meta.url)),
    );
    expect(missing.filter((path) => path !== 'secrets/config.json')).toEqual([]);
  });
});

describe.each(SOURCES)('$folder integration_tests of $name', ({ name: source, folder, streams }) => {
  const names = streams.map(({ name }) => name);
  const at = `${folder}integration_tests/`;
  interface Configured {
    readonly stream: { readonly name: string };
    readonly sync_mode: string;
    readonly cursor_field?: readonly string[];
    readonly primary_key: readonly (readonly string[])[];
  }
  const catalog = (path: string) => json<{ streams: Configured[] }>(`${at}${path}`).streams;
  const incremental = streams.filter(({ cursor }) => cursor !== undefined);

  test('the catalogs name every table, its key, and its cursor where it has one', () => {
    const wanted = streams.map(({ name, cursor, primaryKey }) => ({
      name,
      key: primaryKey.map((field) => [field]),
      cursor: cursor === undefined ? undefined : [cursor],
    }));
    const given = catalog('configured_catalog.json').map(({ stream, primary_key, cursor_field }) => {
      return { name: stream.name, key: primary_key, cursor: cursor_field };
    });
    expect(given).toEqual(wanted);
    const full = catalog('configured_catalog_full_refresh.json');
    expect(full.map(({ stream }) => stream.name)).toEqual(names);
    expect(new Set(full.map(({ sync_mode }) => sync_mode))).toEqual(new Set(['full_refresh']));
  });

  test('the abnormal state puts every cursor into the future', () => {
    const states = json<{ type: string; stream: object }[]>(`${at}abnormal_state.json`);
    expect(states).toEqual(
      incremental.map(({ name, cursor = '' }) => ({
        type: 'STREAM',
        stream: {
          stream_descriptor: { name },
          stream_state: { [cursor]: expect.stringMatching(/^20[3-9]\d-/) },
        },
      })),
    );
  });

  test('the expected records are of tables of ours, and whole', () => {
    const records = file(`${at}expected_records.jsonl`)
      .split('\n')
      .filter(Boolean)
      .map(
        (line) => JSON.parse(line) as { stream: string; data: Record<string, unknown>; emitted_at: number },
      );
    for (const { stream, data, emitted_at } of records) {
      const keys = streams.find(({ name }) => name === stream)?.primaryKey;
      expect(Object.keys(data)).toEqual(expect.arrayContaining([...(keys ?? ['a table of ours'])]));
      expect(emitted_at).toBe(0);
    }
    const expected = new Set(records.map(({ stream }) => stream));
    expect(names.filter((name) => !expected.has(name))).toEqual(CHANGING[source]?.split(' '));
  });
});
