import { afterEach, describe, expect, test } from '@jest/globals';
import { listen, type Listening } from '../../sandbox/kit/listen.ts';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { createMoesif, type MoesifOptions } from '../../sandbox/moesif/index.ts';
import {
  ask,
  BASE,
  COMPANIES,
  EVENTS,
  idsOf,
  search,
  USERS,
  type Asking,
  type Page,
} from './moesif-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const make = (options: MoesifOptions = {}) => createMoesif({ now: NOW, quotas: false, ...options });
type Kind = NonNullable<Fault['kind']>;
const BODY = { size: 6, sort: [{ _id: 'asc' }] };
const SPAN = { from: '2026-11-21T00:00:00Z', to: NOW };

const under = (fault: Partial<Fault>, asking: Asking = {}) => {
  const path = fault.path ?? USERS;
  return ask(make({ faults: [{ path, ...fault }] }), path, {
    body: BODY,
    ...(path === EVENTS && { query: SPAN }),
    ...asking,
  });
};
const whole = search(make(), USERS, BODY);
const pageOf = (body: unknown) => body as Page;

describe('refusals', () => {
  test.each<[Kind, number, string]>([
    ['forbidden', 403, '"moesif_error"'],
    ['unauthorized', 401, 'Unable to parse token'],
    ['no-scope', 401, 'This API requires read:users'],
    ['plan', 402, 'subscription is not active'],
    ['not-found', 404, 'Unknown endpoint'],
    ['rate-limit', 429, '"rate_limit"'],
    ['html', 502, '<html>'],
    ['error-envelope', 200, '{"error":{"root_cause":[]'],
  ])('%s: %i', (kind, status, part) => {
    const reply = under({ kind });
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(part);
  });

  test('no-scope names that of the table', () => {
    expect(under({ path: COMPANIES, kind: 'no-scope' }).text).toContain('read:companies');
    expect(under({ path: EVENTS, kind: 'no-scope' }).text).toContain('read:events');
  });

  test('echo: what was sent, in several forms', () => {
    const moesif = make({ faults: [{ path: USERS, kind: 'echo' }], managementApiKey: 'a/b+c=d' });
    const { status, text } = ask(moesif, USERS, { body: BODY });
    expect(status).toBe(400);
    for (const form of ['Bearer a/b+c=d', 'a%2Fb%2Bc%3Dd', btoa('a/b+c=d')]) expect(text).toContain(form);
  });

  test('any status, header and body, once', () => {
    const moesif = make();
    moesif.fault({ path: USERS, on: 1, status: 503, headers: { 'Retry-After': '7' }, body: 'gone' });
    const { status, headers, text } = ask(moesif, USERS, { body: BODY });
    expect([status, headers.get('retry-after'), text]).toEqual([503, '7', 'gone']);
    expect(ask(moesif, USERS, { body: BODY }).body).toEqual(whole);
    moesif.fault({ path: USERS, status: 500 });
    expect(ask(moesif, USERS, { body: BODY }).text).toContain('A fault was asked for: 500.');
    moesif.clearFaults();
    expect(ask(moesif, USERS, { body: BODY }).body).toEqual(whole);
  });

  test('a limit with a hint, where it is given one', () => {
    expect(under({ kind: 'rate-limit' }).headers.has('retry-after')).toBe(false);
    const { headers } = under({ kind: 'rate-limit', headers: { 'Retry-After': '7' } });
    expect(headers.get('retry-after')).toBe('7');
  });
});

describe('successes gone wrong', () => {
  test.each([USERS, EVENTS])('timed-out of %s: some of the hits, and it says so', (path) => {
    const { status, body } = under({ path, kind: 'timed-out' });
    expect(status).toBe(path === EVENTS ? 201 : 200);
    const { timed_out, hits } = pageOf(body);
    expect([timed_out, hits.hits.length]).toEqual([true, 3]);
    if (path === USERS) expect(hits).toEqual({ ...whole.hits, hits: whole.hits.hits.slice(0, 3) });
  });

  test('no-data: a total, and no hits', () => {
    expect(under({ kind: 'no-data' }).body).toEqual({ took: 10, timed_out: false, hits: { total: 45 } });
  });

  test('no-pagination: hits without a sort', () => {
    const { hits } = pageOf(under({ kind: 'no-pagination' }).body).hits;
    expect(idsOf(hits)).toEqual(idsOf(whole.hits.hits));
    expect(hits.some((hit) => 'sort' in hit)).toBe(false);
  });

  test('repeat-cursor: the first page, wherever one is to go on', () => {
    const search_after = whole.hits.hits.at(-1)?.sort;
    expect(under({ kind: 'repeat-cursor' }, { body: { ...BODY, search_after } }).body).toEqual(whole);
    expect(under({ kind: 'repeat-cursor' }).body).toEqual(whole);
  });

  test('a refusal stays what it is', () => {
    for (const kind of ['timed-out', 'no-data', 'repeat-cursor'] as const)
      expect(under({ kind }, { body: { size: -1 } }).status).toBe(400);
  });

  test('truncate: JSON cut short', () => {
    const { status, text, body } = under({ kind: 'truncate' });
    expect([status, body]).toEqual([200, undefined]);
    expect(ask(make(), USERS, { body: BODY }).text.startsWith(text)).toBe(true);
  });

  test('reset, hang: no answer, and the log says so', () => {
    const moesif = make();
    moesif.fault({ path: USERS, kind: 'reset', on: 1 });
    moesif.fault({ path: USERS, kind: 'hang', on: 2 });
    expect([1, 2, 3].map(() => ask(moesif, USERS, { body: BODY }).status)).toEqual([0, 0, 200]);
    expect(moesif.requests.map(({ status }) => status)).toEqual([0, 0, 200]);
    expect(moesif.requests.map(({ fault }) => fault?.kind)).toEqual(['reset', 'hang', undefined]);
  });
});

describe('where it can be', () => {
  test.each<[string, Kind]>([
    [USERS, 'terminated-early'],
    ['*', 'split-line'],
    [EVENTS, 'query-timeout'],
    [USERS, 'insert-row'],
    [COMPANIES, 'remove-row'],
    [`${BASE}/users/{id}`, 'timed-out'],
    ['*', 'no-data'],
  ])('%s cannot have %s', (path, kind) => {
    expect(() => make().fault({ path, kind })).toThrow(`${kind} cannot happen to ${path}.`);
  });

  test('a path where nothing is, lines where there are none', () => {
    expect(() => make().fault({ path: '/v1/search/users', kind: 'reset' })).toThrow('Nothing is at');
    expect(() => make().fault({ path: USERS, kind: 'truncate', afterLines: 3 })).toThrow('afterLines');
  });

  test('by what a request brings: searches at one path are told apart', () => {
    const moesif = make();
    moesif.fault({ path: USERS, having: 'from', kind: 'plan' });
    moesif.fault({ path: USERS, having: 'query.terms._id', kind: 'html' });
    moesif.fault({ path: USERS, having: '!sort', kind: 'forbidden' });
    const query = { bool: { filter: [{ terms: { _id: ['a'] } }] } };
    const statuses = [
      ask(moesif, USERS, { body: BODY }),
      ask(moesif, USERS, { body: BODY, query: SPAN }),
      ask(moesif, USERS, { body: { ...BODY, query: { terms: { _id: ['a'] } } } }),
      ask(moesif, USERS, { body: { ...BODY, query } }),
      ask(moesif, USERS, { body: {} }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 402, 502, 200, 403]);
  });

  test('either generation', () => {
    const moesif = make({ faults: [{ path: `${BASE}/search/users`, kind: 'html' }] });
    expect(ask(moesif, USERS, { body: {} }).status).toBe(200);
    expect(ask(moesif, `${BASE}/search/users`, { body: {} }).status).toBe(502);
  });
});

describe('over HTTP', () => {
  let server: Listening;
  afterEach(() => server.close());

  async function post(faults: Fault[] = [], headers: Record<string, string> = {}) {
    const moesif = make({ faults });
    server = await listen(moesif);
    const { api_url, management_api_key } = moesif.config(server.url) as Record<string, string>;
    return fetch(`${api_url}/search/~/search/usermetrics/users`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${management_api_key}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(BODY),
    });
  }

  test('a search', async () => {
    const response = await post();
    expect([response.status, response.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(response.headers.get('date')).toBe('Sun, 22 Nov 2026 10:30:15 GMT');
    expect(await response.text()).toBe(ask(make(), USERS, { body: BODY }).text);
  });

  test('another type of body', async () => {
    expect((await post([], { 'content-type': 'text/plain' })).status).toBe(400);
  });

  test('reset-mid-body: half of it, then a reset', async () => {
    const response = await post([{ path: USERS, kind: 'reset-mid-body' }]);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('reset: not a byte', async () => {
    await expect(post([{ path: USERS, kind: 'reset' }])).rejects.toThrow('fetch failed');
  });
});
