import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../../src/http/json.ts';
import { EventLines, TerminatedEarly } from '../../../src/sources/mixpanel/events.ts';

const line = (event: string, properties: object = {}) => JSON.stringify({ event, properties });
const read = (...lines: string[]) => {
  const reader = new EventLines();
  const events = lines.flatMap((one) => reader.read([one]));
  reader.end();
  return events;
};

test('each line is an event; empty ones are none', () => {
  expect(read(line('a', { x: 1 }), '', ' ', line('b'))).toEqual([
    { event: 'a', properties: { x: 1 } },
    { event: 'b', properties: {} },
  ]);
});

test('integers that a double cannot hold keep their digits, and __proto__ is a property', () => {
  const [event] = read('{"event":"a","properties":{"id":2033513821949367296,"__proto__":{"x":1}}}');
  expect(event?.properties['id']).toBe('2033513821949367296');
  expect(Object.keys(event?.properties ?? {})).toEqual(['id', '__proto__']);
});

describe('an export that ended early', () => {
  test.each(['terminated early', 'export terminated early', ' Terminated early\r'])('says %j', (words) => {
    expect(() => read(line('a'), words)).toThrow(TerminatedEarly);
    expect(() => read('{"event":"a', words)).toThrow(TerminatedEarly);
  });

  test('says so in the log', () => {
    expect(() => read('terminated early')).toThrow('terminated early');
  });

  test('is not one where an event is called so', () => {
    expect(read(line('terminated early'))).toHaveLength(1);
  });
});

describe('a line that a raw line break cut', () => {
  test.each([
    ['in a text', ['{"event":"a","properties":{"t":"x', 'y"}}'], 'x\ny'],
    ['in a text, several times', ['{"event":"a","properties":{"t":"x', '99', '', 'y"}}'], 'x\n99\n\ny'],
    ['between values', ['{"event":"a",', '"properties":{"t":"x"}}'], 'x'],
  ])('%s is put together', (_, lines, text) => {
    expect(read(...lines, line('b'))).toEqual([
      { event: 'a', properties: { t: text } },
      { event: 'b', properties: {} },
    ]);
  });
});

describe('what is no event is an error', () => {
  test.each([
    ['a line that is cut short', ['{"event":"a","prop'], 'line 1 of the export is cut short'],
    ['one before whole ones', [line('a'), '{"event":"b","pr', line('c')], 'line 2 of the export is no JSON'],
    ['a number', ['99'], 'line 1 of the export is no event'],
    ['null', ['null'], 'line 1 of the export is no event'],
    ['an object without properties', ['{"event":"a"}'], 'line 1 of the export is no event'],
    ['an error', ['{"error":"Timeout"}'], 'an error in place of an event: Timeout'],
  ])('%s', (_, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });

  test('whose words are cut to what a log line bears', () => {
    const refusal = (error: string) => () => read(JSON.stringify({ error }));
    expect(refusal('no luck '.repeat(10_000))).toThrow(/^.{500,600}$/);
    expect(refusal('first\nsecond')).toThrow(/: first second$/);
  });

  test('a broken line does not take in the whole rest', () => {
    const reader = new EventLines();
    expect(() => reader.read(['{"event":"', ...Array<string>(1000).fill('x')])).toThrow('is no JSON');
  });
});

test('however the lines are handed over, the events are the same', () => {
  const event = fc.record({ event: fc.string(), properties: fc.dictionary(fc.string(), fc.jsonValue()) });
  fc.assert(
    fc.property(fc.array(event), fc.infiniteStream(fc.integer({ min: 1, max: 3 })), (events, sizes) => {
      const lines = events.map((one) => JSON.stringify(one));
      const reader = new EventLines();
      const found: unknown[] = [];
      for (let at = 0; at < lines.length;) {
        const size = sizes.next().value as number;
        found.push(...reader.read(lines.slice(at, at + size)));
        at += size;
      }
      reader.end();
      expect(JSON.stringify(found)).toBe(JSON.stringify(lines.map(parseJson)));
    }),
  );
});
