import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { configProblems, secretsOf, type Spec } from '../../../src/engine/config.ts';
import {
  baseUrl,
  problems,
  searchApiOf,
  startDate,
  type MoesifConfig,
} from '../../../src/sources/moesif/config.ts';
import { untilNextMinute } from '../../../src/sources/moesif/connect.ts';

const spec = JSON.parse(readFileSync('connectors/moesif/spec.json', 'utf8')) as Spec;
const NOW = Date.UTC(2026, 10, 27, 12);
const of = (more: object = {}) => ({ management_api_key: 'eyJhbGciOi.a.b', ...more }) as MoesifConfig;

describe('the spec', () => {
  test.each([
    ['a key alone', of()],
    [
      'everything',
      of({
        start_date: '2026-01-01',
        application_id: '625:1',
        search_api: 'legacy',
        lookback_window_days: 30,
        page_size: 10_000,
        include_headers: true,
        include_bodies: true,
        api_url: 'http://localhost:9500/api/v1',
      }),
    ],
  ])('takes %s', (_, config) => expect(configProblems(spec, config)).toEqual([]));

  test.each([
    ['no key', {}, 'management_api_key is missing'],
    [
      'a key with a line break',
      { management_api_key: 'eyJhbGciOi\n' },
      'management_api_key must have the form',
    ],
    ['another search', of({ search_api: 'new' }), 'search_api must be one of current, legacy'],
    ['a page beyond what an index gives', of({ page_size: 10_001 }), 'page_size must be <= 10000'],
    ['a look-back of more than a late event takes', of({ lookback_window_days: 31 }), 'must be <= 30'],
    ['a date that is none', of({ start_date: '01.01.2026' }), 'start_date'],
  ])('refuses %s', (_, config, words) => {
    expect(configProblems(spec, config).join('; ')).toContain(words);
  });

  test('knows the secret', () => {
    expect(secretsOf(spec.connectionSpecification, of({ application_id: '625:1' }))).toEqual([
      'eyJhbGciOi.a.b',
    ]);
  });
});

test('the address has its path', () => {
  expect(baseUrl(of())).toBe('https://api.moesif.com/v1');
  expect(baseUrl(of({ api_url: 'http://localhost:9500/api/v1/' }))).toBe('http://localhost:9500/api/v1');
});

test('the searches are those of the documents, unless it is said otherwise', () => {
  expect([searchApiOf(of()), searchApiOf(of({ search_api: 'legacy' }))]).toEqual(['current', 'legacy']);
});

test('events are read from the start date on, and thirty days without one', () => {
  expect(startDate(of({ start_date: '2024-02-29' }), NOW)).toBe(Date.UTC(2024, 1, 29));
  expect(startDate(of(), NOW)).toBe(Date.UTC(2026, 9, 28));
  expect(startDate(of({ start_date: '1999-01-01' }), NOW)).toBe(Date.UTC(2015, 0, 1));
});

test.each([
  ['a start date to come', { start_date: '2027-01-01' }, 'start_date is in the future'],
  [
    'plain http to another machine',
    { api_url: 'http://api.moesif.com/v1' },
    'api_url must be an https address',
  ],
  ['a user in the address', { api_url: 'https://me@api.moesif.com/v1' }, 'api_url must be an https address'],
])('%s is refused', (_, more, words) => {
  expect(problems(of(more), NOW).join('; ')).toContain(words);
});

test.each([
  [0, 60_000],
  [1, 59_999],
  [59_999, 1],
  [NOW + 12_345, 47_655],
])('at %p the minute of the calendar ends in %p ms', (now, left) => expect(untilNextMinute(now)).toBe(left));
