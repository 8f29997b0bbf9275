/** What is copied of an export's line is the row that is made of it when it is read. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Incoming } from '../../../sandbox/kit/delivery.ts';
import type { Row } from '../../../src/engine/stream.ts';
import { parseJson } from '../../../src/http/json.ts';
import { roomFor, RowCopier } from '../../../src/sources/mixpanel/event-bytes.ts';
import { eventTime } from '../../../src/sources/mixpanel/event-time.ts';
import { spreader } from '../../../src/sources/mixpanel/properties.ts';
import { event } from '../../../src/sources/mixpanel/schemas.ts';
import { anyCharacter } from '../../support/characters.ts';
import { network } from '../../support/network.ts';
import { project, readOne } from './lab.ts';

const OWN: ReadonlySet<string> = new Set(Object.keys(event.properties));
const timeOf = eventTime({ credentials: { auth_type: 'project_secret', api_secret: '' } });
const spread = spreader({ credentials: { auth_type: 'project_secret', api_secret: '' } }, OWN, {
  taken: ['time', 'distinct_id'],
});
const copier = new RowCopier(timeOf, OWN);

/** The row as JSON; undefined where the line has to be read. Nothing is written beyond the room. */
function copied(line: string): string | undefined {
  const from = Buffer.from(`${line}\n`);
  const out = Buffer.alloc(roomFor(from.length));
  const end = copier.copy(from, 0, out, 0);
  expect(end).toBeLessThanOrEqual(out.length);
  return end < 0 ? undefined : out.toString('utf8', 0, end);
}

function read(line: string): Row {
  const { event: name, properties } = parseJson(line) as { event: string; properties: Row };
  const { time = null, distinct_id: id = null } = properties;
  return spread({ event: name, time: timeOf(time), time_epoch: time, distinct_id: id }, properties);
}

const NAMES = ['event', 'Event', 'time', 'TIME', 'time_epoch', 'distinct_id', 'Distinct_ID', 'properties', '']
  .concat([
    '$city',
    '$',
    '$time',
    'mp_reserved_city',
    'mp_property_',
    'mp_reserved',
    'mp_lib',
    'MP_RESERVED_x',
  ])
  .concat(['__proto__', '1', 'ünï', 'İd', 'ſ', '\u2028', 'a"b', 'a\\b', '漢', 'mail', 'edge', 'tame']);
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: anyCharacter, maxLength: 5 }));
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer({ min: -1, max: 2_000_000_000_000 }),
  fc.string({ unit: anyCharacter, maxLength: 5 }),
);
const properties = fc.dictionary(name, value, { maxKeys: 8, noNullPrototype: true });

test('whatever properties there are, and whatever they are called', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 8 }), properties, (called, held) => {
      const line = JSON.stringify({ event: called, properties: held });
      const row = copied(line);
      if (row !== undefined) expect(JSON.parse(row)).toEqual(read(line));
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['a time in seconds', '"time":1700000000'],
  ['a time with a fraction', '"time":1700000000.5'],
  ['no time', '"a":1'],
  ['a time that is none', '"time":null'],
  ['a time beyond all dates', '"time":99999999999999'],
  ['an id that is a number', '"distinct_id":7,"time":1'],
  ['digits that a double cannot hold', '"time":1,"id":12345678901234567890,"$l":[-9007199254740993]'],
])('copied is a line with %s', (_, held) => {
  const line = `{"event":"a","properties":{${held}}}`;
  expect(JSON.parse(copied(line) ?? '')).toEqual(read(line));
});

test.each([
  ['a time that is a text', '{"event":"a","properties":{"time":"2026-01-01"}}'],
  ['escapes in a name', '{"event":"a","properties":{"tim\\u0065":1}}'],
  ['no property', '{"event":"a","properties":{}}'],
  ['another order', '{"properties":{"a":1},"event":"a"}'],
  ['something beside', '{"event":"a","properties":{"a":1},"b":2}'],
  ['something behind', '{"event":"a","properties":{"a":1}} '],
  ['a carriage return', '{"event":"a","properties":{"a":1}}\r'],
  ['an end that is missing', '{"event":"a","properties":{"a":1}'],
  ['a name that is none', '{"event":1,"properties":{"a":1}}'],
])('to be read is a line with %s', (_, line) => expect(copied(line)).toBeUndefined());

test('most lines of an export are copied', async () => {
  const sandbox = project({ quotas: false });
  let body = '';
  network.answerBy({
    serve: (asked: Incoming) => {
      const answer = sandbox.serve(asked);
      const chunks = [...(answer?.chunks?.() ?? [])];
      body += Buffer.concat(chunks).toString();
      return answer && { ...answer, ...(answer.chunks && { chunks: () => chunks }) };
    },
  });
  await readOne(sandbox, 'export');
  const lines = body.split('\n').filter((line) => line.startsWith('{"event"'));
  const taken = lines.filter((line) => copied(line) !== undefined);
  expect(taken.length / lines.length).toBeGreaterThan(0.8);
});
