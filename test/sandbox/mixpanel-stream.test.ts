import { afterEach, describe, expect, test } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import { createGunzip, gunzipSync } from 'node:zlib';
import { listen, type Listening } from '../../sandbox/kit/listen.ts';
import { createMixpanel, type Mixpanel } from '../../sandbox/mixpanel/index.ts';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { accountOf, ask, base64 } from './mixpanel-client.ts';

const NOW = '2026-11-22T10:30:15.250Z';
const MB = 1024 * 1024;
const DAYS = { from_date: '2026-11-21', to_date: '2026-11-21' };
const SHORT = { from_date: '2026-11-21', to_date: '2026-11-21', limit: '1' };

let server: Listening;
afterEach(() => server.close());

async function open(mixpanel: Mixpanel, query: object, headers: object = {}): Promise<IncomingMessage> {
  server = await listen(mixpanel);
  const { username, secret, project_id } = accountOf(mixpanel);
  const search = new URLSearchParams({ ...query, project_id: String(project_id) }).toString();
  const authorization = `Basic ${base64(`${username}:${secret}`)}`;
  return new Promise((resolve, reject) => {
    const options = { headers: { authorization, ...headers }, agent: false };
    get(`${server.url}/api/2.0/export?${search}`, options, resolve).on('error', reject);
  });
}

/** What arrives, and the code of what ends it. */
async function arrived(response: IncomingMessage): Promise<{ body: Buffer; failed: string | undefined }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { body: Buffer.concat(chunks), failed: undefined };
  } catch (error) {
    return { body: Buffer.concat(chunks), failed: (error as NodeJS.ErrnoException).code };
  }
}

const project = (faults: Fault[] = []) => createMixpanel({ now: NOW, quotas: false, faults });

describe('over HTTP', () => {
  test('in chunks, gzipped for those who ask for it', async () => {
    const expected = ask(project(), '/api/2.0/export', { query: DAYS }).text;
    const plain = await open(project(), DAYS);
    expect(plain.headers).toMatchObject({ 'transfer-encoding': 'chunked', 'content-type': 'text/plain' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect((await arrived(plain)).body.toString()).toBe(expected);
    await server.close();
    const packed = await open(project(), DAYS, { 'accept-encoding': 'gzip, deflate' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync((await arrived(packed)).body).toString()).toBe(expected);
  });

  test('a short body is not worth it, an empty one is empty', async () => {
    const gzip = { 'accept-encoding': 'gzip' };
    const short = await open(project(), SHORT, gzip);
    expect(short.headers['content-encoding']).toBeUndefined();
    expect((await arrived(short)).body.toString().split('\n')).toHaveLength(2);
    await server.close();
    const empty = await open(project(), { from_date: '2026-11-18', to_date: '2026-11-18' }, gzip);
    expect(empty.statusCode).toBe(200);
    expect((await arrived(empty)).body).toHaveLength(0);
  });

  test.each([{}, { 'accept-encoding': 'gzip' }])(
    'reset-mid-body: some of it, then a reset %j',
    async (headers) => {
      const fault = { path: '/api/2.0/export', kind: 'reset-mid-body', afterLines: 20 } as const;
      const { body, failed } = await arrived(await open(project([fault]), DAYS, headers));
      expect(failed).toBe('ECONNRESET');
      expect(body.length).toBeGreaterThan(1000);
    },
  );

  test('truncate: all is well, but for the last line', async () => {
    const fault = { path: '/api/2.0/export', kind: 'truncate' } as const;
    const { body, failed } = await arrived(await open(project([fault]), DAYS));
    expect(failed).toBeUndefined();
    expect(body.toString().split('\n')).toHaveLength(3);
  });

  test('reset, hang: not a byte', async () => {
    const reset = open(project([{ path: '/api/2.0/export', kind: 'reset' }]), DAYS);
    await expect(reset).rejects.toMatchObject({ code: 'ECONNRESET' });
    await server.close();
    const mixpanel = project([{ path: '/api/2.0/export', kind: 'hang' }]);
    const hanging = open(mixpanel, DAYS);
    hanging.catch(() => {});
    while (mixpanel.requests.length === 0) await new Promise((turn) => setImmediate(turn));
    await server.close();
    await expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a day without end', () => {
  const large = (eventsPerDay: number) => createMixpanel({ now: NOW, eventsPerDay, days: 3 });

  test.each([
    [100_000, {}],
    [60_000, { 'accept-encoding': 'gzip' }],
  ])('%i lines are made as they are read: %j', async (count, headers) => {
    const mixpanel = large(count);
    const made = countMade(mixpanel);
    const response = await open({ ...mixpanel, serve: made.serve }, DAYS, headers);
    const packed = response.headers['content-encoding'] === 'gzip';
    let [bytes, ahead, lines] = [0, 0, 0];
    for await (const chunk of packed ? response.pipe(createGunzip()) : response) {
      bytes += (chunk as Buffer).length;
      for (let at = -1; (at = (chunk as Buffer).indexOf(0x0a, at + 1)) >= 0;) lines += 1;
      ahead = Math.max(ahead, made.bytes() - bytes);
    }
    expect(lines).toBe(count);
    expect(bytes).toBeGreaterThan(count * 250);
    // How far the maker is ahead, not this process's memory: that is the garbage collector's to decide.
    expect(ahead).toBeLessThan(10 * MB);
  });

  test('waits for a client that does not read, and serves others', async () => {
    const mixpanel = large(1_000_000);
    const made = countMade(mixpanel);
    const response = await open({ ...mixpanel, serve: made.serve }, DAYS);
    response.pause();
    let before = -1;
    // As soon as nothing more is made in a hundred turns, it waits.
    for (let still = 0; still < 100; still = made.bytes() === before ? still + 1 : 0) {
      before = made.bytes();
      await new Promise((turn) => setImmediate(turn));
    }
    expect(made.bytes()).toBeGreaterThan(0);
    expect(made.bytes()).toBeLessThan(20 * MB);
    const other = await fetch(`${server.url}/api/query/cohorts/list`);
    expect(other.status).toBe(401);
    response.destroy();
  });
});

/** The same, which counts what was made of bodies on their way. */
function countMade({ serve }: Mixpanel): { serve: Mixpanel['serve']; bytes: () => number } {
  let bytes = 0;
  return {
    bytes: () => bytes,
    serve: (incoming) => {
      const answer = serve(incoming);
      const { chunks } = answer ?? {};
      if (!answer || !chunks) return answer;
      return {
        ...answer,
        *chunks() {
          for (const chunk of chunks()) {
            bytes += chunk.length;
            yield chunk;
          }
        },
      };
    },
  };
}
