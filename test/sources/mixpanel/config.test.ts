import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { configProblems, secretsOf, type Spec } from '../../../src/engine/config.ts';
import {
  authorization,
  derivedSecrets,
  hostsOf,
  problems,
  projectQuery,
  startDate,
  type MixpanelConfig,
} from '../../../src/sources/mixpanel/config.ts';

const spec = JSON.parse(readFileSync('connectors/mixpanel/spec.json', 'utf8')) as Spec;
const ACCOUNT = {
  auth_type: 'service_account',
  username: 'sa.1a2b.mp-service-account',
  secret: 's3cret-of-the-account',
  project_id: '2529987',
} as const;
const SECRET = { auth_type: 'project_secret', api_secret: '0123456789abcdef0123456789abcdef' } as const;
const NOW = Date.UTC(2026, 10, 27, 12);
const of = (more: object = {}, credentials: object = ACCOUNT) => ({ credentials, ...more }) as MixpanelConfig;

describe('the spec', () => {
  test.each([
    ['a service account', of()],
    ['a project secret', of({}, SECRET)],
    [
      'everything',
      of({ region: 'in', start_date: '2026-01-01', attribution_window: 0, export_events: ['a, b'] }),
    ],
  ])('takes %s', (_, config) => expect(configProblems(spec, config)).toEqual([]));

  test.each([
    ['no credentials', {}, 'credentials is missing'],
    ['a secret missing', of({}, { ...ACCOUNT, secret: undefined }), 'credentials.secret is missing'],
    ['another region', of({ region: 'jp' }), 'region must be one of us, eu, in'],
    ['a project id with letters', of({}, { ...ACCOUNT, project_id: 'x1' }), 'must have the form: digits'],
    ['a date that is none', of({ start_date: '01.01.2026' }), 'start_date'],
  ])('refuses %s', (_, config, words) => {
    expect(configProblems(spec, JSON.parse(JSON.stringify(config))).join('; ')).toContain(words);
  });

  test.each([
    [{ auth_type: 'service_account', username: 'x', project_id: '1' }, ['credentials.secret is missing']],
    [{ auth_type: 'project_secret' }, ['credentials.api_secret is missing']],
    [{}, ['credentials.auth_type must be one of service_account, project_secret']],
    [{ auth_type: 'oauth' }, ['credentials.auth_type must be one of service_account, project_secret']],
    ['a secret', ['credentials must be object']],
    [null, ['credentials must be object']],
  ])('of %j says what is wrong with the way to sign in that was meant', (credentials, sentences) => {
    expect(configProblems(spec, { credentials })).toEqual(sentences);
  });

  test('knows every secret', () => {
    expect(secretsOf(spec.connectionSpecification, of())).toEqual([ACCOUNT.secret]);
    expect(secretsOf(spec.connectionSpecification, of({}, SECRET))).toEqual([SECRET.api_secret]);
    expect(derivedSecrets(of())).toEqual([authorization(of()).slice('Basic '.length)]);
  });
});

test('a service account signs in with its project, a secret alone', () => {
  const plain = (config: MixpanelConfig) =>
    Buffer.from(authorization(config).slice('Basic '.length), 'base64').toString();
  expect(plain(of())).toBe(`${ACCOUNT.username}:${ACCOUNT.secret}`);
  expect(plain(of({}, SECRET))).toBe(`${SECRET.api_secret}:`);
  expect(projectQuery(of())).toEqual({ project_id: '2529987' });
  expect(projectQuery(of({}, { ...ACCOUNT, workspace_id: '7' }))).toEqual({
    project_id: '2529987',
    workspace_id: '7',
  });
  expect(projectQuery(of({}, SECRET))).toEqual({});
});

test.each([
  ['us', 'https://mixpanel.com', 'https://data.mixpanel.com'],
  ['eu', 'https://eu.mixpanel.com', 'https://data-eu.mixpanel.com'],
  ['in', 'https://in.mixpanel.com', 'https://data-in.mixpanel.com'],
])('the region %s has its hosts', (region, query, data) => {
  expect(hostsOf(of({ region }))).toEqual({ query, data });
});

test('api_url stands for all hosts', () => {
  expect(hostsOf(of({ api_url: 'http://127.0.0.1:1/', region: 'eu' }))).toEqual({
    query: 'http://127.0.0.1:1',
    data: 'http://127.0.0.1:1',
  });
});

test('reading starts at the start date, and a year ago without one', () => {
  expect(startDate(of({ start_date: '2024-02-29' }), NOW)).toBe(Date.UTC(2024, 1, 29));
  expect(startDate(of(), NOW)).toBe(Date.UTC(2025, 10, 27));
  expect(startDate(of({ start_date: '1999-01-01' }), NOW)).toBe(Date.UTC(2009, 0, 1));
});

test.each([
  ['a start date to come', { start_date: '2027-01-01' }, 'start_date is in the future'],
  ['a zone of no database', { project_timezone: 'Pacific Time' }, 'project_timezone is not a time zone'],
  [
    'times of a zone that is not given',
    { event_time_semantics: 'project_timezone' },
    'project_timezone is missing; event_time_semantics needs it',
  ],
  ['plain http to another machine', { api_url: 'http://mixpanel.com' }, 'api_url must be an https address'],
])('%s is refused', (_, more, words) => {
  expect(problems(of(more), NOW).join('; ')).toContain(words);
});
