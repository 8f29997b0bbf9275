/** spec.json by the rules that Airbyte has for it, and the rules by specs that break them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { configProblems, type Spec } from '../../src/engine/config.ts';
import { specProblems, type SpecNode } from './spec-rules.ts';

const json = <T>(path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as T;

type AnySpec = Spec & { connectionSpecification: SpecNode };

describe.each(SOURCES)('$folder spec.json of $name', ({ folder }) => {
  const spec = json<AnySpec>(`${folder}spec.json`);

  test("keeps Airbyte's rules", () => {
    expect(specProblems(spec.connectionSpecification)).toEqual([]);
  });

  test('accepts the sample configs, and sees what is wrong with another', () => {
    const sample = json<object>(`${folder}integration_tests/sample_config.json`);
    const invalid = json<object>(`${folder}integration_tests/invalid_config.json`);
    expect([sample, invalid].flatMap((config) => configProblems(spec, config))).toEqual([]);
    expect(configProblems(spec, { page_size: 0 })).toHaveLength(2);
    expect(configProblems(spec, { ...sample, page_size: 0 })).toHaveLength(1);
  });
});

describe('the rules', () => {
  test('a list of a config that is empty is told by its path', () => {
    const spec = json<AnySpec>('spec.json');
    const nobody = { actors: { include: [] } };
    expect(configProblems(spec, { api_token: 'sgp_123456', audit: nobody })).toEqual([
      'audit.actors.include is an empty list; put something in, or leave it out',
    ]);
  });

  const tag = (value: string) => ({ type: 'string', const: value });
  const option = (properties: SpecNode['properties'] = {}) => ({ type: 'object', properties });
  const choice = (...options: SpecNode[]) => ({ type: 'object', oneOf: options });
  test.each<[rule: string, property: SpecNode]>([
    ['not understood', { $ref: '#/definitions/date' }],
    ['not understood', { type: 'string', allOf: [] }],
    ['stands twice', { type: 'string', enum: ['a', 'b', 'a'] }],
    ['no object', { type: 'string', oneOf: [option({ by: tag('a') })] }],
    ['no object with properties', choice({ type: 'string' })],
    ['one constant in common', choice(option({ by: tag('a') }), option({ how: tag('b') }))],
    ['without default and enum', choice(option({ by: { ...tag('a'), default: 'a' } }))],
    ['same constant', choice(option({ by: tag('a') }), option({ by: tag('a') }))],
    ['no airbyte_secret', option({ client_secret: { type: 'string' } })],
    ['more than one type', { type: ['string', 'integer'] }],
    ['without properties', { type: 'object' }],
    ['nothing definite', { type: 'array' }],
    ['without the format', { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }],
    ['without a pattern', { type: 'string', format: 'date' }],
    ['same order', option({ a: { type: 'string', order: 1 }, b: { type: 'string', order: 1 } })],
    ['below the top', option({ a: { type: 'string', group: 'auth' } })],
    ['beside a oneOf', { type: 'string', display_type: 'radio' }],
    ['must be true', { ...option({ a: { type: 'string' } }), additionalProperties: false }],
  ])('the rules see: %s', (rule, property) => {
    const problems = specProblems({ type: 'object', properties: { it: property } });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^it.*${rule}`))]);
  });

  test('the rules let a well-made choice pass', () => {
    const by = (value: string) => option({ by: tag(value), key: { type: 'string', airbyte_secret: true } });
    const property = { ...choice(by('key'), by('account')), display_type: 'radio' };
    expect(specProblems({ type: 'object', properties: { it: property } })).toEqual([]);
  });
});
