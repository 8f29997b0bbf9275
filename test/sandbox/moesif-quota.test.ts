import { describe, expect, test } from '@jest/globals';
import { createMoesif, type MoesifOptions } from '../../sandbox/moesif/index.ts';
import { ask, COMPANIES, USERS } from './moesif-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const MINUTE = 60_000;

function make(options: MoesifOptions = {}) {
  let time = 1000 * MINUTE + 40_000;
  const moesif = createMoesif({ now: NOW, time: () => time, ...options });
  return {
    moesif,
    wait: (ms: number) => void (time += ms),
    query: (path = USERS) => ask(moesif, path, { body: {} }),
  };
}

describe('a minute of the clock', () => {
  test('500 in it, and 500 more as soon as it is over', () => {
    const { query, wait } = make();
    const statuses = () => Array.from({ length: 501 }, () => query().status);
    const full = [...Array<number>(500).fill(200), 429];
    expect(statuses()).toEqual(full);
    wait(19_999);
    expect(query().status).toBe(429);
    wait(1);
    expect(statuses()).toEqual(full);
  });

  test('all of the application together, and none that is nobody', () => {
    const { moesif, query } = make({ quotas: { perMinute: 2 } });
    ask(moesif, USERS, { body: {}, as: 'nobody' });
    ask(moesif, '/v1/nothing', { body: {} });
    expect([query(), query(COMPANIES), query()].map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  test('a 429 tells no time to come back, unless it is asked to', () => {
    const { headers, body } = make({ quotas: { perMinute: 0 } }).query();
    expect(headers.has('retry-after')).toBe(false);
    expect(body).toMatchObject({ moesif_error: { code: 'rate_limit' } });
    const hinted = make({ quotas: { perMinute: 0 }, retryAfter: 'seconds' }).query();
    expect(hinted.headers.get('retry-after')).toBe('20');
  });

  test('a shorter one', () => {
    const { query, wait } = make({ quotas: { perMinute: 1, minuteMs: 1000 } });
    expect([query().status, query().status]).toEqual([200, 429]);
    wait(1000);
    expect(query().status).toBe(200);
  });
});

test('by another time from now on, also an earlier one', () => {
  const { moesif, query } = make({ quotas: { perMinute: 1 } });
  expect([query().status, query().status]).toEqual([200, 429]);
  moesif.goBy(() => 0);
  expect(query().status).toBe(200);
});

test('none', () => {
  const { query } = make({ quotas: false });
  for (let asked = 0; asked < 600; asked += 1) expect(query().status).toBe(200);
});
