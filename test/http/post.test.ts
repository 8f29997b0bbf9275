import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import type { HttpClient } from '../../src/http/client.ts';
import { failure, lab } from './lab.ts';
import { closeAll, json } from './server.ts';

afterEach(closeAll);

const DATE = 'Fri, 27 Nov 2026 10:30:15 GMT';
const BODY = JSON.stringify({ name: 'Zoë 🦩', is: 'sent' });
const post = (client: HttpClient, body = BODY) =>
  client.post({ path: '/things', accept: 'application/json', body });

/** Takes the whole body, and then does this. */
const taking =
  (bodies: string[], then: (response: ServerResponse) => void) =>
  (response: ServerResponse, request: IncomingMessage) =>
    void text(request).then((body) => {
      bodies.push(body);
      then(response);
    });
const ok = (response: ServerResponse) => json(response, { success: true });

test('a post carries its body, byte for byte, and is named in the debug log without it', async () => {
  const bodies: string[] = [];
  const { server, client, log } = await lab(taking(bodies, ok));
  expect(await post(client)).toEqual({ success: true });
  expect(bodies).toEqual([BODY]);
  const { method, headers } = server.requests[0]!;
  expect([method, headers['content-type'], headers['content-length']]).toEqual([
    'POST',
    'application/json',
    String(Buffer.byteLength(BODY)),
  ]);
  expect(log).toEqual(['POST /things: ok']);
});

test('a form is sent as one, where it says that it is', async () => {
  const bodies: string[] = [];
  const { server, client } = await lab(taking(bodies, ok));
  const type = 'application/x-www-form-urlencoded';
  await client.post({ path: '/things', accept: 'application/json', body: 'a=1&b=%7B%7D', type });
  expect([server.requests[0]?.headers['content-type'], bodies]).toEqual([type, ['a=1&b=%7B%7D']]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['a connection that breaks', (response) => response.destroy()],
  ['a server error', (response) => json(response, {}, 503)],
  [
    'an answer that is cut short',
    (response) => response.writeHead(200, { 'Content-Length': 9 }).write('{}', () => response.destroy()),
  ],
  ['an answer that is no JSON', (response) => response.writeHead(200).end('<html>')],
])('the same is sent again after %s', async (_, fail) => {
  const bodies: string[] = [];
  const { client } = await lab([taking(bodies, fail), taking(bodies, ok)]);
  expect(await post(client)).toEqual({ success: true });
  expect(bodies).toEqual([BODY, BODY]);
});

test('a 429 pauses for the seconds of X-RateLimit-Reset where these are what the vendor sends', async () => {
  const limited = (response: ServerResponse) => json(response, {}, 429, { 'X-RateLimit-Reset': '30' });
  const { client, pauses } = await lab([taking([], limited), taking([], ok)], {
    client: { reset: 'seconds' },
  });
  await post(client);
  expect(pauses).toEqual([30_000]);
});

test('a refusal is final, and a redirect is not followed', async () => {
  const refused = await lab(taking([], (response) => json(response, {}, 400)));
  expect(await failure(post(refused.client))).toMatchObject({ kind: 'status', status: 400 });
  expect(refused.server.requests).toHaveLength(1);
  const moved = await lab(taking([], (response) => response.writeHead(307, { Location: '/other' }).end()));
  expect(await failure(post(moved.client))).toMatchObject({ kind: 'status', status: 307 });
  expect(moved.server.requests).toHaveLength(1);
});

test('a 201 is a refusal, but where the vendor answers so', async () => {
  const created = taking([], (response) => json(response, { made: true }, 201, { Date: DATE }));
  const usual = await lab(created);
  expect(await failure(post(usual.client))).toMatchObject({ kind: 'status', status: 201 });
  expect(usual.client.ahead).toBeUndefined();
  const other = await lab(created, { client: { successes: [200, 201] } });
  expect(await post(other.client)).toEqual({ made: true });
  expect(other.client.ahead).toBe(Date.parse(DATE) - other.clock.now());
});

test.each([
  [{ own: 'These.' }, 'These.'],
  [{ message: 'The usual ones.' }, 'The usual ones.'],
  [{}, 'no explanation'],
])('the words of a refusal can be in a member of its own: %j', async (body, words) => {
  const wordsIn = (told: unknown) => (told as { own?: unknown }).own;
  const { client } = await lab(
    taking([], (response) => json(response, body, 400)),
    { client: { wordsIn } },
  );
  expect(await failure(post(client))).toMatchObject({ message: words });
});
