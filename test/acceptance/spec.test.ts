/** TestSpec of connector-acceptance-test, over what the built connector prints. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { configProblems, type Spec } from '../../src/engine/config.ts';
import { specProblems, type SpecNode } from '../image/spec-rules.ts';
import type { Row } from '../support/messages.ts';
import { run } from '../support/process.ts';
import { entriesOf, Workspace } from './suite.ts';

describe.each(SOURCES)('source-$name', (source) => {
  const workspace = new Workspace(source);
  let printed: Row;
  afterAll(() => workspace.close());

  beforeAll(async () => {
    const { messages } = await run(['spec'], { SOURCE: source.name });
    expect(messages.map(({ type }) => type)).toEqual(['SPEC']);
    printed = messages[0]?.spec ?? {};
  });

  describe.each(entriesOf(source, 'spec'))('$spec_path', ({ spec_path, config_path }) => {
    test('test_config_match_spec', async () => {
      expect(configProblems(printed as unknown as Spec, await workspace.config(config_path))).toEqual([]);
    });

    test('test_match_expected', () => {
      expect(printed).toEqual(workspace.json(spec_path));
    });
  });

  // test/image/spec.test.ts proves that each rule sees what it is for.
  test.each([
    ['test_enum_usage', /stands twice/],
    ['test_oneof_usage', /oneOf|option/],
    ['test_secret_is_properly_marked', /airbyte_secret/],
    ['test_property_type_is_not_array', /more than one type/],
    ['test_object_not_empty', /without properties/],
    ['test_array_type', /an array of/],
    ['test_forbidden_complex_types', /is not understood/],
    ['test_date_pattern', /without a pattern/],
    ['test_date_format', /without the format/],
    ['test_duplicate_order', /the same order/],
    ['test_nested_group', /a group below/],
    ['test_display_type', /display_type/],
    ['test_defined_refs_exist_in_json_spec_file', /\$ref/],
    ['test_additional_properties_is_true', /additionalProperties/],
  ])('%s', (_, words) => {
    const problems = specProblems(printed['connectionSpecification'] as SpecNode);
    expect(problems.filter((problem) => words.test(problem))).toEqual([]);
  });

  test('test_oauth_flow_parameters', () => {
    expect(printed).not.toHaveProperty('advanced_auth');
  });
});
