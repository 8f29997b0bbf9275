import { describe, expect, test } from '@jest/globals';
import { createMixpanel, type MixpanelOptions } from '../../sandbox/mixpanel/index.ts';
import { ask, type Reply } from './mixpanel-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const EXPORT = '/api/2.0/export';
const DAYS = { query: { from_date: '2026-11-21', to_date: '2026-11-21' } };

function make(options: MixpanelOptions = {}) {
  let time = 1_000_000;
  const mixpanel = createMixpanel({ now: NOW, time: () => time, ...options });
  return {
    mixpanel,
    wait: (ms: number) => void (time += ms),
    query: () => ask(mixpanel, '/api/query/funnels/list'),
    export: () => ask(mixpanel, EXPORT, DAYS),
  };
}

const errorOf = ({ body }: Reply) => (body as { error: string }).error;

describe('the Query API', () => {
  test('60 in any hour, and a hint that is neither too early nor late', () => {
    const { query, wait } = make();
    for (let asked = 0; asked < 60; asked += 1) {
      expect(query().status).toBe(200);
      wait(1000);
    }
    const refused = query();
    expect(refused.status).toBe(429);
    expect(errorOf(refused)).toMatch(/^Query rate limit exceeded for project_id: 2529987\. 0\/5 .* 61\/60 /);
    expect(refused.body).toHaveProperty('request', '/api/query/funnels/list?project_id=2529987');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBe(3600 - 60);
    wait(seconds * 1000 - 1);
    expect(query().status).toBe(429);
    wait(1);
    expect(query().status).toBe(200);
    expect(query().status).toBe(429);
  });

  test('all of it together, and nothing else', () => {
    const { mixpanel, query } = make({ quotas: { query: { perHour: 2 } } });
    expect(query().status).toBe(200);
    expect(ask(mixpanel, '/api/2.0/engage').status).toBe(200);
    expect(ask(mixpanel, '/api/query/cohorts/list').status).toBe(429);
    expect(ask(mixpanel, `/api/app/projects/${mixpanel.projectId}/annotations`).status).toBe(200);
    expect(ask(mixpanel, EXPORT, DAYS).status).toBe(200);
  });

  test('5 at once, each for as long as it takes', () => {
    const { query, wait } = make({ latencyMs: 2500 });
    const statuses = () => Array.from({ length: 6 }, () => query().status);
    expect(statuses()).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = query();
    expect(errorOf(refused)).toMatch(/ 5\/5 .* 6\/60 /);
    expect(refused.headers.get('retry-after')).toBe('3');
    wait(2500);
    expect(statuses()).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('what is refused does not count, whoever it is', () => {
    const { mixpanel, query } = make({ quotas: { query: { perHour: 1 } } });
    for (let asked = 0; asked < 3; asked += 1) ask(mixpanel, '/api/query/engage', { as: 'nobody' });
    expect(query().status).toBe(200);
  });
});

describe('the export', () => {
  test('3 in any second', () => {
    const { export: read, wait } = make();
    expect([1, 2, 3, 4].map(() => read().status)).toEqual([200, 200, 200, 429]);
    wait(999);
    expect(read().status).toBe(429);
    wait(1);
    expect(read().status).toBe(200);
  });

  test('60 in any hour', () => {
    const { export: read, wait } = make();
    for (let asked = 0; asked < 60; asked += 1) {
      expect(read().status).toBe(200);
      wait(334);
    }
    expect(read().status).toBe(429);
    wait(3_600_000);
    expect(read().status).toBe(200);
  });
});

describe('how a 429 says when to come back', () => {
  test('by a date that goes with its own', () => {
    const { query } = make({ quotas: { query: { perHour: 0 } }, retryAfter: 'date' });
    const { headers } = query();
    expect(headers.get('date')).toBe('Sun, 22 Nov 2026 10:30:15 GMT');
    expect(headers.get('retry-after')).toBe('Sun, 22 Nov 2026 11:30:16 GMT');
  });

  test('not at all', () => {
    const { query } = make({ quotas: { query: { perHour: 0 } }, retryAfter: 'none' });
    expect(query().headers.has('retry-after')).toBe(false);
  });

  test('sooner, where the hour is a short one', () => {
    const { query } = make({ quotas: { query: { perHour: 1 }, hourMs: 2000 } });
    query();
    expect(query().headers.get('retry-after')).toBe('2');
  });
});

test('by another time from now on', () => {
  const { mixpanel, query } = make({ quotas: { query: { perHour: 1 } } });
  expect([query().status, query().status]).toEqual([200, 429]);
  mixpanel.goBy(() => 9_000_000);
  expect(query().status).toBe(200);
});

test('none', () => {
  const { query } = make({ quotas: false });
  for (let asked = 0; asked < 200; asked += 1) expect(query().status).toBe(200);
});
