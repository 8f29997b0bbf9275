import { expect, test } from '@jest/globals';
import { Forecast, waitIn } from '../../../src/sources/mixpanel/quota.ts';

const refusal = (running: string, hourly: string) => ({
  error: `Query rate limit exceeded for project_id: 1. ${running} queries running concurrently and ${hourly} queries running in the last hour.`,
});

test.each([
  ['an hour that is used up waits for minutes', refusal('1/5', '61/60'), 300_000],
  ['five at once wait a little', refusal('6/5', '12/60'), 10_000],
  ['both: the longer one', refusal('6/5', '61/60'), 300_000],
  ['neither', refusal('1/5', '12/60'), undefined],
  ['other words', 'Too many requests', undefined],
  ['nothing', undefined, undefined],
])('%s', (_, body, wait) => {
  expect(waitIn(body)).toBe(wait);
});

test('what a sync will ask for is told with the time that the quota makes of it', () => {
  const told: string[] = [];
  const forecast = new Forecast((sentence) => told.push(sentence));
  forecast.expect('funnels', 'query', 5);
  forecast.expect('cohort_members', 'query', 70);
  forecast.expect('export', 'export', 365);
  forecast.expect('cohort_members', 'query', 170);
  expect(told).toEqual([
    'funnels: 5 requests of the query quota at least, which takes no waiting as long as nobody else uses the quota.',
    'cohort_members: 70 requests of the query quota at least, 75 of all tables so far, which takes about 1 h at 60 an hour.',
    'export: 365 requests of the export quota at least, which takes about 6 h at 60 an hour.',
    'cohort_members: 170 requests of the query quota at least, 175 of all tables so far, which takes about 2 h at 60 an hour.',
  ]);
});
