import { describe, expect, test } from '@jest/globals';
import { createMixpanel, type MixpanelOptions } from '../../sandbox/mixpanel/index.ts';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { accountOf, ask, base64, type Asking } from './mixpanel-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MixpanelOptions = {}) => createMixpanel({ now: NOW, quotas: false, ...options });
const EXPORT = '/api/2.0/export';
const ENGAGE = '/api/query/engage';
const DAYS: Asking = { query: { from_date: '2026-11-21', to_date: '2026-11-21' } };
type Kind = NonNullable<Fault['kind']>;

const under = (fault: Fault, asking: Asking = fault.path === EXPORT ? DAYS : {}) =>
  ask(make({ faults: [fault] }), fault.path, asking);
const whole = ask(make(), EXPORT, DAYS).text;
const linesOf = (text: string) => text.split('\n');

describe('an export', () => {
  test.each([
    ['terminated-early', 'terminated early\n'],
    ['export-terminated-early', 'export terminated early\n'],
  ] as const)('%s: some lines, then words, and all is well', (kind, words) => {
    for (const afterLines of [0, 1, 7]) {
      const { status, text } = under({ path: EXPORT, kind, afterLines });
      expect(status).toBe(200);
      expect(text).toBe(
        `${linesOf(whole)
          .slice(0, afterLines)
          .map((line) => `${line}\n`)
          .join('')}${words}`,
      );
    }
  });

  test('split-line: one on two lines, which together are it', () => {
    const { text } = under({ path: EXPORT, kind: 'split-line', afterLines: 5 });
    expect(linesOf(text)).toHaveLength(linesOf(whole).length + 1);
    const broken = linesOf(text).findIndex((line, index) => line !== linesOf(whole)[index]);
    expect(broken).toBeGreaterThan(4);
    const [first, second] = linesOf(text).slice(broken);
    expect(() => JSON.parse(first!) as unknown).toThrow(SyntaxError);
    expect(`${first}\\n${second}`).toBe(linesOf(whole)[broken]);
  });

  test.each(['truncate', 'reset-mid-body'] as const)('%s: ends within a line', (kind) => {
    const { text, status } = under({ path: EXPORT, kind, afterLines: 3 });
    expect(status).toBe(200);
    expect(whole.startsWith(text)).toBe(true);
    expect(linesOf(text)).toHaveLength(4);
    expect(() => JSON.parse(linesOf(text)[3]!) as unknown).toThrow(SyntaxError);
  });

  test('a refusal stays what it is', () => {
    const { status } = under({ path: EXPORT, kind: 'terminated-early' }, { query: { from_date: 'x' } });
    expect(status).toBe(400);
  });
});

describe('refusals', () => {
  test.each<[Kind, string, number, string]>([
    ['forbidden', ENGAGE, 403, '"status":"error"'],
    ['unauthorized', ENGAGE, 401, '"error"'],
    ['unauthorized', EXPORT, 400, 'Unable to authenticate request'],
    ['plan', ENGAGE, 402, 'Your plan does not allow API calls'],
    ['plan', EXPORT, 402, 'Your plan does not support raw data export'],
    ['not-found', ENGAGE, 404, '"error"'],
    ['query-timeout', '/api/2.0/engage/revenue', 400, '"error":"Timeout Error."'],
    ['html', ENGAGE, 502, '<html>'],
    ['error-envelope', ENGAGE, 200, '{"error"'],
    ['error-envelope', EXPORT, 200, '{"error"'],
  ])('%s of %s: %i', (kind, path, status, part) => {
    const reply = under({ path, kind });
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(part);
  });

  test('rate-limit', () => {
    const { status, headers, body } = under({ path: ENGAGE, kind: 'rate-limit' });
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ error: expect.stringContaining('Query rate limit exceeded') });
    expect(under({ path: EXPORT, kind: 'rate-limit' }).status).toBe(429);
  });

  test('echo: what was sent, in several forms', () => {
    const mixpanel = make({ faults: [{ path: ENGAGE, kind: 'echo' }] });
    const { username, secret } = accountOf(mixpanel);
    const { status, text } = ask(mixpanel, ENGAGE);
    expect(status).toBe(400);
    for (const form of [secret, base64(secret), base64(`${username}:${secret}`)])
      expect(text).toContain(form);
  });

  test('any status, header and body, once', () => {
    const mixpanel = make();
    mixpanel.fault({
      path: ENGAGE,
      on: 1,
      status: 503,
      headers: { 'Retry-After': '7' },
      body: 'upstream gone',
    });
    const { status, headers, text } = ask(mixpanel, ENGAGE);
    expect([status, headers.get('retry-after'), text]).toEqual([503, '7', 'upstream gone']);
    expect(ask(mixpanel, ENGAGE).status).toBe(200);
    mixpanel.fault({ path: EXPORT, body: '' });
    expect(ask(mixpanel, EXPORT, DAYS).text).toBe('');
    mixpanel.clearFaults();
    expect(ask(mixpanel, EXPORT, DAYS).text).toBe(whole);
  });
});

describe('successes gone wrong', () => {
  test.each([
    [ENGAGE, ['page', 'page_size', 'session_id', 'status', 'total']],
    ['/api/query/cohorts/list', []],
    ['/api/query/funnels/list', []],
    ['/api/query/funnels', ['meta']],
    ['/api/query/engage/revenue', ['computed_at', 'session_id', 'status']],
    ['/api/app/projects/2529987/annotations', ['status']],
  ])('no-data of %s leaves %j', (path, left) => {
    const query: Record<string, string> = /funnels$|revenue/.test(path)
      ? {
          from_date: '2026-11-20',
          to_date: '2026-11-21',
          ...(path.endsWith('funnels') && { funnel_id: '7509' }),
        }
      : {};
    const { status, body } = under({ path, kind: 'no-data' }, { query });
    expect([status, Object.keys(body as object)]).toEqual([200, left]);
  });

  test('no-pagination: more is to come, and no session to ask for it', () => {
    const { body } = under({ path: ENGAGE, kind: 'no-pagination' }, { query: { page_size: 2 } });
    expect(Object.keys(body as object)).toEqual(['page', 'page_size', 'status', 'total', 'results']);
  });

  test('truncate: JSON cut short', () => {
    expect(under({ path: ENGAGE, kind: 'truncate' }).body).toBeUndefined();
  });

  test('reset, hang: no answer, and the log says so', () => {
    const mixpanel = make();
    mixpanel.fault({ path: ENGAGE, kind: 'reset', on: 1 });
    mixpanel.fault({ path: ENGAGE, kind: 'hang', on: 2 });
    expect([1, 2, 3].map(() => ask(mixpanel, ENGAGE).status)).toEqual([0, 0, 200]);
    expect(mixpanel.requests.map(({ fault }) => fault?.kind)).toEqual(['reset', 'hang', undefined]);
  });
});

describe('where it can be', () => {
  test.each<[string, Kind]>([
    [ENGAGE, 'terminated-early'],
    ['*', 'split-line'],
    [EXPORT, 'no-data'],
    ['/api/query/cohorts/list', 'no-pagination'],
    [ENGAGE, 'repeat-cursor'],
    [ENGAGE, 'insert-row'],
    [ENGAGE, 'remove-row'],
  ])('%s cannot have %s', (path, kind) => {
    expect(() => make().fault({ path, kind })).toThrow(`${kind} cannot happen to ${path}.`);
  });

  test('a path where nothing is, lines where there are none', () => {
    expect(() => make().fault({ path: '/api/query/export', kind: 'reset' })).toThrow('Nothing is at');
    expect(() => make().fault({ path: ENGAGE, kind: 'truncate', afterLines: 3 })).toThrow('afterLines');
    expect(() => make().fault({ path: EXPORT, kind: 'html', afterLines: 3 })).toThrow('afterLines');
  });

  test('either prefix, one project or any', () => {
    const mixpanel = make();
    mixpanel.fault({ path: '/api/{version}/engage', kind: 'html', on: 2 });
    expect([ENGAGE, '/api/2.0/engage', ENGAGE].map((path) => ask(mixpanel, path).status)).toEqual([
      200, 502, 200,
    ]);
    mixpanel.fault({ path: '/api/app/projects/{id}/annotations', kind: 'forbidden' });
    expect(ask(mixpanel, `/api/app/projects/${mixpanel.projectId}/annotations`).status).toBe(403);
  });
});
