/** Bodies that are read while they come, over real connections. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HttpClient } from '../../src/http/client.ts';
import { failure, get, lab, TOKEN } from './lab.ts';
import { closeAll, json } from './server.ts';

afterEach(closeAll);

const ASKED = { path: '/export', query: { from: 'x1y2' }, accept: 'text/plain' };
const BROKE = {
  kind: 'unavailable',
  path: '/export',
  status: 200,
  message: 'the connection broke while the answer was read',
};

/** The lines that were handed on, and how it ended. */
async function read(client: HttpClient) {
  const lines: string[] = [];
  const reading = async () => {
    for await (const batch of client.lines(ASKED)) lines.push(...batch);
  };
  const end = await reading().then(
    () => 'end' as const,
    (error: unknown) => error,
  );
  return { lines, end };
}

/** Sends these one after the other, each as a piece that the other side gets by itself. */
async function send(response: ServerResponse, ...pieces: readonly (Buffer | string)[]): Promise<void> {
  for (const piece of pieces) {
    await new Promise<void>((sent) => void response.write(piece, () => sent()));
    for (let turns = 0; turns < 3; turns += 1) await turn();
  }
}

describe('a body', () => {
  const LINES = ['{"a":"é🦩"}', '{"b":"\u2028\u0085"}\r', '', '{"c":1}'];
  const bytes = Buffer.from(LINES.join('\n'));

  test('is handed on by its lines, wherever its pieces end', async () => {
    // Within a character of several bytes, within a line, and between two lines.
    const cuts = [0, 7, 9, 14, 15, 16, bytes.length - 3, bytes.length];
    const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
    const { client, server, log } = await lab(async (response) => {
      response.writeHead(200);
      await send(response, ...pieces);
      response.end();
    });
    expect(await read(client)).toEqual({ lines: LINES, end: 'end' });
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/export?from=x1y2' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'text/plain',
      'accept-encoding': 'gzip, deflate, br',
    });
    expect(log).toEqual(['GET /export: its body begins', 'GET /export: ok']);
  });

  test('is handed on while it comes', async () => {
    let answer: ServerResponse | undefined;
    const { client } = await lab((response) => (answer = response.writeHead(200)).write('one\ntw'));
    const lines = client.lines(ASKED);
    expect(await lines.next()).toEqual({ value: ['one'], done: false });
    answer?.end('o');
    expect(await lines.next()).toEqual({ value: ['two'], done: false });
    expect(await lines.next()).toEqual({ value: undefined, done: true });
  });

  test('may have no lines', async () => {
    const { client } = await lab((response) => response.writeHead(200).end());
    expect(await read(client)).toEqual({ lines: [], end: 'end' });
  });

  const PACKED = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const;
  test.each(PACKED)('comes through %s', async (encoding, pack) => {
    const packed = pack(bytes);
    const { client } = await lab(async (response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      await send(response, packed.subarray(0, 9), packed.subarray(9, 20), packed.subarray(20));
      response.end();
    });
    expect(await read(client)).toEqual({ lines: LINES, end: 'end' });
  });

  test.each(PACKED)('in %s that is cut short is an error, wherever the cut is', async (encoding, pack) => {
    const packed = pack(bytes);
    for (const length of [0, 1, 5, 20, packed.length - 1]) {
      const { client } = await lab((response) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(packed.subarray(0, length)),
      );
      const { end } = await read(client);
      expect(end).toMatchObject({ ...BROKE, message: 'the body is cut short' });
    }
  });

  test.each(PACKED)('that is no %s at all is an error', async (...[encoding]) => {
    const { client } = await lab((response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end('hello, world\n'),
    );
    expect((await read(client)).end).toMatchObject({ ...BROKE, message: 'the body cannot be unpacked' });
  });

  test('that is not UTF-8 is malformed, after the lines before', async () => {
    const { client } = await lab(async (response) => {
      response.writeHead(200);
      await send(response, 'a\n', Buffer.from([0xff, 0x0a]));
      response.end();
    });
    const malformed = { kind: 'malformed', status: 200, message: 'a body that is not UTF-8' };
    expect(await read(client)).toEqual({ lines: ['a'], end: expect.objectContaining(malformed) });
  });

  test('may be the answer to a form', async () => {
    let sent = '';
    const { client, server } = await lab(async (response, request) => {
      sent = await text(request);
      response.end('a\nb\n');
    });
    const type = 'application/x-www-form-urlencoded';
    const lines = client.lines({ path: '/jql', accept: 'text/plain', body: 'script=1', type });
    expect(await lines.next()).toEqual({ value: ['a', 'b'], done: false });
    await lines.return();
    expect([sent, server.requests[0]?.method, server.requests[0]?.headers['content-type']]).toEqual([
      'script=1',
      'POST',
      type,
    ]);
  });

  test('whose line is too long is too large', async () => {
    const mebibyte = gzipSync(Buffer.alloc(2 ** 20, 'x'));
    const bomb = Buffer.concat(Array.from({ length: 257 }, () => mebibyte));
    const { client } = await lab((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const tooLarge = { kind: 'too-large', status: 200, message: 'a part of more than 256 MiB' };
    expect((await read(client)).end).toMatchObject(tooLarge);
  });
});

describe('a body that breaks off is an error, and is not asked for again', () => {
  const head = 'a\nb\n';
  test.each<[string, object, string, string]>([
    ['within a line, in chunks', {}, 'c', 'destroy'],
    ['between lines, in chunks', {}, '', 'destroy'],
    ['between lines, of a known length', { 'content-length': 9 }, '', 'destroy'],
    ['with a reset', {}, 'c', 'resetAndDestroy'],
  ])('%s', async (_, headers, more, how) => {
    const { client, server, log } = await lab(async (response) => {
      response.writeHead(200, { ...headers });
      await send(response, head + more);
      response.socket?.[how as 'destroy' | 'resetAndDestroy']();
    });
    expect(await read(client)).toEqual({ lines: ['a', 'b'], end: expect.objectContaining(BROKE) });
    expect(server.requests).toHaveLength(1);
    expect(log.at(-1)).toBe(`GET /export: unavailable: ${BROKE.message}`);
  });

  test('while it is unpacked', async () => {
    const { client, server } = await lab(async (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      await send(response, gzipSync('a\n'));
      response.destroy();
    });
    expect((await read(client)).end).toMatchObject(BROKE);
    expect(server.requests).toHaveLength(1);
  });
});

describe('silence', () => {
  const late = { ...BROKE, message: 'no complete answer in time' };

  test.each(['', 'gzip'])('within a body is an error (%j)', async (encoding) => {
    let closed: Promise<unknown> | undefined;
    const { client } = await lab(
      (response) => {
        closed = once(response, 'close');
        response.writeHead(200, { 'content-encoding': encoding });
        response.write(encoding ? gzipSync('a\n').subarray(0, -4) : 'a\nb');
      },
      { client: { timeout: 50 } },
    );
    const { lines, end } = await read(client);
    expect(end).toMatchObject(late);
    expect(lines).toEqual(['a']);
    await closed;
  });

  test('before the headers is a fault that passes', async () => {
    const { client, server } = await lab(
      [() => undefined, (response) => response.writeHead(200).end('a\n')],
      { client: { timeout: 50 } },
    );
    expect(await read(client)).toEqual({ lines: ['a'], end: 'end' });
    expect(server.requests.length).toBeGreaterThan(1);
  });

  test('within the body of a refusal is one too, and so is one that trickles in', async () => {
    const steps = [
      (response: ServerResponse) => response.writeHead(400).write('{'),
      (response: ServerResponse) => {
        const drip = setInterval(() => response.write(' '), 10);
        response.writeHead(400).on('close', () => clearInterval(drip));
      },
    ];
    for (const step of steps) {
      const { client } = await lab(step, { client: { timeout: 50, retries: 0 } });
      expect((await read(client)).end).toMatchObject({ ...late, status: undefined });
    }
  });

  test.each(['', 'gzip'])('is not what a slow consumer makes (%j)', async (encoding) => {
    const body = Buffer.from(`${'x'.repeat(99)}\n`.repeat(30_000));
    const { client } = await lab(
      (response) =>
        response
          .writeHead(200, { 'content-encoding': encoding })
          .end(encoding ? gzipSync(body, { level: 0 }) : body),
      { client: { timeout: 150 } },
    );
    let [count, waits] = [0, 0];
    for await (const batch of client.lines(ASKED)) {
      count += batch.length;
      waits += 1;
      // Away for a while, and then too busy to look at what comes.
      if (waits === 2) await new Promise((resolve) => setTimeout(resolve, 400));
      if (waits === 3) for (const since = performance.now(); performance.now() - since < 400;);
    }
    expect(count).toBe(30_000);
  });
});

test('what came while the process was busy came in time', async () => {
  let answer: ServerResponse | undefined;
  const { client } = await lab((response) => (answer = response.writeHead(200)).write('a\n'), {
    client: { timeout: 100 },
  });
  const lines = client.lines(ASKED);
  await lines.next();
  const next = lines.next();
  await turn();
  await new Promise<unknown>((sent) => answer?.write('b\n', sent));
  for (const since = performance.now(); performance.now() - since < 200;);
  expect(await next).toEqual({ value: ['b'], done: false });
  await lines.return();
});

describe('whoever is slow to take lines', () => {
  const LINE = `${'x'.repeat(1023)}\n`;
  /** Sends for as long as the other side takes it, and counts. */
  const endless = () => {
    const sent = { bytes: 0, isWaiting: false, closed: undefined as Promise<unknown> | undefined };
    const step = async (response: ServerResponse) => {
      sent.closed = once(response, 'close');
      response.writeHead(200);
      while (!response.destroyed) {
        sent.bytes += LINE.length * 64;
        if (response.write(LINE.repeat(64))) continue;
        sent.isWaiting = true;
        await Promise.race([once(response, 'drain').then(() => (sent.isWaiting = false)), sent.closed]);
      }
    };
    return { sent, step };
  };

  test('makes the server wait', async () => {
    const { sent, step } = endless();
    const { client } = await lab(step);
    const lines = client.lines(ASKED);
    await lines.next();
    // What the sockets of both sides hold; a client that reads ahead would take more for ever.
    for (let before = -1; before !== sent.bytes || !sent.isWaiting;) {
      before = sent.bytes;
      for (let turns = 0; turns < 50; turns += 1) await turn();
    }
    expect(sent.bytes).toBeLessThan(32 * 1024 ** 2);
    const stopped = sent.bytes;
    for (let taken = 0; taken < 2 * stopped;) {
      const { value } = await lines.next();
      taken += (value ?? []).length * LINE.length;
    }
    expect(sent.bytes).toBeGreaterThan(stopped);
    await lines.return();
    await sent.closed;
  });

  test.each(['', 'gzip'])('and stops early, closes the connection (%j)', async (encoding) => {
    let closed: Promise<unknown> | undefined;
    const { client, log } = await lab((response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-encoding': encoding });
      // Gzip in two pieces in a row, the second of which does not come.
      response.write(encoding ? gzipSync(LINE) : LINE);
    });
    const lines = client.lines(ASKED);
    await lines.next();
    await lines.return();
    await closed;
    expect(log).toEqual(['GET /export: its body begins']);
  });

  test.each(['while it waits for lines', 'while it does something else'])(
    'is stopped by the end of the run: %s',
    async (when) => {
      const stop = new AbortController();
      const { sent, step } = endless();
      const silent = (response: ServerResponse) => {
        sent.closed = once(response, 'close');
        response.writeHead(200).write(LINE);
      };
      const waits = when === 'while it waits for lines';
      const { client } = await lab(waits ? silent : step, { client: { signal: stop.signal } });
      const lines = client.lines(ASKED);
      await lines.next();
      const next = waits ? lines.next() : undefined;
      next?.catch(() => undefined);
      stop.abort(new Error('stopped'));
      await sent.closed;
      await expect(next ?? lines.next()).rejects.toThrow('stopped');
    },
  );
});

describe('until its headers come it is as any other request', () => {
  const ok = (response: ServerResponse) => response.writeHead(200).end('a\n');

  test.each<[string, (response: ServerResponse) => unknown]>([
    ['500', (response) => json(response, {}, 500)],
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    [
      'a refusal that breaks off',
      (response) => {
        response.writeHead(403, { 'content-length': 9 }).write('{', () => response.destroy());
      },
    ],
  ])('%s is asked again', async (_, fail) => {
    const { client, server, clock } = await lab([fail, ok]);
    expect(await read(client)).toEqual({ lines: ['a'], end: 'end' });
    expect([server.requests.length, clock.slept]).toEqual([2, [250]]);
  });

  test('a 429 pauses for its time', async () => {
    const limited = (response: ServerResponse) => json(response, {}, 429, { 'retry-after': '7' });
    const { client, pauses, log } = await lab([limited, ok]);
    expect(await read(client)).toEqual({ lines: ['a'], end: 'end' });
    expect(pauses).toEqual([7000]);
    expect(log[0]).toBe('GET /export: HTTP 429: no explanation');
  });

  test.each<[string, Buffer | string, object, string]>([
    ['JSON', '{"error":"No."}', {}, 'No.'],
    ['plain text', ' to_date cannot be later than today', {}, 'to_date cannot be later than today'],
    [
      'gzip',
      gzipSync('Unable to authenticate request'),
      { 'content-encoding': 'gzip' },
      'Unable to authenticate request',
    ],
    ['no gzip at all', 'No.', { 'content-encoding': 'gzip' }, 'no explanation'],
    ['more than is read', 'x '.repeat(2 ** 20), {}, 'no explanation'],
  ])('a refusal comes with its words: %s', async (_, body, headers, message) => {
    const { client, server } = await lab((response) => response.writeHead(400, { ...headers }).end(body));
    expect((await read(client)).end).toMatchObject({ kind: 'status', status: 400, message });
    expect(server.requests).toHaveLength(1);
  });

  test('one that passes by itself is asked again', async () => {
    const busy = (response: ServerResponse) => json(response, { error: 'Timeout Error.' }, 400);
    const { client } = await lab([busy, ok], { client: { passes: (status) => status === 400 } });
    expect(await read(client)).toEqual({ lines: ['a'], end: 'end' });
  });

  test('a redirect is not followed', async () => {
    const { client, server } = await lab((response) => response.writeHead(302, { location: '/other' }).end());
    expect((await read(client)).end).toMatchObject({ kind: 'status', status: 302 });
    expect(server.requests).toHaveLength(1);
  });

  test("the server's clock is learnt from it", async () => {
    const { client, clock } = await lab((response) =>
      response.writeHead(200, { date: new Date(clock.now() + 5000).toUTCString() }).end(),
    );
    await read(client);
    expect(client.ahead).toBe(5000);
  });

  test('a body that is being read holds no place of the others, and no connection', async () => {
    const step = (response: ServerResponse, { url }: IncomingMessage) =>
      url === '/things' ? json(response, {}) : response.writeHead(200).write('a\n');
    const { client } = await lab(step, { budget: { concurrency: 1 }, client: { concurrency: 1 } });
    const readers = Array.from({ length: 3 }, () => client.lines(ASKED));
    for (const lines of readers) expect(await lines.next()).toMatchObject({ value: ['a'] });
    expect(await get(client)).toEqual({});
    for (const lines of readers) await lines.return();
  });

  test('and its connection is kept for the next when it is over', async () => {
    const { client, server } = await lab(ok);
    for (let times = 0; times < 3; times += 1) await read(client);
    expect([server.requests.length, server.connections()]).toEqual([3, 1]);
  });

  test('a failure holds no token', async () => {
    const { client } = await lab((response) => response.writeHead(403).end());
    const error = await failure(client.lines(ASKED).next());
    expect(JSON.stringify([error.message, error.stack, Object.entries(error)])).not.toContain(TOKEN);
  });
});
