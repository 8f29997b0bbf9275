/** An export is bytes: lines end at 0x0A and nowhere else, letters are UTF-8, numbers keep their digits, memory stays flat. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Incoming } from '../../../sandbox/kit/delivery.ts';
import type { ReadContext } from '../../../src/engine/stream.ts';
import type { MixpanelApi } from '../../../src/sources/mixpanel/api.ts';
import { mixpanelWith } from '../../../src/sources/mixpanel/source.ts';
import { events } from '../../../src/sources/mixpanel/streams/export.ts';
import { anyCharacter } from '../../support/characters.ts';
import type { Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { askedFor, configOf, project, readOne, runtimeOf, sorted, truthOf } from './lab.ts';

/** A project whose export is these bytes, in pieces of such sizes, for each day. */
function exporting(bytes: Buffer, size: () => number) {
  const sandbox = project({ quotas: false, days: 1 });
  function* chunks() {
    for (let at = 0; at < bytes.length;) {
      const end = at + Math.max(1, size());
      yield bytes.subarray(at, end);
      at = end;
    }
  }
  network.answerBy({
    serve: (asked: Incoming) => {
      const answer = sandbox.serve(asked);
      return answer && asked.url.pathname === '/api/2.0/export' ? { ...answer, chunks } : answer;
    },
  });
  return sandbox;
}

/** The properties of the only event, as the text of a record has them. */
async function recordOf(properties: string, config: object = {}): Promise<string> {
  const line = `{"event":"a","properties":{"time":1795775415123,${properties}}}\n`;
  const { text, errors } = await readOne(
    exporting(Buffer.from(line), () => 3),
    'export',
    { config },
  );
  expect(errors).toEqual([]);
  return text.split('\n').find((one) => one.includes('"RECORD"')) ?? '';
}

test('whatever the pieces are in which it comes, its lines are the same', async () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 8 }),
    fc.constantFrom(
      '\u2028',
      '\u2029',
      '\u0085',
      'Å',
      '😀',
      '漢',
      '\r',
      '\n',
      '\r\n',
      '\u001e',
      '\ufeff',
      '\\n',
    ),
  );
  const values = fc.array(text, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(values, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), async (found, sizes) => {
      const lines = found.map((x) => JSON.stringify({ event: x, properties: { time: 1795775415123, x } }));
      const sandbox = exporting(Buffer.from(lines.join('\n')), () => sizes.next().value as number);
      const { records } = await readOne(sandbox, 'export');
      expect(records.map(({ event, x }) => [event, x])).toEqual(found.map((x) => [x, x]));
    }),
    { numRuns: 40 },
  );
});

test.each([{ asObjects: true }, { asObjects: false }])('what is no UTF-8 is no event (%j)', async (how) => {
  const line = (text: string) =>
    Buffer.from(`{"event":"a","properties":{"time":1,"x":"${text}"}}\n`, 'latin1');
  const sandbox = exporting(Buffer.concat([line('fine'), line('\u00ff')]), () => 1000);
  const { complete, records, errors } = await readOne(sandbox, 'export', how);
  expect([complete, records]).toEqual([false, []]);
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('not UTF-8') })]);
});

test('a raw line break within a text does not cut the event in two', async () => {
  const sandbox = project({ quotas: false });
  sandbox.fault({ path: '/api/2.0/export', kind: 'split-line' });
  const { complete, records } = await readOne(sandbox, 'export');
  expect(complete).toBe(true);
  expect(askedFor(sandbox, '/api/2.0/export')).toHaveLength(20);
  expect(sorted(records)).toEqual(truthOf(sandbox, 'export'));
});

describe.each([
  ['columns', {}],
  ['json', { properties_as: 'json' }],
])('in %s', (_, config) => {
  test.each([
    ['2033513821949367297', '"2033513821949367297"'],
    ['-2033513821949367297', '"-2033513821949367297"'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '"9007199254740993"'],
    ['[9007199254740993,7,{"deep":9007199254740993}]', '["9007199254740993",7,{"deep":"9007199254740993"}]'],
    ['0.1', '0.1'],
    ['true', 'true'],
    ['null', 'null'],
    ['"true"', '"true"'],
    ['{"a":[1,"1",null,false]}', '{"a":[1,"1",null,false]}'],
    ['[]', '[]'],
  ])('the value %s is written as %s', async (sent, written) => {
    expect(await recordOf(`"x":${sent}`, config)).toContain(`"x":${written}`);
  });

  test('__proto__ is a property like any other', async () => {
    const record = await recordOf('"__proto__":{"polluted":true},"constructor":1', config);
    expect(record).toContain('"__proto__":{"polluted":true}');
    expect(record).toContain('"constructor":1');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a property that is called as a column of ours', () => {
  const dataOf = async (properties: string) => {
    const { record } = JSON.parse(await recordOf(properties)) as { record: { data: Row } };
    return record.data;
  };

  test('has one of its own, and ours keeps its value', async () => {
    const sent =
      '"distinct_id":"me","event":124,"time_epoch":"early","properties":{"a":1},"$time":12,"$event":"no","Time":"tea"';
    expect(await dataOf(sent)).toEqual({
      event: 'a',
      time: '2026-11-27T10:30:15.123Z',
      time_epoch: 1795775415123,
      distinct_id: 'me',
      mp_property_event: 124,
      mp_property_time_epoch: 'early',
      mp_property_properties: { a: 1 },
      mp_reserved_time: 12,
      mp_reserved_event: 'no',
      mp_property_Time: 'tea',
    });
  });

  test('names that fall together elsewhere have a column each', async () => {
    const sent =
      '"$city":1,"city":2,"mp_reserved_city":3,"mp_property_mp_reserved_city":4,"mp_lib":5,"":6,"$":7';
    expect(await dataOf(sent)).toMatchObject({
      mp_reserved_city: 1,
      city: 2,
      mp_property_mp_reserved_city: 3,
      mp_property_mp_property_mp_reserved_city: 4,
      mp_lib: 5,
      mp_property_: 6,
      mp_reserved_: 7,
    });
  });

  test('an event without a distinct_id, or with an empty one, is one', async () => {
    expect(await dataOf('"x":1')).toMatchObject({ distinct_id: null, x: 1 });
    expect(await dataOf('"distinct_id":""')).toMatchObject({ distinct_id: '' });
  });
});

type Read = (context: ReadContext<MixpanelApi>) => AsyncIterable<number>;
const FRAME = { open: Buffer.from('<'), close: Buffer.from('>\n') };

test.each<[string, Read]>([
  [
    'objects',
    async function* (context) {
      for await (const page of events.read(context)) yield page.length;
    },
  ],
  [
    'lines',
    async function* (context) {
      for await (const { count } of events.readLines?.(context, () => FRAME) ?? []) yield count;
    },
  ],
])('memory: no more of a day is made than has been taken, as %s', async (_, read) => {
  const LINES = 200_000;
  let made = 0;
  const sandbox = project({ quotas: false, days: 1 });
  function* chunks() {
    for (; made < LINES; made += 100) {
      const line = `{"event":"a","properties":{"time":1795775415123,"text":"${'x'.repeat(200)}"}}\n`;
      yield Buffer.from(line.repeat(100));
    }
  }
  network.answerBy({
    serve: (asked: Incoming) => {
      const answer = sandbox.serve(asked);
      return answer && { ...answer, chunks };
    },
  });
  const { runtime } = runtimeOf(sandbox);
  const session = mixpanelWith().open(configOf(sandbox), runtime);
  const window = { start: '2026-11-27T00:00:00.000Z', end: '2026-11-28T00:00:00.000Z' };
  let taken = 0;
  for await (const rows of read({ api: session.api, parent: {}, window, rowsOf: () => [] })) {
    taken += rows;
    expect(rows).toBeLessThan(15_000);
    expect(made - taken).toBeLessThan(15_000);
    if (taken > LINES / 2) break;
  }
  // Whoever stops closes the connection.
  expect(made).toBeLessThan(LINES * 0.6);
});
