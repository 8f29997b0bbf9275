import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../../../src/http/json.ts';
import {
  bodyOf,
  BY_ID,
  BY_REQUEST_TIME,
  modifiedIn,
  requestedIn,
  withIds,
} from '../../../src/sources/moesif/search.ts';

const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };

describe('the body of a search', () => {
  test('of everything in the order of ids', () => {
    expect(JSON.parse(bodyOf({ sort: BY_ID }, 500))).toEqual({ size: 500, sort: [{ _id: 'asc' }] });
  });

  test('goes on behind the last hit, and says what it wants of the fields', () => {
    const search = { query: withIds(['a', 'b']), sort: BY_ID, source: { includes: ['user_id'] } };
    expect(JSON.parse(bodyOf(search, 2, ['a'])) as object).toEqual({
      size: 2,
      sort: [{ _id: 'asc' }],
      query: { terms: { _id: ['a', 'b'] } },
      _source: { includes: ['user_id'] },
      search_after: ['a'],
    });
  });

  test.each([
    ['[1690494778099,"id"]'],
    ['[9223372036854775807,"id"]'],
    ['[1690494778099000123,"1690494778099000123"]'],
    ['[-9223372036854775808,"\\"[é]\\""]'],
    ['[null,"id"]'],
    ['[1690494778099,"2033513821949367297"]'],
  ])('sends back the digits of where a page ended: %s', (sort) => {
    const after = parseJson(sort) as unknown[];
    expect(bodyOf({ sort: BY_REQUEST_TIME }, 1, after)).toContain(`"search_after":${sort}}`);
  });
});

test('events are those whose request came in the window', () => {
  expect(requestedIn(window)).toEqual({
    range: { 'request.time': { gte: window.start, lt: window.end } },
  });
});

test('profiles are those that were modified in the window or at no time that is known, and all of them at first', () => {
  expect(modifiedIn({ ...window, start: '1970-01-01T00:00:00.000Z' })).toBeUndefined();
  expect(modifiedIn(window)).toEqual({
    bool: {
      should: [
        { range: { modified_time: { gte: window.start, lt: window.end } } },
        { bool: { must_not: [{ exists: { field: 'modified_time' } }] } },
      ],
      minimum_should_match: 1,
    },
  });
});
