/**
 * Borders: of days, months and years, of leap days and summer time, of windows and pages. Whatever moment a sync is run
 * at and goes on from, and wherever its machine stands, nothing is lost and nothing comes twice.
 */
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createSandbox, listen } from '../../sandbox/segment/index.ts';
import { DAY, instant, iso } from '../../src/engine/windows.ts';
import { segment } from '../../src/sources/segment/source.ts';
import { lastStates, read, type ReadResult } from '../support/in-process.ts';
import { keyText, story, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { configured, Files, run } from '../support/process.ts';
import { rowsBefore, Warehouse } from './warehouse.ts';

const STREAMS = segment.streams.filter(({ cursor }) => cursor !== undefined);
const NAMES = STREAMS.map(({ name }) => name);
const SMALL = { sources: 2, destinationsPerSource: 1, usageMonths: 3, auditDays: 5, auditEvents: 45 };

// A slow machine is no failure.
jest.setTimeout(60_000);

/** A workspace at a moment, read without a look-back that could hide a gap. */
function world(now: string, options: { pageSize?: number; auditEvents?: number } = {}) {
  const { pageSize = 50, auditEvents = SMALL.auditEvents } = options;
  const sandbox = createSandbox({ ...SMALL, auditEvents, now });
  network.answerBy(sandbox);
  const config = {
    start_date: iso(Date.parse(now) - 2 * DAY).slice(0, 10),
    lookback_window_days: 0,
    page_size: pageSize,
    include_secrets: true,
  };
  return {
    sandbox,
    from: config.start_date,
    read: (state?: unknown) => read({ sandbox, streams: NAMES, config, state }),
  };
}

const empty = () =>
  new Warehouse(Object.fromEntries(STREAMS.map(({ name, primaryKey }) => [name, primaryKey])));

function load(warehouse: Warehouse, { messages }: ReadResult): Warehouse {
  for (const name of NAMES) warehouse.upsert(name, story(messages, name).records);
  return warehouse;
}

/**
 * What is wrong with a warehouse beside the truth: rows from the start date on that are missing or other, and rows that
 * nobody has. What happens now belongs to the next sync.
 */
function differences(warehouse: Warehouse, { sandbox, from }: ReturnType<typeof world>): string[] {
  const { tables } = sandbox.workspace;
  const now = sandbox.workspace.now();
  return STREAMS.flatMap(({ name, cursor = '' }) => {
    const isDue = (row: Row) => String(row[cursor]) >= from && instant(row[cursor]) < now;
    return warehouse.differences(name, tables[name]?.(), { isDue, byValue: true });
  });
}

/** Keys that one read brings more than once. */
const twice = ({ messages }: ReadResult): string[] =>
  STREAMS.flatMap(({ name, primaryKey }) => {
    const keys = story(messages, name).records.map((row) => `${name} ${keyText(row, primaryKey)}`);
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  });

const MOMENTS: [string, string][] = [
  ['the last moment of a year', '2026-12-31T23:59:59.999Z'],
  ['the first moment of a year', '2027-01-01T00:00:00.000Z'],
  ['a moment later', '2027-01-01T00:00:00.001Z'],
  ['the start of a leap day', '2028-02-29T00:00:00.000Z'],
  ['the end of a leap day', '2028-02-29T23:59:59.999Z'],
  ['the end of a February without one', '2027-02-28T23:59:59.999Z'],
  ['the start of a March', '2027-03-01T00:00:00.000Z'],
  ['the end of a month of 30 days', '2027-04-30T23:59:59.500Z'],
  ['the start of summer time in New York', '2027-03-14T06:59:59.999Z'],
  ['the end of summer time in New York', '2026-11-01T05:59:59.999Z'],
  ['the start of summer time in Europe', '2027-03-28T00:59:59.999Z'],
  ['the end of summer time in Europe', '2026-10-25T00:59:59.999Z'],
];

describe.each(MOMENTS)('at %s', (_, now) => {
  test('and 1 ms, 1 s, 1 day later: each sync goes on from the one before, without gap or repeat', async () => {
    const here = world(now);
    const warehouse = empty();
    let result = await here.read();
    const first = result;
    for (const step of [0, 1, 1000, DAY]) {
      here.sandbox.advance(step);
      if (step > 0) result = await here.read(lastStates(result.messages));
      expect([result.complete, twice(result)]).toEqual([true, []]);
      expect(differences(load(warehouse, result), here)).toEqual([]);
    }
    // Again from each state of the first sync, by a platform that kept nothing beyond it.
    const most = Math.max(...NAMES.map((name) => story(first.messages, name).states.length));
    expect(most).toBeGreaterThan(1);
    for (let nth = 1; nth <= most; nth += 1) {
      const kept = empty();
      const state = NAMES.map((name) => {
        const { states } = story(first.messages, name);
        const at = Math.min(nth, states.length);
        kept.upsert(name, rowsBefore(first.messages, name, at));
        return { type: 'STREAM', stream: states[at - 1]?.stream };
      });
      const again = await here.read(state);
      expect([again.complete, twice(again)]).toEqual([true, []]);
      expect(differences(load(kept, again), here)).toEqual([]);
    }
  });
});

describe('rows of the same moment', () => {
  test.each([1, 2])('across the border of a page, %i rows a page', async (pageSize) => {
    const here = world('2027-01-01T10:00:00.000Z', { pageSize, auditEvents: 60 });
    const result = await here.read();
    expect([result.complete, twice(result)]).toEqual([true, []]);
    expect(differences(load(empty(), result), here)).toEqual([]);
    const times = story(result.messages, 'audit_events').records.map(({ timestamp }) => String(timestamp));
    expect(times.length - new Set(times).size).toBeGreaterThan(4);
  });

  test('on the border of a window, and 1 ms before it', async () => {
    const here = world('2027-01-02T10:00:00.000Z', { auditEvents: 200 });
    const result = await here.read();
    expect([twice(result), differences(load(empty(), result), here)]).toEqual([[], []]);
    const at = (ending: string) =>
      story(result.messages, 'audit_events').records.filter(({ timestamp }) =>
        String(timestamp).endsWith(ending),
      );
    expect(at('T00:00:00Z').length).toBeGreaterThan(1);
    expect(at('T23:59:59.999Z').length).toBeGreaterThan(1);
  });
});

const pad = (number: number, digits = 2) => String(number).padStart(digits, '0');
const offset = (minutes: number, colon = ':') =>
  `${minutes < 0 ? '-' : '+'}${pad(Math.trunc(Math.abs(minutes) / 60))}${colon}${pad(Math.abs(minutes) % 60)}`;
const local = (time: number, minutes: number) => iso(time + minutes * 60_000).slice(0, -1);

/** Ways to write the same moment. */
const FORMS: [string, (time: number) => string][] = [
  ['in New York, in winter', (time) => local(time, -240) + offset(-240)],
  ['in India', (time) => local(time, 330) + offset(330)],
  ['in Samoa', (time) => local(time, 780) + offset(780)],
  ['in Newfoundland, without a colon', (time) => local(time, -210) + offset(-210, '')],
  ['without a zone', (time) => local(time, 0)],
  ['with a blank', (time) => local(time, 0).replace('T', ' ')],
  ['with nanoseconds', (time) => `${local(time, 0)}999999Z`],
  ['in lower case', (time) => iso(time).toLowerCase()],
  ['with nanoseconds, in India', (time) => `${local(time, 330)}000001${offset(330)}`],
];

describe('a moment that comes in another form', () => {
  const moment = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2050, 0, 1) });

  test.each(FORMS)('%s is the same moment', (_, form) => {
    fc.assert(
      fc.property(moment, (time) => expect(instant(form(time))).toBe(time)),
      { seed: 7 },
    );
  });

  test('at any offset is the same moment', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (time, minutes) => {
        expect(instant(local(time, minutes) + offset(minutes))).toBe(time);
      }),
      { seed: 7 },
    );
  });

  test.each<[string, (time: number) => string]>([...FORMS, ['as a date', (time) => iso(time).slice(0, 10)]])(
    '%s, in a state: the same requests, records and states',
    async (_, form) => {
      const goOn = async (text: (time: number) => string) => {
        const here = world('2026-11-02T10:30:15.250Z');
        const state = STREAMS.flatMap(({ name, cursor }) =>
          cursor === undefined
            ? []
            : [
                {
                  type: 'STREAM',
                  stream: {
                    stream_descriptor: { name },
                    stream_state: { [cursor]: text(Date.UTC(2026, 10, 1)) },
                  },
                },
              ],
        );
        const { text: out } = await here.read(state);
        return {
          out: out.split('\n').sort(),
          asked: here.sandbox.requests.map(({ path, query }) => [path, query]),
        };
      };
      expect(await goOn(form)).toEqual(await goOn(iso));
    },
  );
});

/** The process at a moment of its own: its clock stands, so that two runs can be compared to the byte. */
const frozen = (now: string) =>
  `--import=data:text/javascript,${encodeURIComponent(
    `const now = ${Date.parse(now)}; Date.now = () => now; performance.now = () => 0;
     Object.defineProperty(performance, 'timeOrigin', { value: now });`,
  )}`;

describe('the time zone of the machine', () => {
  // From here the trail reaches back over the end of summer time in Europe and in New York, the year over its start.
  const NOW = '2026-11-03T04:30:15.250Z';
  const files = new Files();
  afterAll(() => files.remove());

  test('changes no byte of what is read', async () => {
    const sandbox = createSandbox({
      ...SMALL,
      endpointLimits: false,
      usageMonths: 9,
      auditDays: 15,
      now: NOW,
    });
    const listening = await listen(sandbox);
    const config = files.json('config.json', {
      ...sandbox.config(listening.url),
      start_date: '2026-03-01',
      max_concurrent_requests: 1,
    });
    const discovered = await run(['discover', '--config', config]);
    const streams = discovered.messages.flatMap(({ catalog }) => catalog?.streams ?? []);
    const catalog = files.json(
      'catalog.json',
      configured(streams.filter(({ name }) => NAMES.includes(name))),
    );
    const state = files.json('state.json', [
      {
        type: 'STREAM',
        stream: {
          stream_descriptor: { name: 'audit_events' },
          stream_state: { timestamp: '2026-10-24T23:30:00' },
        },
      },
    ]);
    const readIn = (TZ: string) =>
      run(['read', '--config', config, '--catalog', catalog, '--state', state], {
        TZ,
        NODE_OPTIONS: frozen(NOW),
      });
    const ZONES = ['America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'Europe/Lisbon'];
    const [utc, ...others] = await Promise.all([readIn('UTC'), ...ZONES.map(readIn)]);
    await listening.close();
    expect([utc.code, utc.stderr]).toEqual([0, '']);
    expect(utc.messages.filter(({ type }) => type === 'STATE').length).toBeGreaterThan(40);
    expect(others.map(({ stdout }) => stdout === utc.stdout)).toEqual(ZONES.map(() => true));
  });
});
