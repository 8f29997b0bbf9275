/**
 * The Airbyte messages that a source sends, as types. https://docs.airbyte.com/platform/understanding-airbyte/airbyte-protocol
 */
export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';
export type FailureType = 'config_error' | 'transient_error' | 'system_error';
export type SyncMode = 'full_refresh' | 'incremental';

export interface StreamDescriptor {
  readonly name: string;
  readonly namespace?: string;
}

export interface AirbyteStream {
  readonly name: string;
  readonly json_schema: object;
  readonly supported_sync_modes: readonly SyncMode[];
  readonly source_defined_cursor?: boolean;
  readonly default_cursor_field?: readonly string[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
  readonly is_resumable?: boolean;
}

interface ErrorTrace {
  readonly message: string;
  readonly internal_message?: string;
  readonly stack_trace?: string;
  readonly failure_type: FailureType;
  readonly stream_descriptor?: StreamDescriptor;
}

interface StatusTrace {
  readonly stream_descriptor: StreamDescriptor;
  readonly status: StreamStatus;
  readonly reasons?: readonly [{ type: 'RATE_LIMITED'; rate_limited: { quota_reset: number } }];
}

export type Message =
  | { readonly type: 'SPEC'; readonly spec: object }
  | {
      readonly type: 'CONNECTION_STATUS';
      readonly connectionStatus: { readonly status: 'SUCCEEDED' | 'FAILED'; readonly message?: string };
    }
  | { readonly type: 'CATALOG'; readonly catalog: { readonly streams: readonly AirbyteStream[] } }
  | { readonly type: 'LOG'; readonly log: { readonly level: LogLevel; readonly message: string } }
  | {
      readonly type: 'STATE';
      readonly state: {
        readonly type: 'STREAM';
        readonly stream: { readonly stream_descriptor: StreamDescriptor; readonly stream_state: object };
        readonly sourceStats: { readonly recordCount: number };
      };
    }
  | {
      readonly type: 'TRACE';
      readonly trace: { readonly emitted_at: number } & (
        | { readonly type: 'ERROR'; readonly error: ErrorTrace }
        | { readonly type: 'STREAM_STATUS'; readonly stream_status: StatusTrace }
      );
    };

export const spec = (body: object): Message => ({ type: 'SPEC', spec: body });

export const catalog = (streams: readonly AirbyteStream[]): Message => ({
  type: 'CATALOG',
  catalog: { streams },
});

export const succeeded = (): Message => ({
  type: 'CONNECTION_STATUS',
  connectionStatus: { status: 'SUCCEEDED' },
});

export const failed = (message: string): Message => ({
  type: 'CONNECTION_STATUS',
  connectionStatus: { status: 'FAILED', message },
});

export const log = (level: LogLevel, message: string): Message => ({ type: 'LOG', log: { level, message } });

export const state = (stream: StreamDescriptor, body: object, recordCount: number): Message => ({
  type: 'STATE',
  state: {
    type: 'STREAM',
    stream: { stream_descriptor: stream, stream_state: body },
    sourceStats: { recordCount },
  },
});

/** `quotaReset` (ms since the epoch) says that the stream is waiting for the vendor's rate limit. */
export const streamStatus = (
  stream: StreamDescriptor,
  status: StreamStatus,
  at: number,
  quotaReset?: number,
): Message => ({
  type: 'TRACE',
  trace: {
    type: 'STREAM_STATUS',
    emitted_at: at,
    stream_status: {
      stream_descriptor: stream,
      status,
      ...(quotaReset !== undefined && {
        reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: Math.round(quotaReset) } }],
      }),
    },
  },
});

/** The platform shows `message` to the person and keeps the rest for whoever looks closer. */
export const errorTrace = (
  error: { failureType: FailureType; message: string; internal?: string | undefined },
  at: number,
  stream?: StreamDescriptor,
): Message => ({
  type: 'TRACE',
  trace: {
    type: 'ERROR',
    emitted_at: at,
    error: {
      message: error.message,
      ...(error.internal !== undefined && { internal_message: error.internal }),
      failure_type: error.failureType,
      ...(stream && { stream_descriptor: stream }),
    },
  },
});

/** What stands behind a record's data in its line. */
export const RECORD_END = Buffer.from('}}\n');

/** What stands before and behind a record's data in its line. */
export interface RecordFrame {
  readonly open: Buffer;
  readonly close: Buffer;
}

/** Everything of a RECORD line but its data, made once a page: a record costs one JSON.stringify of its data. */
export function recordFrame(stream: StreamDescriptor, emittedAt: number): RecordFrame {
  const { name, namespace } = stream;
  const head = JSON.stringify({
    stream: name,
    ...(namespace !== undefined && { namespace }),
    emitted_at: emittedAt,
  });
  return {
    open: Buffer.from(`{"type":"RECORD","record":${head.slice(0, -1)},"data":`),
    close: RECORD_END,
  };
}
