/** Readers of every kind: nothing is cut, nothing is collected for them, nothing is said when nobody listens. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { story } from '../support/messages.ts';
import type { Fault } from '../../sandbox/kit/faults.ts';
import { dishonesty } from './honesty.ts';
import type { Connector } from './pipe.ts';
import { messagesOf, Platform } from './platform.ts';
import { holds, parameters, soak, timeout } from './soak.ts';

const RATE = 10_000;
const EVENTS = 40_000;
/** Bytes that are read slowly: the first of a large table, or all of a small one. */
const SLOWLY = soak.minutes === 0 ? 30_000 : 600_000;
const LEFT = { code: 1, signal: null, stderr: '' };
const WHOLE = { code: 0, signal: null, stderr: '' };

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.open({ auditEvents: EVENTS });
});
afterAll(() => platform.close());
/** Heap (MB) for what lives at once, and not for a trail. */
const HEAP = 32;
const readTrail = () => platform.read({ streams: ['audit_events'], config: { page_size: 1000 }, heap: HEAP });

function expectTrail(connector: Connector): void {
  const messages = messagesOf(connector.text);
  expect(dishonesty(messages, ['audit_events'])).toEqual([]);
  const ids = new Set(story(messages, 'audit_events').records.map(({ id }) => id));
  expect(ids.size).toBe(EVENTS);
}

test(
  'a reader of 10 KB/s holds up the requests, not the memory, and misses nothing',
  async () => {
    const before = platform.sandbox.requests.length;
    const slow = readTrail();
    await slow.slowly(RATE, () => slow.text.length >= SLOWLY);
    expect(platform.sandbox.requests.length - before).toBeLessThan(30); // of 80 and more
    await slow.rest();
    // Not dead of what it had collected.
    expect(await slow.ended).toEqual(WHOLE);
    expectTrail(slow);
  },
  timeout(SLOWLY / 10),
);

test(
  'a reader of 10 KB/s to the end gets every line',
  async () => {
    const streams = ['groups', 'usage_api_calls_workspace_daily', 'usage_mtu_workspace_daily', 'users'];
    const connector = platform.read({ streams });
    await connector.slowly(RATE, () => false);
    await connector.rest();
    expect(await connector.ended).toEqual(WHOLE);
    expect(dishonesty(messagesOf(connector.text), streams)).toEqual([]);
    // More than a pipe holds, so that the connector had to wait.
    expect(connector.text.length).toBeGreaterThan(80_000);
    expect(connector.text.at(-1)).toBe('\n');
  },
  timeout(0),
);

test(
  'a reader that leaves ends the run quietly',
  async () => {
    // Of 12 MB and more.
    const leave = async (characters: number) => {
      const connector = readTrail();
      const left = connector.rest(() => {
        if (connector.text.length >= characters) connector.leave();
      });
      expect(await connector.ended).toEqual(LEFT);
      await left;
    };
    await holds(fc.nat(10_000_000), leave, parameters(4, 0.1));
  },
  timeout(60_000, 0.1),
);

/** Where there is nothing to say, only the sign of life tells, once a minute, that nobody hears it. */
const inSoakOnly: Leaving[] = soak.minutes === 0 ? [] : [['while a request hangs', { kind: 'hang' }]];
type Leaving = [moment: string, fault: Omit<Fault, 'path'>];
test.each<Leaving>([
  ['while an answer is long in coming', { delayMs: 1500 }],
  ['in a rate-limit pause', { status: 429, headers: { 'Retry-After': '2' } }],
  ...inSoakOnly,
])(
  'a reader that leaves %s ends the run quietly',
  async (_, fault) => {
    const own = await Platform.open({ auditEvents: 100 });
    try {
      own.sandbox.fault({ path: '*', on: [1, 1000], ...fault });
      let asked = false;
      own.onRequest = () => (asked = true);
      const connector = own.read();
      await connector.slowly(1_000_000, () => asked);
      connector.leave();
      expect(await connector.ended).toEqual(LEFT);
    } finally {
      await own.close();
    }
  },
  timeout(0),
);
