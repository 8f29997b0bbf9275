import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BadInput, parseCatalog, parseState } from '../../src/protocol/catalog.ts';

const entry = (name: unknown, sync_mode: unknown = 'full_refresh', more = {}) => ({
  stream: { name, json_schema: {}, ...more },
  sync_mode,
  destination_sync_mode: 'append',
});

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('a configured catalog', () => {
  test('gives each stream its mode, in order; what concerns destinations is left alone', () => {
    const streams = [
      { ...entry('users'), generation_id: 3, minimum_generation_id: 0, sync_id: 1, primary_key: [['id']] },
      { ...entry('audit_events', 'incremental'), cursor_field: ['timestamp'], destination_sync_mode: 'new' },
    ];
    expect(parseCatalog({ streams })).toEqual([
      { descriptor: { name: 'users' }, syncMode: 'full_refresh', columns: new Set() },
      { descriptor: { name: 'audit_events' }, syncMode: 'incremental', columns: new Set() },
    ]);
  });

  test('keeps the namespace exactly, and has none where none is given', () => {
    const given = ['eu', '', null, undefined].map((namespace, index) =>
      entry(`s${index}`, 'full_refresh', { namespace }),
    );
    const parsed = parseCatalog({ streams: given }).map(({ descriptor }) => descriptor);
    expect(parsed.map(({ namespace }) => namespace)).toEqual(['eu', '', undefined, undefined]);
    expect(Object.keys(parsed[2] ?? {})).toEqual(['name']);
  });

  test('has the columns that a schema names, and none where it names none', () => {
    const schemas = [{ properties: { id: {} } }, { properties: {} }, {}, null, undefined, { properties: [] }];
    const streams = schemas.map((json_schema, index) => entry(`s${index}`, 'full_refresh', { json_schema }));
    const columns = parseCatalog({ streams }).map((one) => [...(one.columns ?? ['all'])]);
    expect(columns).toEqual([['id'], [], [], [], [], []]);
  });

  test('may be empty', () => expect(parseCatalog({ streams: [] })).toEqual([]));

  test.each([
    undefined,
    null,
    [],
    {},
    'x',
    7,
    { streams: null },
    { streams: {} },
    { catalog: { streams: [] } },
  ])('%p has no streams list', (input) => expect(refusal(() => parseCatalog(input))).toContain('"streams"'));

  test.each([null, 'users', [], {}, { stream: null }, { stream: 'users' }, { stream: {} }, entry(7)])(
    'an entry %p is refused by its place',
    (bad) => expect(refusal(() => parseCatalog({ streams: [entry('a'), bad] }))).toContain('Entry 2'),
  );

  test.each([undefined, null, 'INCREMENTAL', '', 7])('a sync_mode %p is refused by its stream', (mode) => {
    const streams = [{ stream: { name: 'users' }, sync_mode: mode }];
    const words = refusal(() => parseCatalog({ streams }));
    expect(words).toContain('users');
    expect(words).toContain('sync_mode');
  });

  test('that names a stream twice is refused', () => {
    expect(refusal(() => parseCatalog({ streams: [entry('a'), entry('b'), entry('a')] }))).toContain(
      'a twice',
    );
  });

  test('whatever it is, it is read or refused, never a crash', () => {
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.record({ streams: fc.array(fc.oneof(fc.jsonValue(), fc.record({ stream: fc.jsonValue() }))) }),
    );
    fc.assert(
      fc.property(junk, (input) => {
        try {
          parseCatalog(input);
        } catch (error) {
          expect(error).toBeInstanceOf(BadInput);
        }
      }),
    );
  });
});

describe('a state file', () => {
  const streamState = (name: unknown, stream_state?: unknown) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, ...(stream_state !== undefined && { stream_state }) },
  });

  test.each([undefined, null, {}, []])('%p is no state', (input) => expect(parseState(input).size).toBe(0));

  test('gives each stream its own, also with keys of the platform beside it', () => {
    const input = [
      { ...streamState('a', { cursor: '1' }), sourceStats: { recordCount: 1 }, id: 7 },
      streamState('b', null),
      streamState('c'),
      streamState('__proto__', { x: 1 }),
    ];
    expect([...parseState(input)]).toEqual([
      ['a', { cursor: '1' }],
      ['b', {}],
      ['c', {}],
      ['__proto__', { x: 1 }],
    ]);
  });

  test('can be messages as they were written; the last of a stream counts', () => {
    const message = (body: object) => ({ type: 'STATE', state: streamState('a', body) });
    expect(parseState([message({ cursor: '1' }), message({ cursor: '2' })]).get('a')).toEqual({
      cursor: '2',
    });
  });

  test.each([
    ['a text', 'x'],
    ['a number', 0],
    ['no', false],
    ['the old form', { type: 'LEGACY', data: { a: 1 } }],
    ['the old form without its type', { a: { cursor: '1' } }],
    ['one stream alone', streamState('a')],
  ])('%s is not a list', (_, input) =>
    expect(refusal(() => parseState(input))).toMatch(/not a list.*start without it|reset/s),
  );

  test.each([
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['empty', {}],
    ['GLOBAL', { type: 'GLOBAL', global: { stream_states: [streamState('a')] } }],
    ['LEGACY', { type: 'LEGACY', data: {} }],
    ['without its type', { stream: streamState('a').stream }],
    ['without a stream', { type: 'STREAM' }],
    ['without a descriptor', { type: 'STREAM', stream: { stream_state: {} } }],
    ['without a name', { type: 'STREAM', stream: { stream_descriptor: {}, stream_state: {} } }],
    ['with a number as its name', streamState(7)],
  ])('an entry that is %s is refused by its place', (_, bad) => {
    expect(refusal(() => parseState([streamState('a'), bad]))).toContain('Entry 2');
  });

  test.each([[[]], ['x'], [7], [true]])('a stream_state %p is refused by its stream', (body) => {
    expect(refusal(() => parseState([streamState('users', body)]))).toContain('users');
  });

  test('whatever it is, it is read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.record({ stream: fc.jsonValue() }))), (input) => {
        try {
          parseState(input);
        } catch (error) {
          expect(error).toBeInstanceOf(BadInput);
        }
      }),
    );
  });
});
