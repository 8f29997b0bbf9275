import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

export type Row = Record<string, unknown>;

/** An Airbyte message as a reader of stdout sees it: loosely typed, because that is what is being tested. */
export interface Message {
  readonly type: string;
  readonly record?: { stream: string; data: Row; emitted_at: number };
  readonly state?: {
    type: string;
    stream: { stream_descriptor: { name: string }; stream_state: Row };
    sourceStats: { recordCount: number };
  };
  readonly trace?: {
    type: string;
    emitted_at: number;
    error?: {
      message: string;
      internal_message?: string;
      failure_type: string;
      stream_descriptor?: { name: string };
    };
    stream_status?: { stream_descriptor: { name: string }; status: string; reasons?: { type: string }[] };
  };
  readonly log?: { level: string; message: string };
  readonly connectionStatus?: { status: string; message?: string };
  readonly catalog?: { streams: CatalogStream[] };
  readonly spec?: Row;
}

export interface CatalogStream {
  name: string;
  json_schema: { properties: Record<string, Row>; additionalProperties?: boolean };
  supported_sync_modes: string[];
  source_defined_primary_key: string[][];
  source_defined_cursor?: boolean;
  default_cursor_field?: string[];
  is_resumable?: boolean;
}

const fixture = new URL('../fixtures/airbyte_protocol.json', import.meta.url);
const ajv = new Ajv({ strict: false });
formats.default(ajv);
ajv.addSchema(JSON.parse(readFileSync(fixture, 'utf8')) as object, 'airbyte');
const isMessage = ajv.compile({ $ref: 'airbyte#/definitions/AirbyteMessage' });

/** The messages of an output. Throws where a line is not one. */
export function parseMessages(text: string): Message[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the output does not end with a line break');
  return lines.map((line) => {
    const message: unknown = JSON.parse(line);
    if (!isMessage(message))
      throw new Error(`not an Airbyte message: ${ajv.errorsText(isMessage.errors)}: ${line.slice(0, 300)}`);
    return message as Message;
  });
}

/** What one stream did, in order. */
class StreamStory {
  readonly messages: readonly Message[];

  constructor(messages: readonly Message[], name: string) {
    this.messages = messages.filter((message) => streamOf(message) === name);
  }

  get records(): Row[] {
    return this.messages.flatMap(({ record }) => (record ? [record.data] : []));
  }

  get states(): NonNullable<Message['state']>[] {
    return this.messages.flatMap(({ state }) => (state ? [state] : []));
  }

  get statuses(): string[] {
    return this.messages.flatMap(({ trace }) => trace?.stream_status?.status ?? []);
  }

  get errors(): NonNullable<NonNullable<Message['trace']>['error']>[] {
    return this.messages.flatMap(({ trace }) => trace?.error ?? []);
  }
}

function streamOf({ record, state, trace }: Message): string | undefined {
  return (
    record?.stream ??
    state?.stream.stream_descriptor.name ??
    trace?.stream_status?.stream_descriptor.name ??
    trace?.error?.stream_descriptor?.name
  );
}

export const story = (messages: readonly Message[], name: string) => new StreamStory(messages, name);
export const logs = (messages: readonly Message[]) =>
  messages.flatMap(({ log }) => (log ? [log.message] : []));

/**
 * A row's key as text, for sets and maps. A row of a table without a key is all that it holds: equal ones are one in a set,
 * as nobody promises how often such a row comes where a read broke off or began again. Where nothing fails they are
 * counted (`timesOf`), and each comes as often as the API has it.
 */
export const keyText = (row: Row, key: readonly string[]): string =>
  JSON.stringify(
    key.length === 0
      ? Object.entries(asRecord(row)).sort(([a], [b]) => (a < b ? -1 : 1))
      : key.map((field) => row[field]),
  );

/** How often each row is there, by its key. */
export function timesOf(rows: Iterable<Row>, key: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const row of rows) {
    const text = keyText(row, key);
    times.set(text, (times.get(text) ?? 0) + 1);
  }
  return times;
}

/** A row of the sandbox as a record has it: integers that a double cannot hold are texts. */
export const asRecord = (row: Row): Row => JSON.parse(jsonOf(row)) as Row;

function jsonOf(row: Row): string {
  try {
    return JSON.stringify(row);
  } catch {
    // It has big integers: to be asked about each value takes several times as long.
    return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  }
}
