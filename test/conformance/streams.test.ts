/**
 * Every registered stream through the same checks, against the sandbox: what holds for one table holds for all, and a
 * table that is added is tested without a word here.
 */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { JsonSchema } from '../../src/engine/schema.ts';
import { TestClock } from '../support/clock.ts';
import { keyText, story, timesOf, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { lastStates, type ReadingOptions, type ReadResult } from '../support/reading.ts';
import { comparable } from '../support/truth.ts';
import { readAs } from '../support/vendors/vendor.ts';
import { WORLDS } from './worlds.ts';

// A column can be called like something that every object has, such as `constructor`.
const ajv = new Ajv({ strict: false, allowUnionTypes: true, ownProperties: true });
formats.default(ajv);

const TABLES = WORLDS.flatMap((world) => {
  const sandbox = world.vendor.create(world.options);
  return world.vendor.tables.map((stream) => ({ ...world, sandbox, stream, name: stream.name }));
});

describe.each(TABLES)('$vendor.name: $name', ({ vendor, sandbox, long, config, stream, name }) => {
  const { primaryKey, schema, cursor } = stream;
  const { tables, keys } = sandbox.workspace;
  const truthOf = (table: string): Row[] => [...(tables[table]?.() ?? [])].map(comparable);
  const truth = new Map(truthOf(name).map((row) => [keyText(row, primaryKey), row]));
  /** From before the sandbox's first month, and without a second look that could hide a gap. */
  const allOfIt = { ...config, ...vendor.onceOnly, page_size: 200 };
  const readIt = (of: ReadingOptions & { sandbox?: typeof sandbox; config: object }) =>
    readAs(vendor, { sandbox, streams: [name], ...of });
  beforeAll(() => network.answerBy(sandbox));
  afterEach(() => network.answerBy(sandbox));

  let usual: ReadResult;
  beforeAll(async () => {
    usual = await readIt({ config });
  });

  test('says what it costs as the others do, where it costs more than its pages', () => {
    const { requestsPerMinute, description, parent, windows } = stream;
    if (parent ?? windows) expect(description).toMatch(/; (one|two) requests? per /);
    if (requestsPerMinute !== undefined)
      expect(description).toMatch(
        new RegExp(
          `; (one|two) requests? per [^;]+, ${requestsPerMinute} a minute(: [^;]+ / ${requestsPerMinute} minutes)?$`,
        ),
      );
    expect(description).not.toMatch(/; (alpha|beta)$/);
  });

  test('names what its fields refer to: tables and columns that there are', () => {
    for (const [field, tables] of Object.entries(stream.refersTo ?? {})) {
      const held = field
        .split('.')
        .reduce<JsonSchema | undefined>((node, name) => (node?.items ?? node)?.properties?.[name], schema);
      expect([field, held?.type]).toEqual([field, expect.anything()]);
      expect(vendor.tables.map((one) => one.name)).toEqual(expect.arrayContaining([...tables]));
    }
  });

  test('says so where its rows have the ids of another table', () => {
    const own = [...truth.values()].map(({ id }) => id);
    const idsOf = (table: string) => new Set(truthOf(table).map(({ id }) => id));
    const holders = vendor.tables.filter(
      (other) =>
        other.name !== name &&
        other.primaryKey.join() === 'id' &&
        own.every((id) => id !== undefined && idsOf(other.name).has(id)),
    );
    if (stream.parent && primaryKey.includes('id') && holders.length > 0)
      expect(stream.refersTo?.['id']).toEqual(expect.arrayContaining(holders.map((one) => one.name)));
  });

  test('is in the sandbox with rows and the same key', () => {
    expect(truth.size).toBeGreaterThan(0);
    expect([...primaryKey].sort()).toEqual([...(keys[name] ?? [])].sort());
  });

  test('has a key and a cursor that its schema declares as never null, and scalar', () => {
    const scalar = ['string', 'integer', 'number', 'boolean'];
    for (const field of [...primaryKey, ...(cursor === undefined ? [] : [cursor])]) {
      const types = [schema.properties[field]?.type].flat();
      // Only a row that is told from others needs its place in time; and where all windows are one it needs none.
      const isFree = primaryKey.length === 0 || (field === cursor && stream.windows?.unit === 'span');
      expect(isFree ? types.filter((type) => type !== 'null') : types).toEqual([expect.anything()]);
      expect(scalar).toEqual(expect.arrayContaining(types.filter((type) => type !== 'null')));
    }
  });

  test('is read to the last row, each as often as it is there, as the API has it', async () => {
    const { complete, messages } = await readIt({ config: { ...config, ...vendor.byValue, page_size: 50 } });
    expect(complete).toBe(true);
    const records = story(messages, name).records.map(comparable);
    const times = timesOf(records, primaryKey);
    expect(times).toEqual(timesOf(truthOf(name), primaryKey));
    if (primaryKey.length > 0) expect(times.size).toBe(records.length);
    expect(new Map(records.map((row) => [keyText(row, primaryKey), row]))).toEqual(truth);
  });

  if (stream.readLines)
    test('is the same whether its rows are made objects or not, as nobody looks into them', async () => {
      const { secrets, parent, joins, isSnapshot } = stream;
      expect(primaryKey).toEqual([]);
      expect([secrets, parent, joins, isSnapshot, 'inject' in stream].filter(Boolean)).toEqual([]);
      const rows = async (asObjects: boolean) => {
        const { complete, messages } = await readIt({ config: { ...config, ...vendor.byValue }, asObjects });
        expect(complete).toBe(true);
        return timesOf(story(messages, name).records, []);
      };
      expect(await rows(false)).toEqual(await rows(true));
    });

  test('fits its schema, with undeclared top-level fields refused', async () => {
    const runtime = {
      clock: new TestClock(sandbox.workspace.now()),
      log: () => undefined,
      signal: new AbortController().signal,
    };
    const discovered = await vendor.source().columns?.(vendor.config(sandbox, config), runtime);
    // What a vendor says of the types of columns that only it knows is of some of their values.
    const free = Object.keys(discovered?.get(name) ?? {}).map((column) => [column, {}] as const);
    const properties = { ...Object.fromEntries(free), ...schema.properties };
    const isValid = ajv.compile({ ...schema, properties, additionalProperties: false });
    for (const row of story(usual.messages, name).records) {
      if (!isValid(row)) throw new Error(`${ajv.errorsText(isValid.errors)}: ${JSON.stringify(row)}`);
    }
  });

  test('lets no secret out', () => {
    expect(usual.text).not.toContain('s3cr3t');
    for (const secret of vendor.secrets(sandbox)) expect(usual.text).not.toContain(secret);
  });

  test('keeps the order STARTED, RUNNING, records and states, final STATE, COMPLETE, with exact counts', () => {
    const { messages: told, states, statuses, records } = story(usual.messages, name);
    expect(statuses).toEqual(['STARTED', 'RUNNING', 'COMPLETE']);
    expect(told[0]?.trace?.stream_status?.status).toBe('STARTED');
    expect(told[1]?.trace?.stream_status?.status).toBe('RUNNING');
    expect(told.at(-2)?.type).toBe('STATE');
    expect(told.at(-1)?.trace?.stream_status?.status).toBe('COMPLETE');
    let since = 0;
    for (const { type, state } of told) {
      if (type === 'RECORD') since += 1;
      if (!state) continue;
      expect(state.type).toBe('STREAM');
      expect(state.sourceStats.recordCount).toBe(since);
      since = 0;
    }
    expect(since).toBe(0);
    expect(states.reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0)).toBe(records.length);
  });

  test('reads the same twice', async () => {
    const rows = ({ messages }: ReadResult) =>
      story(messages, name)
        .records.map((row) => JSON.stringify(comparable(row)))
        .sort();
    const again = await readIt({ mode: 'full_refresh', config: { ...config, page_size: 200 } });
    expect(rows(again)).toEqual(rows(usual));
  });

  test('started again from its states, the first, the last and some between, reaches the same rows', async () => {
    const first = await readIt({ config: allOfIt });
    const { messages, states } = story(first.messages, name);
    const step = Math.ceil(states.length / 8);
    const written = new Set<string>();
    let seen = 0;
    for (const { record, state } of messages) {
      if (record) written.add(keyText(comparable(record.data), primaryKey));
      if (!state) continue;
      seen += 1;
      if (seen % step !== 1 % step && seen < states.length) continue;
      const file = [{ type: 'STREAM', stream: state.stream }];
      const again = await readIt({ state: file, config: allOfIt });
      expect(again.complete).toBe(true);
      const reached = new Set([
        ...written,
        ...story(again.messages, name).records.map((row) => keyText(comparable(row), primaryKey)),
      ]);
      expect(reached).toEqual(new Set(truth.keys()));
    }
  });

  if (cursor === undefined) return;

  test('moves on: a second read brings what is new, and little else', async () => {
    const moving = vendor.create(long);
    network.answerBy(moving);
    // Also of a row that is there already what is new is that it moved.
    const versionOf = (row: Row) => `${keyText(row, primaryKey)} ${String(row[cursor])}`;
    const versions = () => new Set([...(moving.workspace.tables[name]?.() ?? [])].map(versionOf));
    const first = await readIt({ sandbox: moving, config: { ...config, page_size: 200 } });
    const known = new Set(story(first.messages, name).records.map(versionOf));
    moving.advance(3 * 24 * 3600 * 1000);
    const fresh = [...versions()].filter((version) => !known.has(version));
    expect(fresh.length).toBeGreaterThan(0);
    const state = lastStates(first.messages);
    const second = await readIt({ sandbox: moving, state, config: { page_size: 200 } });
    const brought = story(second.messages, name).records.map(versionOf);
    expect(brought).toEqual(expect.arrayContaining(fresh));
    expect(brought.length).toBeLessThan(known.size / 2);
  });

  test('reads nothing from a state in the future, and keeps it', async () => {
    const file = [
      {
        type: 'STREAM',
        stream: { stream_descriptor: { name }, stream_state: { [cursor]: '2999-01-01T00:00:00.000Z' } },
      },
    ];
    const { complete, messages } = await readIt({ state: file, config: {} });
    const { records, states } = story(messages, name);
    expect(complete).toBe(true);
    expect(records).toEqual([]);
    expect(states.map(({ stream }) => stream.stream_state)).toEqual([
      { [cursor]: '2999-01-01T00:00:00.000Z' },
    ]);
  });
});
