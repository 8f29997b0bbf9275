import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect, failure, get, lab, TOKEN } from './lab.ts';
import { closeAll, closeLater, json, serve } from './server.ts';

const NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((n) => [n, n.toUpperCase()]);
const before = new Map(NAMES.map((name) => [name, process.env[name]]));
const set = (name: string, value?: string) => {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
};

beforeEach(() => NAMES.forEach((name) => set(name)));
afterEach(async () => {
  before.forEach((value, name) => set(name, value));
  await closeAll();
});

/** A proxy that writes down what it can read, and lets nothing through. */
async function eavesdropper(answer: string) {
  let heard = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (bytes.toString('latin1').startsWith('CONNECT ')) socket.write(answer);
      else socket.destroy(); // whatever comes through the tunnel: TLS, or the secret
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => heard,
  };
}

describe('a proxy from the environment', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])(
    '%s carries https in a tunnel: it learns the host, and nothing of the token',
    async (name) => {
      const proxy = await eavesdropper('HTTP/1.1 200 Connection established\r\n\r\n');
      set(name, proxy.url);
      const { client } = connect('https://api.segmentapis.com', { client: { retries: 0 } });
      expect(await failure(get(client))).toMatchObject({ kind: 'unavailable' });
      expect(proxy.heard()).toMatch(/^CONNECT api\.segmentapis\.com:443 HTTP\/1\.1\r\n/);
      expect(proxy.heard()).toContain('\r\n\r\n\x16\x03'); // then TLS, from its first byte
      expect(proxy.heard()).not.toContain(TOKEN);
      expect(proxy.heard()).not.toContain('/things');
    },
  );

  test('that refuses the tunnel gets no more, and its credentials are in no error', async () => {
    const proxy = await eavesdropper(
      'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n',
    );
    set('HTTPS_PROXY', proxy.url.replace('//', '//someone:Pr0xyPassw0rd@'));
    const { client } = connect('https://api.segmentapis.com', { client: { retries: 0 } });
    const error = await failure(get(client));
    expect(proxy.heard()).toContain(`Basic ${Buffer.from('someone:Pr0xyPassw0rd').toString('base64')}`);
    expect(proxy.heard()).not.toContain(TOKEN);
    expect(JSON.stringify([error.message, error.stack, Object.entries(error)])).not.toContain(
      'Pr0xyPassw0rd',
    );
  });

  test.each(['127.0.0.1', '*', 'example.com, 127.0.0.1'])(
    'is passed by where NO_PROXY is %p',
    async (hosts) => {
      const proxy = await eavesdropper('HTTP/1.1 200 Connection established\r\n\r\n');
      const server = await eavesdropper('');
      set('HTTPS_PROXY', proxy.url);
      set('NO_PROXY', hosts);
      const { client } = connect(server.url.replace('http:', 'https:'), { client: { retries: 0 } });
      await failure(get(client));
      expect(proxy.heard()).toBe('');
      expect(server.heard()).toMatch(/^\x16\x03/);
    },
  );

  // http is allowed to this machine only, because nobody can read along there; a proxy could.
  const toThisMachine = async (scheme: string) => {
    const proxy = await serve((_, response) => json(response, { from: 'proxy' }));
    set('HTTP_PROXY', proxy.url);
    const { server } = await lab((response) => json(response, { from: 'server' }));
    expect(await get(connect(server.url.replace('http:', scheme)).client)).toEqual({ from: 'server' });
  };

  test('is not told what is said to this machine', () => toThisMachine('http:'));

  test('is not told it either where the scheme is written large', () => toThisMachine('HTTP:'));
});
