import { describe, expect, test } from '@jest/globals';
import type { MixpanelConfig } from '../../../src/sources/mixpanel/config.ts';
import { spreader } from '../../../src/sources/mixpanel/properties.ts';

const OWN = new Set(['event', 'time', 'properties']);
const PROPERTIES = { $city: 'Berlin', city: 'Paris', time: 1, amount: null, tags: ['a', { b: 1 }] };

const spread = (config: Partial<MixpanelConfig>, properties: object = PROPERTIES, columns?: string[]) =>
  spreader(config as MixpanelConfig, OWN, { taken: ['time'], ...(columns && { columns: new Set(columns) }) })(
    { event: 'a' },
    properties as Record<string, unknown>,
  );

test('each property is a column, with its value as it came', () => {
  expect(spread({})).toEqual({
    event: 'a',
    mp_reserved_city: 'Berlin',
    city: 'Paris',
    amount: null,
    tags: ['a', { b: 1 }],
  });
});

test('or all are in one, under their own names', () => {
  const properties = { $city: 'Berlin', city: 'Paris', amount: null, tags: ['a', { b: 1 }] };
  expect(spread({ properties_as: 'json' })).toEqual({ event: 'a', properties });
});

describe.each(['columns', 'json'] as const)('in %s', (properties_as) => {
  const namesOf = (config: Partial<MixpanelConfig>) => {
    const { properties, ...columns } = spread({ properties_as, ...config });
    return Object.keys((properties as object | undefined) ?? columns).filter((name) => name !== 'event');
  };

  test('only those that are included come', () => {
    expect(namesOf({ include_properties: ['amount', 'none'] })).toEqual(['amount']);
  });

  test('those that are excluded do not, by their names at Mixpanel', () => {
    expect(namesOf({ exclude_properties: ['$city', 'amount', 'tags'] })).toEqual(['city']);
    expect(namesOf({ include_properties: ['city', 'tags'], exclude_properties: ['tags'] })).toEqual(['city']);
  });

  test('a property that is called __proto__ is one', () => {
    const row = spread({ properties_as }, JSON.parse('{"__proto__":{"x":1},"y":2}') as object);
    expect(JSON.stringify(row)).toContain('"__proto__":{"x":1},"y":2');
    expect((row as { x?: unknown }).x).toBeUndefined();
  });
});

describe('properties that the catalog does not have', () => {
  const columns = ['event', 'mp_reserved_city'];

  test('come by default', () => {
    expect(Object.keys(spread({}, PROPERTIES, columns))).toContain('amount');
  });

  test('do not where they are not selected by default', () => {
    expect(spread({ select_properties_by_default: false }, PROPERTIES, columns)).toEqual({
      event: 'a',
      mp_reserved_city: 'Berlin',
    });
  });

  test('are all of them where it names none', () => {
    expect(spread({ select_properties_by_default: false }, PROPERTIES, [])).toEqual({ event: 'a' });
  });

  test('come where there is no catalog to tell which are new', () => {
    expect(Object.keys(spread({ select_properties_by_default: false }))).toContain('amount');
  });
});
