/**
 * Every registered stream through the same checks, against the sandbox: what holds for one table holds for all, and a
 * table that is added is tested without a word here.
 */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { createSandbox } from '../../sandbox/segment/index.ts';
import type { JsonSchema } from '../../src/engine/schema.ts';
import { segment } from '../../src/sources/segment/source.ts';
import { lastStates, read, type ReadResult } from '../support/in-process.ts';
import { keyText, story, type Row } from '../support/messages.ts';
import { network } from '../support/network.ts';
import { comparable } from '../support/truth.ts';

const NOW = '2026-11-22T10:30:15.250Z';
/** From before the sandbox's first month, and without a second look that could hide a gap. */
const ALL_OF_IT = { start_date: '2025-10-01', lookback_window_days: 0, page_size: 200 };
const sandbox = createSandbox({ now: NOW, auditEvents: 300 });
network.answerBy(sandbox);
afterEach(() => network.answerBy(sandbox));

const ajv = new Ajv({ strict: false, allowUnionTypes: true });
formats.default(ajv);

const idsOf = (name: string) => new Set([...(sandbox.workspace.tables[name]?.() ?? [])].map(({ id }) => id));

describe.each(segment.streams.map((stream) => [stream.name, stream] as const))('%s', (name, stream) => {
  const { primaryKey, schema, cursor } = stream;
  const truth = new Map<string, Row>();
  for (const row of sandbox.workspace.tables[name]?.() ?? [])
    truth.set(keyText(row, primaryKey), comparable(row));

  let usual: ReadResult;
  beforeAll(async () => {
    usual = await read({ sandbox, streams: [name], config: { start_date: '2025-10-01' } });
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
      expect(segment.streams.map((one) => one.name)).toEqual(expect.arrayContaining([...tables]));
    }
  });

  test('says so where its rows have the ids of another table', () => {
    const own = [...truth.values()].map(({ id }) => id);
    const holders = segment.streams.filter(
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
    expect([...primaryKey].sort()).toEqual([...(sandbox.workspace.keys[name] ?? [])].sort());
  });

  test('has a key and a cursor that its schema declares as never null, and scalar', () => {
    for (const field of [...primaryKey, ...(cursor === undefined ? [] : [cursor])]) {
      expect(['string', 'integer', 'number', 'boolean']).toContain(schema.properties[field]?.type);
    }
  });

  test('is read to the last row, each key once, as the API has it', async () => {
    const { complete, messages } = await read({
      sandbox,
      streams: [name],
      config: { include_secrets: true, start_date: '2025-10-01', page_size: 50 },
    });
    expect(complete).toBe(true);
    const { records } = story(messages, name);
    const read1 = new Map(records.map((row) => [keyText(row, primaryKey), comparable(row)]));
    expect(read1.size).toBe(records.length);
    expect(read1).toEqual(truth);
  });

  test('fits its schema, with undeclared top-level fields refused', () => {
    const isValid = ajv.compile({ ...schema, additionalProperties: false });
    for (const row of story(usual.messages, name).records) {
      if (!isValid(row)) throw new Error(`${ajv.errorsText(isValid.errors)}: ${JSON.stringify(row)}`);
    }
  });

  test('lets no secret out', () => {
    expect(usual.text).not.toContain('s3cr3t');
    expect(usual.text).not.toContain(sandbox.token);
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
    const config = { start_date: '2025-10-01', page_size: 200 };
    const again = await read({ sandbox, streams: [name], mode: 'full_refresh', config });
    expect(rows(again)).toEqual(rows(usual));
  });

  test('started again from its states, the first, the last and some between, reaches the same rows', async () => {
    const first = await read({ sandbox, streams: [name], config: ALL_OF_IT });
    const { messages, states } = story(first.messages, name);
    const step = Math.ceil(states.length / 8);
    const written = new Set<string>();
    let seen = 0;
    for (const { record, state } of messages) {
      if (record) written.add(keyText(record.data, primaryKey));
      if (!state) continue;
      seen += 1;
      if (seen % step !== 1 % step && seen < states.length) continue;
      const file = [{ type: 'STREAM', stream: state.stream }];
      const again = await read({ sandbox, streams: [name], state: file, config: ALL_OF_IT });
      expect(again.complete).toBe(true);
      const reached = new Set([
        ...written,
        ...story(again.messages, name).records.map((row) => keyText(row, primaryKey)),
      ]);
      expect(reached.size).toBe(truth.size);
    }
  });

  if (cursor === undefined) return;

  test('moves on: a second read brings what is new, and little else', async () => {
    const moving = createSandbox({ now: NOW, auditEvents: 300 });
    network.answerBy(moving);
    const keys = () =>
      new Set([...(moving.workspace.tables[name]?.() ?? [])].map((row) => keyText(row, primaryKey)));
    const config = { start_date: '2025-10-01', page_size: 200 };
    const first = await read({ sandbox: moving, streams: [name], config });
    const known = new Set(story(first.messages, name).records.map((row) => keyText(row, primaryKey)));
    moving.advance(3 * 24 * 3600 * 1000);
    const fresh = [...keys()].filter((key) => !known.has(key));
    expect(fresh.length).toBeGreaterThan(0);
    const second = await read({
      sandbox: moving,
      streams: [name],
      state: lastStates(first.messages),
      config: { page_size: 200 },
    });
    const brought = story(second.messages, name).records.map((row) => keyText(row, primaryKey));
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
    const { complete, messages } = await read({ sandbox, streams: [name], state: file });
    const { records, states } = story(messages, name);
    expect(complete).toBe(true);
    expect(records).toEqual([]);
    expect(states.map(({ stream }) => stream.stream_state)).toEqual([
      { [cursor]: '2999-01-01T00:00:00.000Z' },
    ]);
  });
});
