/** Airbyte messages as whoever runs a connector sees them, and the files that it is handed. */
export interface Message {
  readonly type: string;
  readonly record?: { readonly stream: string; readonly data: Readonly<Record<string, unknown>> };
  readonly state?: { readonly stream: { readonly stream_descriptor: { readonly name: string } } };
  readonly trace?: {
    readonly emitted_at: number;
    readonly error?: { readonly message: string };
    readonly stream_status?: {
      readonly stream_descriptor: { readonly name: string };
      readonly status: string;
    };
  };
  readonly log?: { readonly level: string; readonly message: string };
  readonly connectionStatus?: { readonly status: string; readonly message?: string };
  readonly catalog?: { readonly streams: readonly CatalogStream[] };
  readonly spec?: object;
}

export interface CatalogStream {
  readonly name: string;
  readonly json_schema: object;
  readonly supported_sync_modes: readonly string[];
  readonly default_cursor_field?: readonly string[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
}

/** Where each type of message has what it says. */
const BODIES: Readonly<Record<string, string>> = {
  SPEC: 'spec',
  CONNECTION_STATUS: 'connectionStatus',
  CATALOG: 'catalog',
  LOG: 'log',
  RECORD: 'record',
  STATE: 'state',
  TRACE: 'trace',
};

/** The messages in an output. Throws where a line is none. */
export function messagesOf(stdout: string): Message[] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw new Error('the output does not end with a line break');
  return lines.map((line) => {
    const message = JSON.parse(line) as Message & Record<string, unknown>;
    const body = BODIES[message.type];
    if (body === undefined || typeof message[body] !== 'object')
      throw new Error(`not an Airbyte message: ${line.slice(0, 200)}`);
    return message;
  });
}

/** The catalog that a platform hands back: incremental where it can be, unless all is to be read in full. */
export function configured(streams: readonly CatalogStream[], mode: 'incremental' | 'full_refresh'): object {
  return {
    streams: streams.map((stream) => {
      const incremental = mode === 'incremental' && stream.supported_sync_modes.includes('incremental');
      return {
        stream,
        sync_mode: incremental ? 'incremental' : 'full_refresh',
        destination_sync_mode: incremental ? 'append_dedup' : 'overwrite',
        ...(incremental && { cursor_field: stream.default_cursor_field }),
        primary_key: stream.source_defined_primary_key,
      };
    }),
  };
}

/** The state file that a platform hands back: the last state of each stream. */
export function lastStates(messages: readonly Message[]): object[] {
  const last = new Map<string, object>();
  for (const { state } of messages) {
    if (state) last.set(state.stream.stream_descriptor.name, { type: 'STREAM', stream: state.stream });
  }
  return [...last.values()];
}

/** Records, table by table. */
export function counts(messages: readonly Message[]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const { record } of messages) if (record) rows[record.stream] = (rows[record.stream] ?? 0) + 1;
  return rows;
}

/** Those of the tables whose last status is not COMPLETE, or that have none. */
export function unfinished(messages: readonly Message[], tables: readonly string[]): string[] {
  const last = new Map<string, string>();
  for (const { trace } of messages) {
    if (trace?.stream_status)
      last.set(trace.stream_status.stream_descriptor.name, trace.stream_status.status);
  }
  return tables.filter((table) => last.get(table) !== 'COMPLETE');
}
