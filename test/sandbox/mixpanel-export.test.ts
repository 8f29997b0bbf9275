import { describe, expect, test } from '@jest/globals';
import type { Mixpanel, Row } from '../../sandbox/mixpanel/index.ts';
import { ask, DAY, make, NOW } from './mixpanel-client.ts';

interface Line {
  event: string;
  properties: Row & { time: number };
}

function exported(mixpanel: Mixpanel, query: Record<string, string | number> = {}): Line[] {
  const days = { from_date: '2026-11-21', to_date: '2026-11-21', time_in_ms: 'true' };
  const { status, text } = ask(mixpanel, '/api/2.0/export', { query: { ...days, ...query } });
  if (status !== 200) throw new Error(text);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

const times = (lines: Line[]): number[] => lines.map(({ properties }) => properties.time);
const truth = (mixpanel: Mixpanel) => [...mixpanel.workspace.tables['export']!()];

describe('what comes', () => {
  const mixpanel = make();
  const lines = exported(mixpanel);

  test('text without a charset, in pieces that end within lines and within letters', () => {
    const query = { from_date: '2026-11-21', to_date: '2026-11-21' };
    const { headers, chunks, text } = ask(mixpanel, '/api/2.0/export', { query });
    expect(headers.get('content-type')).toBe('text/plain');
    expect(chunks.length).toBeGreaterThan(5);
    expect(text).not.toContain('\uFFFD');
    const inLetter = chunks.filter((chunk) => chunk.toString().includes('\uFFFD'));
    expect(inLetter.length).toBeGreaterThan(0);
    expect(chunks.filter((chunk) => chunk.at(-1) !== 0x0a).length).toBeGreaterThan(chunks.length / 2);
  });

  test('both days are within, and an empty one is empty', () => {
    const of = (from_date: string, to_date: string) => exported(mixpanel, { from_date, to_date }).length;
    expect(of('2026-11-20', '2026-11-21')).toBe(
      of('2026-11-20', '2026-11-20') + of('2026-11-21', '2026-11-21'),
    );
    expect(of('2026-11-18', '2026-11-18')).toBe(0);
    expect(of('2020-01-01', '2026-11-08')).toBe(0);
    expect(lines).toHaveLength(60);
  });

  test('in no order, in milliseconds or in seconds', () => {
    expect(times(lines)).not.toEqual(times(lines).toSorted((a, b) => a - b));
    const seconds = times(exported(mixpanel, { time_in_ms: 'false' }));
    expect(seconds).toEqual(times(lines).map((time) => Math.floor(time / 1000)));
  });

  test('with a line feed at the end, or without', () => {
    const endOf = (day: string) =>
      ask(mixpanel, '/api/2.0/export', { query: { from_date: day, to_date: day } }).text.at(-1);
    expect([endOf('2026-11-20'), endOf('2026-11-21')].sort()).toEqual(['\n', '}']);
  });

  test('nothing of the future: it comes when its time has come', () => {
    const today = { from_date: '2026-11-22', to_date: '2026-11-22' };
    const own = make();
    const before = exported(own, today);
    expect(before.length).toBeLessThan(60);
    expect(Math.max(...times(before))).toBeLessThanOrEqual(Date.parse(NOW));
    own.advance(DAY);
    expect(exported(own, today)).toHaveLength(60);
  });

  test('duplicates, and a second one with other properties', () => {
    const texts = lines.map((line) => JSON.stringify(line));
    expect(new Set(texts).size).toBeLessThan(texts.length);
    const keyOf = ({ event, properties: { time, distinct_id, $insert_id } }: Line) =>
      JSON.stringify([event, time, distinct_id, $insert_id]);
    expect(new Set(lines.map(keyOf)).size).toBeLessThan(new Set(texts).size);
  });

  test('what a reader stumbles over', () => {
    const all = lines.map(({ properties }) => properties);
    const has = (name: string) => all.some((properties) => Object.hasOwn(properties, name));
    for (const name of [
      'event',
      'Time',
      '$time',
      'time_epoch',
      '$distinct_id',
      '__proto__',
      '',
      '$',
      'Call To Action\n',
    ])
      expect([name, has(name)]).toEqual([name, true]);
    expect(all.some((properties) => !('distinct_id' in properties))).toBe(true);
    expect(all.some(({ distinct_id }) => distinct_id === '')).toBe(true);
    expect(all.some((properties) => !('$insert_id' in properties))).toBe(true);
    const { text } = ask(mixpanel, '/api/2.0/export', {
      query: { from_date: '2026-11-21', to_date: '2026-11-21' },
    });
    for (const part of ['\u2028', '\u0085', 'Å', '"id":2033513821949367297,', ':-2033513821949367297'])
      expect(text).toContain(part);
  });
});

describe('what is asked for', () => {
  const mixpanel = make();

  test('events by their names', () => {
    for (const names of [['a, b'], ['c"d', 'Æble 😀'], ['']]) {
      const found = exported(mixpanel, { event: JSON.stringify(names) });
      expect(new Set(found.map(({ event }) => event))).toEqual(new Set(names));
    }
    expect(exported(mixpanel, { event: '[]' })).toEqual([]);
  });

  test('a limit', () => {
    expect(exported(mixpanel, { limit: 7 })).toEqual(exported(mixpanel).slice(0, 7));
  });

  test('windows by time fit together', () => {
    const all = exported(mixpanel);
    const noon = Date.parse('2026-11-21T12:00:00Z') / 1000;
    const where = (expression: string) => exported(mixpanel, { where: expression });
    const early = where(`properties["$time"] < datetime(${noon})`);
    const late = where(`properties["$time"] >= datetime(${noon})`);
    expect(early.length).toBeGreaterThan(5);
    expect(early.length + late.length).toBe(all.length);
    expect(Math.max(...times(early))).toBeLessThan(noon * 1000);
    expect(where(`not (properties["$time"] < datetime(${noon}))`)).toEqual(late);
    expect(
      where(`not (properties["$time"] >= datetime(${noon}) or properties["$time"] < datetime(0))`),
    ).toEqual(early);
    expect(where(`event["$time"] >= datetime("2026-11-21T12:00:00")`)).toEqual(late);
    expect(
      where(`properties["$time"]>datetime(${noon + 1}) and (properties["$time"]<=datetime(${noon + 3600}))`),
    ).toEqual(
      late.filter(
        (line) => line.properties.time > (noon + 1) * 1000 && line.properties.time <= (noon + 3600) * 1000,
      ),
    );
  });
});

describe('late', () => {
  test('an event of days ago that comes now', () => {
    const mixpanel = make();
    const late = { event: 'late', time: '2026-11-19T23:59:59.999Z', distinct_id: 'u', properties: { $x: 1 } };
    mixpanel.happen(late);
    const [line] = exported(mixpanel, { from_date: '2026-11-19', to_date: '2026-11-19', event: '["late"]' });
    expect(line).toEqual({
      event: 'late',
      properties: {
        time: Date.parse(late.time),
        distinct_id: 'u',
        mp_processing_time_ms: Date.parse(NOW),
        $x: 1,
      },
    });
    expect(truth(mixpanel)).toContainEqual({
      event: 'late',
      time: late.time,
      time_epoch: Date.parse(late.time),
      distinct_id: 'u',
      mp_processing_time_ms: Date.parse(NOW),
      mp_reserved_x: 1,
    });
  });

  test('one of years ago, one of tomorrow', () => {
    const mixpanel = make({ eventsPerDay: 0 });
    mixpanel.happen({ event: 'old', time: '2011-01-01T00:00:00Z' });
    mixpanel.happen({ event: 'next', time: '2026-11-23T00:00:00Z' });
    expect(truth(mixpanel)).toMatchObject([{ event: 'old', distinct_id: null }]);
    mixpanel.advance(DAY);
    expect(truth(mixpanel).map(({ event }) => event)).toEqual(['old', 'next']);
  });
});

describe('a project of before 2023 tells the wall clock of its zone', () => {
  const at = (now: string, timezone: string) =>
    make({ now, timezone, createdBefore2023: true, days: 9, eventsPerDay: 100 });

  test.each([
    ['America/Los_Angeles', '2020-10-13T17:48:31.000Z', '2020-10-14T00:48:31.000Z'],
    ['Asia/Kolkata', '2020-10-13T17:48:31.000Z', '2020-10-13T12:18:31.000Z'],
  ])('%s: %s on the wall is %s', (timezone, wall, instant) => {
    const mixpanel = make({
      now: '2020-10-20T00:00:00Z',
      timezone,
      createdBefore2023: true,
      eventsPerDay: 0,
    });
    mixpanel.happen({ event: 'e', time: instant });
    expect(truth(mixpanel)).toMatchObject([{ time: instant, time_epoch: Date.parse(wall) }]);
    const query = { from_date: '2020-10-13', to_date: '2020-10-13' };
    expect(times(exported(mixpanel, query))).toEqual([Date.parse(wall)]);
    const where = `properties["$time"] < datetime(${Date.parse(wall) / 1000})`;
    expect(exported(mixpanel, { ...query, where })).toEqual([]);
  });

  test('twice: the first time', () => {
    const rows = truth(at('2020-11-05T00:00:00Z', 'America/Los_Angeles'));
    const wall = Date.parse('2020-11-01T01:30:00Z');
    const found = rows.filter(({ time_epoch }) => time_epoch === wall).map(({ time }) => time);
    expect(new Set(found)).toEqual(new Set(['2020-11-01T08:30:00.000Z']));
  });

  test('never: as if the clock had not been set forward', () => {
    const rows = truth(at('2021-03-17T00:00:00Z', 'America/Los_Angeles'));
    const wall = Date.parse('2021-03-14T02:30:00Z');
    const found = rows.filter(({ time_epoch }) => time_epoch === wall).map(({ time }) => time);
    // 02:30 at eight hours, which the wall shows as 03:30.
    expect(new Set(found)).toEqual(new Set(['2021-03-14T10:30:00.000Z']));
    const before = rows.filter(({ time_epoch }) => time_epoch === wall - 3_600_000);
    const after = rows.filter(({ time_epoch }) => time_epoch === wall + 3_600_000);
    expect(new Set(before.map(({ time }) => time))).toEqual(new Set(['2021-03-14T09:30:00.000Z']));
    expect(new Set(after.map(({ time }) => time))).toEqual(new Set(['2021-03-14T10:30:00.000Z']));
  });

  test('by half an hour, and where the south has its summer', () => {
    const mixpanel = make({
      now: '2026-11-05T00:00:00Z',
      timezone: 'Australia/Lord_Howe',
      createdBefore2023: true,
      eventsPerDay: 0,
    });
    mixpanel.happen({ event: 'winter', time: '2026-07-01T00:00:00Z' });
    mixpanel.happen({ event: 'summer', time: '2026-11-04T00:00:00Z' });
    expect(truth(mixpanel).map(({ time_epoch }) => new Date(Number(time_epoch)).toISOString())).toEqual([
      '2026-07-01T10:30:00.000Z',
      '2026-11-04T11:00:00.000Z',
    ]);
  });
});
