/**
 * SIGTERM in the moments that hurt: the run ends by itself, with 143, and what it said until then is true and enough
 * to go on from.
 */
import { open } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import type { MixpanelOptions } from '../../sandbox/mixpanel/index.ts';
import type { MoesifOptions } from '../../sandbox/moesif/index.ts';
import type { SandboxOptions } from '../../sandbox/segment/index.ts';
import { story } from '../support/messages.ts';
import { moesif } from '../support/vendors/moesif.ts';
import { dishonesty, dishonestyOfKilled } from './honesty.ts';
import { fifo, type Connector } from './pipe.ts';
import { messagesOf, Platform, SHARES, type Share } from './platform.ts';
import { TABLES } from './tables.ts';

const DAY = 86_400_000;
const WORKSPACE = { auditEvents: 3000, auditDays: 14, usageMonths: 1, sources: 2, catalogDestinations: 6 };
const RECENT = { start_date: new Date(Date.now() - 15 * DAY).toISOString().slice(0, 10) };
/** Far more than a pipe holds. */
const LARGE = 1_000_000;
const TIMEOUT = 60_000;

const isOf = (vendor: string) => (share: Share) => share.vendor.name === vendor;
const OF_SEGMENT = SHARES.filter(isOf('segment'));
const [OF_MIXPANEL] = SHARES.filter(isOf('mixpanel'));
const [OF_MOESIF] = SHARES.filter(isOf('moesif'));

let moments = 0;
/** Stops a run of the next share of the tables, and looks whether the next one finds what it needs. */
function moment(name: string, options: SandboxOptions, act: (platform: Platform) => Promise<void>): void {
  const share = OF_SEGMENT[(moments += 1) % OF_SEGMENT.length];
  momentOf(name, () => Platform.open({ ...WORKSPACE, ...options }, RECENT, share), act);
}

/** The same of Mixpanel, with few requests: a process asks for no more than a quota allows. */
function ofMixpanel(
  name: string,
  options: MixpanelOptions,
  act: (platform: Platform) => Promise<void>,
): void {
  const project = { days: 6, eventsPerDay: 300, profiles: 250, ...options };
  const open = () => Platform.open(project, { export_window_days: 1, page_size: 100 }, OF_MIXPANEL);
  momentOf(`of Mixpanel: ${name}`, open, act);
}

/** The same of Moesif, with a few pages of each table and day. By value from the start: who is not modified does not come again. */
function ofMoesif(name: string, options: MoesifOptions, act: (platform: Platform) => Promise<void>): void {
  const app = { days: 20, eventsPerDay: 250, users: 250, companies: 150, ...options };
  const config = { page_size: 100, ...moesif.byValue };
  momentOf(`of Moesif: ${name}`, () => Platform.open(app, config, OF_MOESIF), act);
}

function momentOf(
  name: string,
  open: () => Promise<Platform>,
  act: (platform: Platform) => Promise<void>,
): void {
  test(
    name,
    async () => {
      const platform = await open();
      try {
        await act(platform);
        platform.sandbox.clearFaults();
        // From the last states to the whole truth, by value.
        expect(await platform.finish({ config: platform.byValue })).toEqual([]);
      } finally {
        await platform.close();
      }
    },
    TIMEOUT,
  );
}

/** Holds a run that was stopped, and whose output was read, to the rules. */
async function expectHonest(platform: Platform, connector: Connector): Promise<void> {
  await expectStopped(connector);
  expect(connector.text.at(-1)).toBe('\n');
  const messages = messagesOf(connector.text);
  const started = platform.names.filter((name) => story(messages, name).statuses.length > 0);
  expect(dishonesty(messages, started)).toEqual([]);
  const errors = started.flatMap((name) => story(messages, name).errors);
  expect(errors).toContainEqual(
    expect.objectContaining({
      failure_type: 'transient_error',
      message: expect.stringContaining('(SIGTERM)'),
    }),
  );
  expect(platform.keep(messages, (_, seen) => seen)).toEqual([]);
}

/** By itself, with its exit code, and before whoever stopped it would kill it. */
async function expectStopped(connector: Connector): Promise<void> {
  expect(await connector.ended).toEqual({ code: 143, signal: null, stderr: '' });
  expect(connector.outlived).toBeLessThan(5000);
}

/** Reads all, and stops the run once the output tells of the moment. */
async function stopAt(connector: Connector, words: RegExp): Promise<void> {
  let stopped = false;
  await connector.rest(() => {
    if (stopped || !words.test(connector.text)) return;
    stopped = true;
    connector.kill('SIGTERM');
  });
}

/** The nth request of a path, when it arrives. */
const arrival = (platform: Platform, path: string, nth: number) =>
  new Promise<void>((resolve) => {
    let seen = 0;
    platform.onRequest = ({ url }) => {
      if (url.pathname === path && (seen += 1) === nth) resolve();
    };
  });

moment('while it loads, before it has read its config', {}, async (platform) => {
  const path = fifo(platform.files, 'config');
  const connector = platform.read({ flags: ['--config', path] });
  const config = await open(path, 'w');
  connector.kill('SIGTERM');
  await config.writeFile(JSON.stringify(platform.config()));
  await config.close();
  await connector.rest();
  await expectHonest(platform, connector);
});

moment('in the middle of reading', {}, async (platform) => {
  const connector = platform.read();
  await stopAt(connector, /"STATE".*"audit_events"/);
  await expectHonest(platform, connector);
  const { records, statuses, states } = story(messagesOf(connector.text), 'audit_events');
  expect(records.length).toBeLessThan(WORKSPACE.auditEvents);
  expect(states.length).toBeGreaterThan(0);
  expect(statuses.at(-1)).toBe('INCOMPLETE');
});

const FIVE_MINUTES = { 'Retry-After': '300' };
const inPause = (path: string, nth: number) => async (platform: Platform) => {
  platform.sandbox.fault({ path, on: nth, status: 429, headers: FIVE_MINUTES });
  const connector = platform.read();
  await stopAt(connector, /RATE_LIMITED/);
  await expectHonest(platform, connector);
};
const whileHanging = (path: string, nth: number) => async (platform: Platform) => {
  platform.sandbox.fault({ path, on: [nth, 999], kind: 'hang' });
  const hangs = arrival(platform, path, nth);
  const connector = platform.read();
  const read = connector.rest();
  await hangs;
  connector.kill('SIGTERM');
  await read;
  await expectHonest(platform, connector);
};

moment('in a rate-limit pause', {}, inPause('/audit-events', 9));
moment('while a request hangs', {}, whileHanging('/audit-events', 9));

moment('in a wait before it asks again', {}, async (platform) => {
  platform.sandbox.fault({ path: '/audit-events', on: 9, status: 503, headers: FIVE_MINUTES });
  const connector = platform.read({ flags: ['--debug'] });
  await stopAt(connector, /HTTP 503/);
  await expectHonest(platform, connector);
});

moment('with a slow reader', {}, async (platform) => {
  // As many tables as it can hear the end of within the grace: a line or two of each.
  const connector = platform.read({
    streams: TABLES.filter(({ parent }) => !parent)
      .map(({ name }) => name)
      .slice(0, 12),
  });
  await connector.slowly(10_000, () => connector.text.length > 10_000);
  connector.kill('SIGTERM');
  let over = false;
  void connector.ended.then(() => (over = true));
  await connector.slowly(10_000, () => over);
  await connector.rest();
  await expectHonest(platform, connector);
});

const heavy = { heavy: LARGE, sources: 1, destinationsPerSource: 1, catalogDestinations: 1 };
moment('again and again, with a reader that takes nothing', heavy, async (platform) => {
  const streams = [...new Set([...platform.names, 'destinations'])];
  const connector = platform.read({ streams });
  // A line has begun that the pipe cannot hold: the process can neither finish it nor say another word.
  await connector.slowly(LARGE, () => /"stream":"destinations"/.test(connector.text));
  connector.kill('SIGTERM');
  const again = setInterval(() => connector.kill('SIGTERM'), 100);
  await expectStopped(connector).finally(() => clearInterval(again));
  await connector.rest();
  const messages = messagesOf(connector.text);
  expect(dishonestyOfKilled(messages, streams)).toEqual([]);
  expect(connector.text.at(-1)).not.toBe('\n');
  expect(platform.keep(messages, (_, seen) => seen)).toEqual([]);
});

const EXPORT = '/api/2.0/export';

/** Once a table has told a state, and long before it has so many rows. */
const inTheMiddle = (table: string, rows: number) => async (platform: Platform) => {
  const connector = platform.read();
  await stopAt(connector, new RegExp(`"STATE".*"${table}"`));
  await expectHonest(platform, connector);
  const { records, statuses, states } = story(messagesOf(connector.text), table);
  expect(records.length).toBeLessThan(rows);
  expect([states.length > 0, statuses.at(-1)]).toEqual([true, 'INCOMPLETE']);
};

ofMixpanel('in the middle of an export', { days: 12 }, inTheMiddle('export', 10 * 300));

ofMixpanel('in a rate-limit pause', {}, inPause(EXPORT, 2));
ofMixpanel('while an export hangs', {}, whileHanging(EXPORT, 2));

ofMixpanel('with a slow reader', {}, async (platform) => {
  const connector = platform.read();
  await connector.slowly(10_000, () => connector.text.length > 10_000);
  connector.kill('SIGTERM');
  await connector.rest();
  await expectHonest(platform, connector);
});

const SEARCH = '/v1/search/~/search/';

ofMoesif('in the middle of reading', {}, inTheMiddle('events', 17 * 250));

ofMoesif('in a rate-limit pause', {}, inPause(`${SEARCH}usermetrics/users`, 2));
// One of them is for a page of users, which is no row before its companies are known.
ofMoesif('while searches of companies hang', {}, whileHanging(`${SEARCH}companymetrics/companies`, 1));
