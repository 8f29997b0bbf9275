import { Writable } from 'node:stream';
import { asConnectorError } from '../../src/engine/errors.ts';
import { record, required, string } from '../../src/engine/schema.ts';
import type { Runtime } from '../../src/engine/runtime.ts';
import type { Session, Source, Verdict } from '../../src/engine/source.ts';
import type { Row, Stream } from '../../src/engine/stream.ts';
import { MessageSink } from '../../src/engine/output.ts';
import { sync } from '../../src/engine/sync.ts';
import { DAY } from '../../src/engine/windows.ts';
import type { SyncMode } from '../../src/protocol/messages.ts';
import { Writer } from '../../src/protocol/writer.ts';
import { FakeClock } from '../http/clock.ts';

type Api = null;
export type FakeStream = Stream<Api>;

/** A table in memory: only what the test is about has to be said. */
export const table = (
  name: string,
  read: FakeStream['read'],
  rest: Partial<Omit<FakeStream, 'name' | 'read'>> = {},
): FakeStream => ({
  name,
  description: name,
  endpoint: `GET /${name}`,
  docs: '',
  primaryKey: ['id'],
  schema: record({ id: required(string('Key')) }),
  read,
  ...rest,
});

export async function* pages(...all: readonly (readonly Row[])[]): AsyncGenerator<readonly Row[], void> {
  yield* all;
}

export const rows = (...ids: readonly string[]): Row[] => ids.map((id) => ({ id }));

/** A read that fails, after what it has given. */
export async function* failing(
  error: unknown,
  ...given: readonly (readonly Row[])[]
): AsyncGenerator<readonly Row[], void> {
  yield* given;
  throw error;
}

/** A door that reads wait at until the test opens it. */
export function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

interface StatusBody {
  stream_descriptor: { name: string; namespace?: string };
  status: string;
  reasons?: [{ type: string; rate_limited: { quota_reset: number } }];
}
export interface Line {
  type: string;
  record?: { stream: string; namespace?: string; data: Row };
  state?: {
    stream: { stream_descriptor: { name: string; namespace?: string }; stream_state: Row };
    sourceStats: { recordCount: number };
  };
  trace?: {
    type: string;
    stream_status?: StatusBody;
    error?: {
      message: string;
      internal_message?: string;
      failure_type: string;
      stream_descriptor?: { name: string };
    };
  };
}

const nameOf = ({ record: of, state, trace }: Line) =>
  of?.stream ??
  state?.stream.stream_descriptor.name ??
  trace?.stream_status?.stream_descriptor.name ??
  trace?.error?.stream_descriptor?.name;

/** A message in a word: `STARTED`, `record a`, `state 2`, `ERROR config_error`. */
const wordOf = ({ type, record: of, state, trace }: Line) => {
  if (of) return `record ${String(of.data['id'])}`;
  if (state) return `state ${state.sourceStats.recordCount}`;
  if (trace?.error) return `ERROR ${trace.error.failure_type}`;
  const status = trace?.stream_status;
  return status ? status.status + (status.reasons ? ' limited' : '') : type;
};

export interface Options {
  readonly states?: Record<string, Record<string, unknown>>;
  readonly modes?: Record<string, SyncMode>;
  readonly concurrency?: number;
  readonly startDate?: number;
  readonly lookback?: number;
  /** How far the vendor's clock is ahead of ours (ms). */
  readonly ahead?: number;
  readonly explain?: (error: unknown, stream: FakeStream, parent: Row) => Promise<Verdict>;
  readonly configured?: readonly string[];
  /** The columns that the catalog has for each table. */
  readonly columns?: ReadonlySet<string>;
  readonly windows?: Session<Api>['windows'];
  readonly namespace?: string;
  readonly stop?: AbortController;
}

/** A sync of these tables, all configured unless named. */
export function start(streams: readonly FakeStream[], options: Options = {}) {
  const clock = new FakeClock();
  const lines: Line[] = [];
  const out = new Writable({
    write(chunk: Buffer, _, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean)) lines.push(JSON.parse(line) as Line);
      done();
    },
  });
  const logs: string[] = [];
  const stop = options.stop ?? new AbortController();
  let runtime!: Runtime;
  const source: Source<null, Api> = {
    name: 'fake',
    streams,
    problems: () => [],
    check: async () => undefined,
    open: (_, lent): Session<Api> => {
      runtime = lent;
      return {
        api: null,
        startDate: options.startDate ?? clock.now() - 3 * DAY,
        lookback: options.lookback ?? 0,
        concurrency: options.concurrency ?? 4,
        includeSecrets: false,
        now: async () => clock.now() + (options.ahead ?? 0),
        ...(options.windows && { windows: options.windows }),
        explain: options.explain ?? (async (error) => ({ failure: asConnectorError(error) })),
      };
    },
  };
  const writer = new Writer(out, undefined, () => clock.now());
  const names = options.configured ?? streams.map(({ name }) => name);
  const done = sync({
    source,
    config: null,
    configured: names.map((name) => ({
      descriptor: { name, ...(options.namespace !== undefined && { namespace: options.namespace }) },
      syncMode: options.modes?.[name] ?? 'full_refresh',
      ...(options.columns && { columns: options.columns }),
    })),
    states: new Map(Object.entries(options.states ?? {})),
    sink: new MessageSink(writer, () => clock.now()),
    runtime: {
      clock,
      signal: AbortSignal.any([stop.signal, writer.gone]),
      log: (level, message) => logs.push(`${level} ${message}`),
    },
  });
  const of = (name: string) => lines.filter((line) => nameOf(line) === name);
  return {
    done,
    clock,
    lines,
    logs,
    out,
    stop,
    runtime: () => runtime,
    of,
    /** A stream's messages, each in a word. */
    story: (name: string) => of(name).map(wordOf),
    ids: (name: string) => of(name).flatMap(({ record: it }) => (it ? [String(it.data['id'])] : [])),
    states: (name: string) => of(name).flatMap(({ state }) => (state ? [state.stream.stream_state] : [])),
    error: (name: string) => of(name).find(({ trace }) => trace?.error)?.trace?.error,
  };
}

/** The same, to its end. */
export async function run(streams: readonly FakeStream[], options: Options = {}) {
  const started = start(streams, options);
  const complete = await started.done;
  return { ...started, complete };
}

/** States that say what the one before them said though records lie between: the platform fails a sync for it. */
export function repeatedStates(lines: readonly Line[]): string[] {
  const repeated: string[] = [];
  let last = '';
  let between = false;
  for (const { state, record: of } of lines) {
    between ||= of !== undefined;
    if (!state) continue;
    const body = JSON.stringify(state.stream.stream_state);
    if (between && body === last) repeated.push(body);
    [last, between] = [body, false];
  }
  return repeated;
}
