/** https://developer.mixpanel.com/reference/raw-event-export */
import { lineOf, type Event } from '../data/events.ts';
import { withoutLastFeed } from './chunks.ts';
import { BOTH, type Asked, type Operation } from './operation.ts';
import { readChoice, readDays, readInteger, readTexts } from './parameters.ts';
import { invalid, type Reply } from './reply.ts';
import { compares, readWhere, type Test } from './where.ts';

const MOST_EVENTS = 100_000;

export const EXPORT: Operation = {
  path: '/api/2.0/export',
  family: 'export',
  open: BOTH,
  parameters: ['from_date', 'to_date', 'event', 'where', 'limit', 'time_in_ms'],
  required: ['from_date', 'to_date'],
  answer: exported,
};

function exported(asked: Asked): Reply {
  const { world, url, parameters } = asked;
  const { from, to } = readDays(url, parameters, world.calendar.today);
  const names = readTexts(url, parameters, 'event');
  const limit = readInteger(url, parameters, 'limit', { from: 1, to: MOST_EVENTS }) ?? Infinity;
  const inMs = readChoice(url, parameters, 'time_in_ms', ['true', 'false']) === 'true';
  const test = readFilter(asked);
  const isWanted = (event: Event) => (names?.includes(event.event) ?? true) && (test?.(event.time) ?? true);

  function* lines(): Generator<string> {
    let left = limit;
    for (const day of world.events.days) {
      if (day < from || day > to) continue;
      for (const event of world.events.of(day)) {
        if (!isWanted(event)) continue;
        if (left <= 0) return;
        left -= 1;
        yield lineOf(event, inMs);
      }
    }
  }
  // Without a charset: it is UTF-8, and nobody says so.
  const headers = { 'Content-Type': 'text/plain' };
  return {
    status: 200,
    headers,
    text: '',
    lines: () => (from % 2 === 0 ? lines() : withoutLastFeed(lines())),
  };
}

/** Of an event's time in milliseconds, in the project's own epoch as the answer has it. */
function readFilter({ url, parameters }: Asked): Test<number> | undefined {
  const { where } = parameters;
  if (where === undefined) return undefined;
  const spellings = ['properties["$time"]', 'event["$time"]'];
  const test = readWhere<number>(where, spellings, (operator, literal) => {
    const bound = timeOf(literal);
    return bound === undefined ? undefined : (time) => compares(time, operator, bound);
  });
  if (!test) throw invalid(url, 'where is no expression that can be read');
  return test;
}

function timeOf(literal: string): number | undefined {
  const seconds = /^datetime\(\s*(\d{1,11})\s*\)$/.exec(literal)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const text = /^datetime\(\s*"(\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?)"\s*\)$/.exec(literal)?.[1];
  const time = text === undefined ? NaN : Date.parse(text.length > 10 ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
