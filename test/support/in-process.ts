import { PassThrough } from 'node:stream';
import type { Sandbox } from '../../sandbox/segment/index.ts';
import { asConnectorError } from '../../src/engine/errors.ts';
import type { Log } from '../../src/engine/runtime.ts';
import { MessageSink } from '../../src/engine/output.ts';
import { sync } from '../../src/engine/sync.ts';
import type { Clock } from '../../src/http/clock.ts';
import { parseState } from '../../src/protocol/catalog.ts';
import { masker } from '../../src/protocol/mask.ts';
import { log as logMessage } from '../../src/protocol/messages.ts';
import { Writer } from '../../src/protocol/writer.ts';
import type { SegmentConfig } from '../../src/sources/segment/config.ts';
import { segment, segmentWith } from '../../src/sources/segment/source.ts';
import { TestClock } from './clock.ts';
import { parseMessages, type Message } from './messages.ts';

export interface ReadOptions {
  readonly sandbox: Sandbox;
  /** Table names; all tables when left out. */
  readonly streams?: readonly string[];
  readonly mode?: 'full_refresh' | 'incremental';
  readonly state?: unknown;
  readonly config?: Partial<SegmentConfig>;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Silence (ms, in real time) after which a request counts as lost. */
  readonly timeout?: number;
}

export interface ReadResult {
  readonly complete: boolean;
  readonly messages: readonly Message[];
  readonly text: string;
}

/** The engine and the source as `read` runs them, with a clock of their own. The sandbox must be listening. */
export async function read(options: ReadOptions): Promise<ReadResult> {
  const { sandbox, mode = 'incremental', clock = new TestClock(sandbox.workspace.now()) } = options;
  sandbox.goBy(() => clock.now());
  const names = options.streams ?? segment.streams.map(({ name }) => name);
  const config: SegmentConfig = { api_token: sandbox.token, page_size: 4, ...options.config };
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk));
  const writer = new Writer(out, masker([config.api_token]), () => clock.now());
  let logged = Promise.resolve();
  // All of them, as with --debug: what no log may hold, none of them may.
  const log: Log = (level, message) => {
    logged = writer.write(logMessage(level, message));
  };
  const cursors = new Map(segment.streams.map(({ name, cursor }) => [name, cursor]));
  const configured = names.map((name) => {
    return {
      descriptor: { name },
      syncMode: cursors.get(name) === undefined ? ('full_refresh' as const) : mode,
    };
  });
  const signal = options.signal ?? new AbortController().signal;
  const complete = await sync({
    source: options.timeout === undefined ? segment : segmentWith({ timeout: options.timeout }),
    config,
    configured,
    states: parseState(options.state),
    sink: new MessageSink(writer, () => clock.now()),
    runtime: { clock, log, signal },
  }).catch((error: unknown) => {
    throw asConnectorError(error);
  });
  await logged;
  out.end();
  const text = Buffer.concat(chunks).toString();
  return { complete, messages: parseMessages(text), text };
}

/** The state file that a platform would hand back: the last state of each stream. */
export function lastStates(messages: readonly Message[]): unknown[] {
  const last = new Map<string, unknown>();
  for (const { state } of messages) {
    if (state) last.set(state.stream.stream_descriptor.name, { type: 'STREAM', stream: state.stream });
  }
  return [...last.values()];
}
