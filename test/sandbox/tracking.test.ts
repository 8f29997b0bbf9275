import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listen } from '../../sandbox/segment/index.ts';
import { createTracking, type Tracking } from '../../sandbox/tracking/index.ts';

const US = 'https://api.segment.io';
const EU = 'https://events.eu1.segmentapis.com';
const ID = 'segment-audit-1';
const message = (more: object = {}) => ({
  type: 'track',
  event: 'Audit',
  userId: 'u1',
  messageId: ID,
  timestamp: '2026-01-02T03:04:05Z',
  ...more,
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => message({ messageId: `${ID}-${index}` }));

let tracking: Tracking;
beforeEach(() => void (tracking = createTracking()));

const basic = (user: string) => ({ authorization: `Basic ${btoa(user)}` });

/** The status of a POST of this body. */
async function post(
  body: string | Uint8Array<ArrayBuffer>,
  { host = US, headers = basic(`${tracking.writeKey}:`) }: { host?: string; headers?: object } = {},
): Promise<number> {
  const told = new Headers({ 'Content-Type': 'application/json', ...headers });
  const answer = tracking.serve({
    method: 'POST',
    url: new URL(`${host}/v1/batch`),
    header: (name) => told.get(name),
    body: Buffer.from(body),
  });
  if (!answer) throw new Error('nobody answers');
  return answer.status;
}
const send = (batch: unknown[], more?: Parameters<typeof post>[1]) => post(JSON.stringify({ batch }), more);

test('a message is kept once, however often it comes', async () => {
  expect(await send([message(), message()])).toBe(200);
  expect(await send([message({ event: 'other' })])).toBe(200);
  expect([...tracking.kept]).toEqual([[ID, message()]]);
  expect(tracking.duplicates).toEqual([message(), message({ event: 'other' })]);
});

describe('a 200 for what is dropped', () => {
  test.each<[string, object]>([
    ['another write key', { headers: basic('other:') }],
    ['a write key without its colon', { headers: { authorization: `Basic ${btoa('sandbox')}` } }],
    ['a password', { headers: basic('sandbox:x') }],
    ['none', { headers: {} }],
    ['the host of another region', { host: EU }],
  ])('with %s', async (_, options) => {
    tracking = createTracking({ writeKey: 'sandbox' });
    expect(await send([message()], options)).toBe(200);
    expect([tracking.kept.size, tracking.dropped.length]).toEqual([0, 1]);
  });

  test.each<[string, object]>([
    ['no event', { event: '' }],
    ['nobody', { userId: undefined }],
    ['a long messageId', { messageId: 'x'.repeat(100) }],
    ['no type', { type: undefined }],
    ['a time that is none', { timestamp: 'yesterday' }],
  ])('with %s in one message of two', async (_, more) => {
    expect(await send([message({ messageId: 'fine' }), message(more)])).toBe(200);
    expect([[...tracking.kept.keys()], tracking.dropped.length]).toEqual([['fine'], 1]);
  });

  test.each<[string, object]>([
    ['no traits', { traits: undefined }],
    ['nobody', { userId: '' }],
    ['a time that is none', { timestamp: null }],
  ])('with %s in one identify call of three', async (_, more) => {
    const call = { ...message(), type: 'identify', event: undefined, traits: {} };
    const timeless = { ...call, messageId: 'timeless', timestamp: undefined };
    expect(await send([{ ...call, messageId: 'fine' }, timeless, { ...call, ...more }])).toBe(200);
    expect([[...tracking.kept.keys()], tracking.dropped.length]).toEqual([['fine', 'timeless'], 1]);
  });

  test('with more than 2,500 messages', async () => {
    expect(await send(many(2501))).toBe(200);
    expect(tracking.kept.size).toBe(0);
    expect(await send(many(2500))).toBe(200);
    expect(tracking.kept.size).toBe(2500);
  });
});

test('the write key can be in the body', async () => {
  expect(
    await post(JSON.stringify({ batch: [message()], writeKey: tracking.writeKey }), { headers: {} }),
  ).toBe(200);
  expect(tracking.kept.size).toBe(1);
});

test.each<[string, string | Uint8Array<ArrayBuffer>]>([
  ['no JSON', '{"batch":['],
  ['bytes that are no text', new Uint8Array([0x22, 0xff, 0x22])],
  ['no batch', '{}'],
  ['too large a message', JSON.stringify({ batch: [message({ x: 'é'.repeat(16_000) })] })],
  ['too large a batch', JSON.stringify({ batch: many(5), more: 'x'.repeat(500_000) })],
])('a 400 for %s, of which nothing is kept', async (_, body) => {
  expect(await post(body)).toBe(400);
  expect(tracking.kept.size).toBe(0);
});

describe('a fault', () => {
  let close = () => Promise.resolve();
  afterEach(() => close());

  /** Over HTTP: the status, or undefined where there is none. */
  async function sendByHttp(): Promise<number | undefined> {
    const server = await listen(tracking);
    close = () => server.close();
    const answer = fetch(`${server.url}/v1/batch`, {
      method: 'POST',
      body: JSON.stringify({ batch: [message()] }),
      headers: { 'Content-Type': 'application/json', ...basic(`${tracking.writeKey}:`) },
    });
    return answer.then(
      ({ status }) => status,
      () => undefined,
    );
  }

  test.each([
    [{ kind: 'reset' }, undefined, 0],
    [{ kind: 'reset', taken: true }, undefined, 1],
    [{ status: 503 }, 503, 0],
    [{ status: 503, taken: true }, 503, 1],
    [{ delayMs: 1 }, 200, 1],
  ] as const)('%j: answers %p, and keeps %p', async (fault, status, kept) => {
    tracking.fault({ path: '/v1/batch', ...fault });
    expect([await sendByHttp(), tracking.kept.size]).toEqual([status, kept]);
  });
});
