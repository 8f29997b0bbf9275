import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { textOf, TOO_LARGE } from '../../src/http/body.ts';
import { failure, get, lab, TOKEN } from './lab.ts';
import { closeAll, json, serve } from './server.ts';

afterEach(closeAll);

describe('a request', () => {
  test('carries the token, the pinned version, and its query, encoded', async () => {
    const { server, client } = await lab((response) => json(response, {}));
    await client.get({
      path: '/sources/a%2Fb',
      query: { 'pagination.cursor': 'a+b/c==&d', 'pagination.count': 200, nothing: undefined },
      accept: 'application/vnd.segment.v1+json',
    });
    const { method, url, headers } = server.requests[0]!;
    expect(method).toBe('GET');
    const asked = new URL(url ?? '', server.url);
    expect(asked.pathname).toBe('/sources/a%2Fb');
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      'pagination.cursor': 'a+b/c==&d',
      'pagination.count': '200',
    });
    expect(headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/vnd.segment.v1+json',
    });
    expect(headers['accept-encoding']).toContain('gzip');
  });

  test('goes over a connection that is kept', async () => {
    const { server, client } = await lab((response) => json(response, {}));
    for (let times = 0; times < 5; times += 1) await get(client);
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  test('side by side: no more connections than may be under way', async () => {
    const { server, client } = await lab((response) => setTimeout(() => json(response, {}), 5), {
      budget: { concurrency: 3 },
      client: { concurrency: 3 },
    });
    await Promise.all(Array.from({ length: 12 }, () => get(client)));
    expect(server.requests).toHaveLength(12);
    expect(server.connections()).toBeLessThanOrEqual(3);
  });

  test('is named in the debug log by its path and its end, without its query and headers', async () => {
    const { client, log } = await lab([
      (response) => response.writeHead(503).end(),
      (response) => json(response, {}),
    ]);
    await client.get({ path: '/things', query: { secret: 'x1y2' }, accept: 'a/b' });
    expect(log).toEqual(['GET /things: HTTP 503: no explanation', 'GET /things: ok']);
  });
});

describe('a body', () => {
  const body = { data: { text: 'Ünïcødé 🦉', n: [1, 2.5, -0, null] } };

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('comes through %s', async (encoding, compress) => {
    const packed = compress(JSON.stringify(body));
    const { client } = await lab((response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(packed),
    );
    expect(await get(client)).toEqual(JSON.parse(JSON.stringify(body)));
  });

  test('keeps the digits of big integers', async () => {
    const { client } = await lab((response) => response.end('{"n":12345678901234567890,"m":[1]}'));
    expect(await get(client)).toEqual({ n: '12345678901234567890', m: [1] });
  });

  test('may be several megabytes, in several chunks', async () => {
    const long = { data: Array.from({ length: 20_000 }, (_, id) => ({ id, text: 'ä'.repeat(100) })) };
    const { client } = await lab((response) => {
      const bytes = Buffer.from(JSON.stringify(long));
      for (let at = 0; at < bytes.length; at += 65_521) response.write(bytes.subarray(at, at + 65_521));
      response.end();
    });
    expect(await get(client)).toEqual(long);
  });
});

describe('a body that is too large', () => {
  // Packed pieces in a row are one body: so a quarter of a MiB unpacks to more than 256.
  const piece = gzipSync(Buffer.alloc(1024 ** 2, ' '));
  const bomb = Buffer.concat(Array.from({ length: 257 }, () => piece));

  test('is given up at once: it stays so when asked again', async () => {
    const { client, server } = await lab((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(await failure(get(client))).toMatchObject({ kind: 'too-large', message: 'more than 256 MiB' });
    expect(server.requests).toHaveLength(1);
  });

  test('is not unpacked to its end', () => {
    // zlib's own words, which it says as soon as there is too much.
    expect(() => textOf(bomb, 'gzip')).toThrow(/larger than 268435456 bytes/);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
    const packed = brotliCompressSync(Buffer.alloc(257 * 1024 ** 2), { params });
    expect(() => textOf(packed, 'br')).toThrow(/larger than 268435456 bytes/);
  });

  test('is so where it came unpacked', () => {
    const body = Buffer.alloc(256 * 1024 ** 2 + 1, ' ');
    expect(() => textOf(body, undefined)).toThrow(expect.objectContaining({ code: TOO_LARGE }));
  });

  test('of a refusal does not hide the refusal', async () => {
    const { client } = await lab((response) =>
      response.writeHead(403, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(await failure(get(client))).toMatchObject({ kind: 'status', status: 403 });
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    '%i is never followed: the token goes nowhere else',
    async (status) => {
      const elsewhere = await serve((_, response) => json(response, { data: {} }));
      const { client, server } = await lab((response) =>
        response.writeHead(status, { location: `${elsewhere.url}/steal` }).end(),
      );
      expect(await failure(get(client))).toMatchObject({ kind: 'status', status });
      expect([server.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
    },
  );
});

describe('time', () => {
  test('an answer that does not come is asked for again, then given up', async () => {
    const { client, server } = await lab(() => undefined, { client: { timeout: 50, retries: 2 } });
    expect(await failure(get(client))).toMatchObject({ kind: 'unavailable', status: undefined });
    expect(server.requests).toHaveLength(3);
  });

  test('a body that trickles in for ever ends too', async () => {
    const { client } = await lab(
      (response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(drip));
      },
      { client: { timeout: 40, retries: 0 } },
    );
    expect(await failure(get(client))).toMatchObject({
      kind: 'unavailable',
      message: 'no complete answer in time',
    });
  });

  test('the end of the run ends a request under way with its own reason', async () => {
    const stop = new AbortController();
    const { client, server } = await lab(() => stop.abort(new Error('stopped')), {
      client: { signal: stop.signal },
    });
    await expect(get(client)).rejects.toThrow('stopped');
    expect(server.requests).toHaveLength(1);
  });

  test('the end of the run ends a wait before a retry', async () => {
    const stop = new AbortController();
    const { client, server } = await lab(
      (response) => {
        response.writeHead(500).end();
        void delay(20).then(() => stop.abort(new Error('stopped')));
      },
      { client: { signal: stop.signal, clock: { now: Date.now, random: () => 1, sleep: untilAborted } } },
    );
    await expect(get(client)).rejects.toThrow('stopped');
    expect(server.requests).toHaveLength(1);
  });
});

const untilAborted = (_: number, signal?: AbortSignal) =>
  new Promise<void>((__, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
