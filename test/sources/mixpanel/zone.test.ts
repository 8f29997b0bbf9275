import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventTime } from '../../../src/sources/mixpanel/event-time.ts';
import { isZone, WallClock } from '../../../src/sources/mixpanel/zone.ts';

const shown = (text: string) => Date.parse(`${text}Z`);
const moment = (zone: string, text: string) =>
  new Date(new WallClock(zone).moment(shown(text))).toISOString().slice(0, 16);

describe('a clock on a wall', () => {
  test.each([
    ['in winter', '2020-01-15T12:00', '2020-01-15T20:00'],
    ['in summer', '2020-07-15T12:00', '2020-07-15T19:00'],
    ['in the hour that comes twice, the first of them', '2020-11-01T01:30', '2020-11-01T08:30'],
    ['after it', '2020-11-01T02:00', '2020-11-01T10:00'],
    ['in the hour that is left out, counted on', '2020-03-08T02:30', '2020-03-08T10:30'],
    ['just before it', '2020-03-08T01:59', '2020-03-08T09:59'],
    ['just after it', '2020-03-08T03:00', '2020-03-08T10:00'],
  ])('of Los Angeles %s', (_, wall, utc) => {
    expect(moment('America/Los_Angeles', wall)).toBe(utc);
  });

  test.each([
    ['Asia/Kathmandu', '2024-05-01T05:45', '2024-05-01T00:00'],
    ['Pacific/Kiritimati', '2024-05-02T00:00', '2024-05-01T10:00'],
    ['Australia/Lord_Howe', '2024-01-01T11:00', '2024-01-01T00:00'],
    // Where clocks were set at a minute past midnight.
    ['America/St_Johns', '2010-11-07T00:00', '2010-11-07T02:30'],
    ['America/St_Johns', '2010-11-07T00:05', '2010-11-07T03:35'],
    ['America/St_Johns', '2011-03-13T01:05', '2011-03-13T03:35'],
  ])('of %s', (zone, wall, utc) => {
    expect(moment(zone, wall)).toBe(utc);
  });

  test('shows each moment so that it can be told again, but for the hour that comes twice', () => {
    const zone = fc.constantFrom(
      'America/Los_Angeles',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'UTC',
    );
    fc.assert(
      fc.property(zone, fc.integer({ min: Date.UTC(2009, 0), max: Date.UTC(2030, 0) }), (name, time) => {
        const clock = new WallClock(name);
        const back = clock.moment(clock.at(time));
        expect([0, 30 * 60_000, 60 * 60_000]).toContain(time - back);
        expect(clock.at(back)).toBe(clock.at(time));
      }),
    );
  });

  test('is of a zone that there is', () => {
    expect(['UTC', 'Europe/Berlin', 'US/Pacific'].map(isZone)).toEqual([true, true, true]);
    expect(['', 'Mars/Olympus', '+02:00', 'UTC+2'].map(isZone)).toEqual([false, false, false, false]);
  });
});

describe("an event's time", () => {
  const utc = eventTime({} as never);
  const old = eventTime({
    event_time_semantics: 'project_timezone',
    project_timezone: 'US/Pacific',
  } as never);

  test.each([
    ['seconds', 1602611311, '2020-10-13T17:48:31.000Z'],
    ['milliseconds', 1602611311123, '2020-10-13T17:48:31.123Z'],
    ['a fraction of seconds', 1602611311.5, '2020-10-13T17:48:31.500Z'],
    ['digits in a text', '1602611311', '2020-10-13T17:48:31.000Z'],
    ['an ISO text', '2020-10-13T17:48:31Z', '2020-10-13T17:48:31.000Z'],
    ['an ISO text with an offset', '2020-10-13T10:48:31-07:00', '2020-10-13T17:48:31.000Z'],
    ['a text without a zone', '2020-10-13 17:48:31', '2020-10-13T17:48:31.000Z'],
    ['nothing', undefined, null],
    ['null', null, null],
    ['a word', 'yesterday', null],
    ['a number that no date can be', 1e300, null],
    ['one just beyond', 8.64e15, null],
  ])('of %s', (_, time, iso) => {
    expect(utc(time)).toBe(iso);
  });

  test('is written as a Date writes it', () => {
    const moment = fc.oneof(
      fc.double({ min: 1e11, max: 8.62e15, noNaN: true }),
      fc.integer({ min: Date.UTC(2009, 0), max: Date.UTC(2030, 0) }),
    );
    fc.assert(
      fc.property(moment, (time) => {
        expect(utc(time)).toBe(new Date(time).toISOString());
      }),
    );
  });

  test('in an old project is what a clock in its zone showed', () => {
    expect(old(1602611311)).toBe('2020-10-14T00:48:31.000Z');
    expect(old(1604194200)).toBe('2020-11-01T08:30:00.000Z');
    for (const text of ['2020-10-13T10:48:31Z', '2020-10-13 10:48:31', '1602586111'])
      expect(old(text)).toBe('2020-10-13T17:48:31.000Z');
  });

  test.each(['2020-10-13T19:48:31+02:00', '2020-10-13T19:48:31.000+0200', '2020-10-13 10:48:31 -0700'])(
    'that has an offset of its own (%s) is a moment in any project',
    (text) => {
      expect([utc(text), old(text)]).toEqual(Array(2).fill('2020-10-13T17:48:31.000Z'));
    },
  );

  test('before 1970 is no offset', () => {
    expect(utc('-3600')).toBe('1969-12-31T23:00:00.000Z');
  });
});
