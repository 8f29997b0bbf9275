import pLimit, { type LimitFunction } from 'p-limit';
import type { ConfiguredStream } from '../protocol/catalog.ts';
import { configError } from './errors.ts';
import { nowhere, type Sink, type StreamOutput } from './output.ts';
import { ParentLists } from './parents.ts';
import { StreamRun, type RunInput } from './run.ts';
import type { Runtime } from './runtime.ts';
import type { Session, Source } from './source.ts';
import type { Stream } from './stream.ts';

/** Silence (ms) after which a STATE goes out: the platform ends a source that sends no RECORD or STATE for hours. */
const HEARTBEAT = 60_000;

export interface SyncInput<Config, Api> {
  readonly source: Source<Config, Api>;
  readonly config: Config;
  readonly configured: readonly ConfiguredStream[];
  readonly states: ReadonlyMap<string, Record<string, unknown>>;
  readonly sink: Sink;
  readonly runtime: Runtime;
}

/** Reads the configured streams side by side. True where every one is complete. */
export async function sync<Config, Api>(input: SyncInput<Config, Api>): Promise<boolean> {
  const { source, sink, runtime } = input;
  const runs: StreamRun<Api>[] = [];
  const tellAll = (tell: (run: StreamRun<Api>) => Promise<void>) => {
    // A reader that went away ends the run by its own signal.
    for (const run of runs) tell(run).catch(() => undefined);
  };
  const session = source.open(input.config, {
    ...runtime,
    onPause: (until) => tellAll((run) => run.rateLimited(until)),
    onResume: () => tellAll((run) => run.resumed()),
  });
  const outputs = input.configured.map(({ descriptor }) => sink.open(descriptor));
  runs.push(...makeRuns(input, session, outputs));
  let beat: Promise<unknown> | undefined;
  const heart = setInterval(() => {
    if (beat || runtime.clock.now() - sink.lastBeat < HEARTBEAT) return;
    // One at a time: a reader that takes nothing for hours must not find hours of them.
    beat = Promise.allSettled(runs.map((run) => run.heartbeat())).finally(() => (beat = undefined));
  }, HEARTBEAT / 2);
  heart.unref();
  try {
    const unknown = await refuseUnknown(input, outputs);
    // A list that nobody asked for counts through the streams that need it.
    const complete = await Promise.all(runs.map(async (run) => (await run.run()) || !run.isAsked));
    // A run that was stopped has dropped some of what it counted.
    for (const { name, total } of runtime.signal.aborted ? [] : outputs)
      if (!unknown.has(name)) runtime.log('INFO', `${name}: ${total} records`);
    return complete.every(Boolean) && unknown.size === 0;
  } finally {
    clearInterval(heart);
  }
}

/** A run for each configured stream, and one that writes nothing for each list that only their children need. */
function makeRuns<Config, Api>(
  { source, configured, states, runtime }: SyncInput<Config, Api>,
  session: Session<Api>,
  outputs: readonly StreamOutput[],
): StreamRun<Api>[] {
  const streams = new Map(source.streams.map((stream) => [stream.name, stream]));
  const chosen = configured.flatMap(({ descriptor, syncMode, columns }, index) => {
    const stream = streams.get(descriptor.name);
    return stream
      ? [{ stream, incremental: syncMode === 'incremental', columns, output: outputs[index] ?? nowhere }]
      : [];
  });
  const parents = new ParentLists(chosen.map(({ stream }) => stream));
  const unasked = parents.streams
    .filter((stream) => chosen.every((one) => one.stream !== stream))
    .map((stream) => ({ stream, incremental: false, columns: undefined, output: nowhere }));
  const shared: Omit<
    RunInput<Api>,
    'stream' | 'incremental' | 'columns' | 'output' | 'state' | 'limit' | 'places'
  > = {
    session,
    parents,
    now: () => runtime.clock.now(),
    log: runtime.log,
    signal: runtime.signal,
  };
  const all = [...unasked, ...chosen];
  const common = new Map(all.map(({ stream }) => [stream.quota, pLimit(session.concurrency)]));
  // Who waits for a limit of its own must not keep the others' places meanwhile.
  const limitOf = ({ requestsPerMinute, quota }: Stream<Api>) =>
    requestsPerMinute === undefined
      ? (common.get(quota) ?? pLimit(session.concurrency))
      : pLimit(Math.min(session.concurrency, requestsPerMinute));
  const isAlone = ({ quota }: Stream<Api>) => all.filter(({ stream }) => stream.quota === quota).length === 1;
  const placesOf = (stream: Stream<Api>, { concurrency }: LimitFunction) =>
    isAlone(stream) ? concurrency : Math.max(1, concurrency - 1);
  return (
    all
      // The lists that others wait for come first.
      .sort((a, b) => Number(parents.of(a.stream) === undefined) - Number(parents.of(b.stream) === undefined))
      .map((one) => {
        const limit = limitOf(one.stream);
        const state = states.get(one.stream.name);
        return new StreamRun({ ...shared, ...one, limit, places: placesOf(one.stream, limit), state });
      })
  );
}

/** A stream that the catalog names and this source does not have: said so, while the others are read. */
async function refuseUnknown<Config, Api>(
  { source, configured }: SyncInput<Config, Api>,
  outputs: readonly StreamOutput[],
): Promise<ReadonlySet<string>> {
  const names = new Set(source.streams.map(({ name }) => name));
  const unknown = outputs.filter((_, index) => !names.has(configured[index]?.descriptor.name ?? ''));
  for (const output of unknown) {
    await output.status('STARTED');
    await output.status('INCOMPLETE');
    await output.failure(
      configError(
        `The catalog names the stream ${output.name}, which source-${source.name} does not have; ` +
          'refresh the schema and save the connection.',
      ),
    );
  }
  return new Set(unknown.map(({ name }) => name));
}
