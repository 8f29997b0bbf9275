import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { MalformedAnswer } from '../../src/http/errors.ts';
import { MAX_RETRIES } from '../../src/http/retry.ts';
import { connect, failure, get, lab, TOKEN } from './lab.ts';
import { closeAll, json, serve } from './server.ts';

afterEach(closeAll);

const BODY = { data: { rows: [{ id: 'a' }, { id: 'b' }] } };
const TEXT = JSON.stringify(BODY);
const ok = (response: ServerResponse) => json(response, BODY);

type Step = (response: ServerResponse) => unknown;
const PASSING: [string, Step][] = [
  ['500 in JSON', (r) => json(r, { errors: [{ type: 'internal' }] }, 500)],
  ['502 in HTML', (r) => r.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')],
  ['503 without a body', (r) => r.writeHead(503).end()],
  ['504', (r) => r.writeHead(504).end('timeout')],
  ['408', (r) => r.writeHead(408).end()],
  ['a reset before the answer', (r) => r.socket?.resetAndDestroy()],
  ['a connection closed before the answer', (r) => r.socket?.destroy()],
  [
    'a body shorter than its Content-Length',
    (r) => {
      r.writeHead(200, { 'content-length': TEXT.length });
      r.write(TEXT.slice(0, -5));
      setTimeout(() => r.socket?.destroy(), 5);
    },
  ],
  [
    'a chunked body cut short',
    (r) => {
      r.writeHead(200);
      r.write(TEXT);
      setTimeout(() => r.socket?.destroy(), 5);
    },
  ],
  ['JSON cut short in a whole body', (r) => r.end(TEXT.slice(0, -1))],
  ['an empty body', (r) => r.end()],
  ['HTML with 200', (r) => r.end('<html>Maintenance</html>')],
  ['gzip cut short', (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(cut(gzipSync(TEXT)))],
  ['no gzip at all', (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(TEXT)],
  ['no HTTP', (r) => r.socket?.end('SSH-2.0-OpenSSH\r\n')],
];
const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 12);

describe.each(PASSING)('%s', (_, broken) => {
  test('passes: it is asked again and the answer counts', async () => {
    const { client, server, clock } = await lab([broken, broken, ok]);
    expect(await get(client)).toEqual(BODY);
    expect(server.requests).toHaveLength(3);
    expect(clock.slept).toEqual([250, 500]);
  });

  test('that stays is given up, without the token in the error', async () => {
    const { client, server } = await lab(broken, { client: { retries: 1 } });
    const error = await failure(get(client));
    expect(error.kind).toBe('unavailable');
    expect(server.requests).toHaveLength(2);
    expect(JSON.stringify([error.message, error.stack, Object.entries(error)])).not.toContain(TOKEN);
  });
});

describe('faults that pass', () => {
  test('are retried so often, with a backoff that doubles to its cap', async () => {
    const { client, server, clock } = await lab((response) => response.writeHead(500).end());
    clock.chance = 1;
    expect(await failure(get(client))).toMatchObject({ kind: 'unavailable', status: 500, path: '/things' });
    expect(server.requests).toHaveLength(1 + MAX_RETRIES);
    expect(clock.slept).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  test.each([
    ['a reset before the answer', 'the connection broke'],
    ['a body shorter than its Content-Length', 'the connection broke while the answer was read'],
    ['a chunked body cut short', 'the connection broke while the answer was read'],
    ['no gzip at all', 'the body cannot be unpacked'],
  ])('%s is told in words', async (name, words) => {
    const [, broken] = PASSING.find(([passing]) => passing === name)!;
    const { client, log } = await lab(broken, { client: { retries: 0 } });
    expect((await failure(get(client))).message).toBe(words);
    expect(log).toEqual([`GET /things: network: ${words}`]);
  });

  test('nobody there: given up as unavailable', async () => {
    const gone = await serve(() => undefined);
    await gone.close();
    const { client } = connect(gone.url, { client: { retries: 1 } });
    expect(await failure(get(client))).toMatchObject({ kind: 'unavailable', message: 'ECONNREFUSED' });
  });

  test('a request that waits to be asked again does not hold a place', async () => {
    const { client, server } = await lab([(response) => response.writeHead(500).end(), ok], {
      budget: { concurrency: 1 },
    });
    await Promise.all([get(client), get(client)]);
    expect(server.requests).toHaveLength(3);
  });
});

describe('a 200 that is not of the documented shape', () => {
  const check = (body: unknown) => {
    if (!(body as { data?: unknown }).data) throw new MalformedAnswer('a 200 without "data"');
  };
  const ask = { path: '/things', accept: 'a/b', check };

  test('is asked for again', async () => {
    const { client } = await lab([(response) => json(response, {}), ok]);
    expect(await client.get(ask)).toEqual(BODY);
  });

  test('is malformed in the end, never empty', async () => {
    const { client, server } = await lab((response) => json(response, {}));
    const error = await failure(client.get(ask));
    expect(error).toMatchObject({ kind: 'malformed', status: undefined, message: 'a 200 without "data"' });
    expect(server.requests).toHaveLength(1 + MAX_RETRIES);
  });

  const envelope = (message: string) => (response: ServerResponse) =>
    json(response, { errors: [{ type: 'internal', message }] });

  test("comes with the API's own words, where it has some", async () => {
    const { client } = await lab(envelope('Try later.'));
    expect((await failure(client.get(ask))).message).toBe(
      'a 200 without "data", with the words "internal Try later."',
    );
  });

  test('of which a log line bears so many', async () => {
    const { client } = await lab(envelope(`${'why '.repeat(120)}${TOKEN.repeat(9)}`));
    const { message } = await failure(client.get(ask));
    expect(message).toMatch(/why …"$/);
    expect(message).not.toContain(TOKEN.slice(0, 8));
  });

  test('a bug in the check is no fault of the vendor', async () => {
    const { client, server } = await lab(ok);
    const buggy = () => {
      throw new TypeError('our bug');
    };
    await expect(client.get({ ...ask, check: buggy })).rejects.toThrow(TypeError);
    expect(server.requests).toHaveLength(1);
  });
});

describe('an answer that retrying does not change', () => {
  test.each([204, 304, 400, 401, 403, 404, 409, 410, 413, 422])('HTTP %i is asked once', async (status) => {
    const { client, server, clock } = await lab((response) => response.writeHead(status).end());
    expect(await failure(get(client))).toMatchObject({ kind: 'status', status, path: '/things' });
    expect([server.requests.length, clock.slept.length]).toEqual([1, 0]);
  });

  test("comes with the API's own words", async () => {
    const errors = [{ type: 'bad-request', field: 'pagination.count', message: 'must be <= 200' }, null, 'x'];
    const { client } = await lab((response) => json(response, { errors }, 400));
    expect((await failure(get(client))).message).toMatch(/^bad-request pagination.count must be <= 200/);
  });

  test('of which a log line bears so many', async () => {
    const errors = [{ type: 'bad-request', message: 'x'.repeat(10_000) }];
    const { client } = await lab((response) => json(response, { errors }, 400));
    // Cut between words, so that no half of a token is left.
    expect((await failure(get(client))).message).toBe('bad-request …');
  });

  test('also where these are plain text', async () => {
    const { client } = await lab((response) =>
      response.writeHead(400).end(' to_date cannot be later than today\n'),
    );
    expect((await failure(get(client))).message).toBe('to_date cannot be later than today');
  });

  test.each([
    '',
    '<html>No</html>',
    '{"errors":[{"type":"cut',
    '{"errors":"x"}',
    '{"errors":null}',
    '{"errors":[null,{}]}',
    'null',
    '[]',
  ])('needs none: %p', async (body) => {
    const { client } = await lab((response) => response.writeHead(403).end(body));
    expect((await failure(get(client))).message).toBe('no explanation');
  });
});

describe('a 429', () => {
  const limited = (headers: Record<string, string>, body: unknown = {}) => {
    return (response: ServerResponse) => json(response, body, 429, headers);
  };

  test.each([
    ['Retry-After', limited({ 'retry-after': '7' }, { errors: [{ data: { msBeforeNext: 1 } }] }), 7000],
    ['msBeforeNext', limited({}, { errors: [{ data: { msBeforeNext: 4321 } }] }), 4321],
    [
      'X-RateLimit-Reset',
      limited({
        'x-ratelimit-reset': 'Thu, 15 Jan 2026 13:00:09 +0100',
        date: 'Thu, 15 Jan 2026 12:00:00 GMT',
      }),
      9000,
    ],
    ['Retry-After: 0, for a second at least', limited({ 'retry-after': '0' }), 1000],
  ])("pauses for the server's own time: %s", async (_, step, wait) => {
    const { client, server, clock, pauses } = await lab([step, ok]);
    expect(await get(client)).toEqual(BODY);
    expect([server.requests.length, pauses, clock.slept]).toEqual([2, [wait], [wait]]);
  });

  test('is parsed once', async () => {
    const { client } = await lab([limited({}, { errors: [{ data: { msBeforeNext: 1234 } }] }), ok]);
    const parse = jest.spyOn(JSON, 'parse');
    await get(client);
    expect(parse.mock.calls.filter(([text]) => text.includes('1234'))).toHaveLength(1);
    parse.mockRestore();
  });

  test('without a time pauses for a while by itself', async () => {
    const { client, clock } = await lab([limited({}), ok]);
    expect(await get(client)).toEqual(BODY);
    expect(clock.slept).toEqual([4375]);
  });

  test('counts as one where its body cannot be unpacked: one pause, and no retry', async () => {
    const head = { 'content-encoding': 'gzip', 'retry-after': '7' };
    const { client, server, pauses } = await lab(
      [(response) => response.writeHead(429, head).end('no gzip at all'), ok],
      { client: { retries: 0 } },
    );
    expect(await get(client)).toEqual(BODY);
    expect([server.requests.length, pauses]).toEqual([2, [7000]]);
  });

  test('does not use up the retries of other faults', async () => {
    const broken = (response: ServerResponse) => response.writeHead(500).end();
    const { client } = await lab(
      [limited({ 'retry-after': '1' }), broken, limited({ 'retry-after': '1' }), ok],
      { client: { retries: 1 } },
    );
    expect(await get(client)).toEqual(BODY);
  });

  test.each(['86400', 'Fri, 31 Dec 2049 23:59:59 GMT'])(
    'with Retry-After %s is not slept through, by this request or any other',
    async (retryAfter) => {
      const { client, server, clock } = await lab([
        limited({ 'retry-after': retryAfter, date: 'Thu, 15 Jan 2026 12:00:00 GMT' }),
        ok,
      ]);
      expect(await failure(get(client))).toMatchObject({ kind: 'rate-limited', status: 429 });
      expect(await failure(get(client, '/other'))).toMatchObject({ kind: 'rate-limited', path: '/other' });
      expect([server.requests.length, clock.slept]).toEqual([1, []]);
    },
  );
});

describe('a refusal that passes by itself, though not by its status', () => {
  const passes = (status: number, body: unknown) =>
    status === 400 && (body === 'Busy.' || (body as { error?: unknown }).error === 'Timeout Error.');
  const busy: Step[] = [
    (response) => json(response, { error: 'Timeout Error.' }, 400),
    (response) => response.writeHead(400).end('Busy.'),
  ];

  test.each(busy)('is asked again', async (step) => {
    const { client, server, clock } = await lab([step, ok], { client: { passes } });
    expect(await get(client)).toEqual(BODY);
    expect([server.requests.length, clock.slept]).toEqual([2, [250]]);
  });

  test('is unavailable in the end, with its words', async () => {
    const { client } = await lab(busy[0]!, { client: { passes, retries: 1 } });
    const message = 'Timeout Error.';
    expect(await failure(get(client))).toMatchObject({ kind: 'unavailable', status: 400, message });
  });

  test('and any other one is final', async () => {
    const { client, server } = await lab((response) => json(response, { error: 'No.' }, 400), {
      client: { passes },
    });
    expect(await failure(get(client))).toMatchObject({ kind: 'status', status: 400, message: 'No.' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('the words of a 429', () => {
  const waitIn = (body: unknown) =>
    String((body as { error?: unknown }).error ?? body).includes('hour') ? 3e5 : undefined;
  const limited =
    (body: unknown, headers = {}) =>
    (response: ServerResponse) =>
      response.writeHead(429, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

  test.each([
    ['of JSON', { error: '61/60 queries in the last hour' }],
    ['of plain text', '61 queries in the last hour'],
  ])('%s tell the wait', async (_, body) => {
    const { client, pauses } = await lab([limited(body), ok], { client: { waitIn } });
    expect(await get(client)).toEqual(BODY);
    expect(pauses).toEqual([300_000]);
  });

  test('count after its headers, and where they tell nothing it is as without', async () => {
    const body = { error: 'in the last hour' };
    const { client, pauses } = await lab([limited(body, { 'retry-after': '7' }), limited({}), ok], {
      client: { waitIn },
    });
    await get(client);
    expect(pauses).toEqual([7000, 4375]);
  });
});

describe('how long a server can keep us waiting', () => {
  const HOURS = 2 * 3600;
  const step = (status: number, wait: number) => (response: ServerResponse) =>
    json(response, {}, status, { 'retry-after': String(wait) });

  test.each([
    [undefined, 250],
    [HOURS * 1000, HOURS * 1000],
  ])('%p ms: so much of the time that a server error names is waited', async (longestWait, slept) => {
    const { client, clock } = await lab([step(503, HOURS), ok], {
      client: { ...(longestWait && { longestWait }) },
    });
    expect(await get(client)).toEqual(BODY);
    expect(clock.slept).toEqual([slept]);
  });

  test.each([
    [undefined, 600],
    [HOURS * 1000, HOURS],
  ])('%p ms: so long a single request is refused while others pass', async (longestWait, seconds) => {
    const { client, clock, server } = await lab(
      (response, request) => (request.url === '/refused' ? step(429, 60)(response) : ok(response)),
      { client: { ...(longestWait && { longestWait }) } },
    );
    const began = clock.now();
    const refused = failure(get(client, '/refused'));
    let isOver = false;
    void refused.finally(() => (isOver = true));
    while (!isOver) await get(client);
    const message = expect.stringMatching(/^refused for \d+ seconds while others passed$/) as unknown;
    expect(await refused).toMatchObject({ kind: 'rate-limited', status: 429, message });
    expect((clock.now() - began) / 1000).toBeGreaterThan(seconds);
    expect((clock.now() - began) / 1000).toBeLessThan(seconds * 1.3 + 60);
    expect(server.requests.length).toBeGreaterThan(10);
  });
});

describe('X-RateLimit headers of an answer', () => {
  const left = (remaining: string, reset: string) => (response: ServerResponse) =>
    json(response, BODY, 200, {
      'x-ratelimit-remaining': remaining,
      'x-ratelimit-reset': reset,
      date: 'Thu, 15 Jan 2026 12:00:00 GMT',
    });
  const SOON = 'Thu, 15 Jan 2026 12:00:30 GMT';

  test('nothing remains: the next request waits for the reset', async () => {
    const { client, pauses } = await lab([left('0', SOON), ok]);
    await get(client);
    await get(client);
    expect(pauses).toEqual([30_000]);
  });

  test.each(['-1', 'many', ''])('%p that remain are passed over', async (remaining) => {
    const { client, pauses } = await lab([left(remaining, SOON), ok]);
    await get(client);
    await get(client);
    expect(pauses).toEqual([]);
  });
});
