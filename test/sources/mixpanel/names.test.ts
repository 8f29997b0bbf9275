import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { columnOf } from '../../../src/sources/mixpanel/names.ts';

const OWN = new Set(['event', 'time', 'distinct_id', 'properties']);

test.each([
  ['$city', 'mp_reserved_city'],
  ['mp_lib', 'mp_lib'],
  ['Total Spent', 'Total Spent'],
  ['event', 'mp_property_event'],
  ['Event', 'mp_property_Event'],
  ['$distinct_id', 'mp_reserved_distinct_id'],
  ['mp_reserved_city', 'mp_property_mp_reserved_city'],
  ['mp_property_event', 'mp_property_mp_property_event'],
  ['', 'mp_property_'],
  ['$', 'mp_reserved_'],
  ['__proto__', '__proto__'],
])('the property %j has the column %j', (property, column) => {
  expect(columnOf(property, OWN)).toBe(column);
});

test('no two properties share a column, and none takes one of ours', () => {
  const name = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('$', 'mp_reserved_', 'mp_property_', 'event', 'city', ''), { maxLength: 4 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 30 }), (names) => {
      const columns = names.map((one) => columnOf(one, OWN));
      expect(new Set(columns).size).toBe(names.length);
      expect(columns.filter((column) => OWN.has(column))).toEqual([]);
    }),
  );
});
