import type { Log } from '../engine/source.ts';
import { sync } from '../engine/sync.ts';
import { Folder, replaceFile } from '../export/folder.ts';
import { progressOn, silent, type Progress } from '../export/progress.ts';
import { select } from '../export/selection.ts';
import { FileSink, type StreamFile } from '../export/sink.ts';
import { summary } from '../export/summary.ts';
import type { Flags, Io } from './command.ts';
import { readConfig, readStates } from './files.ts';

/** `export`: tables as files, for people without a platform. True where every file was written. */
export async function exportFiles<Config, Api>(io: Io<Config, Api>, flags: Flags): Promise<boolean> {
  const { source, clock, mask, log, print } = io;
  const { streams, view, format = 'csv', state: stateFile } = flags;
  const config = await readConfig(io, flags.config ?? '');
  if (streams === undefined && view === undefined) sayWhatIsLeft(io);
  const wish = { streams, view, format, isIncremental: stateFile !== undefined };
  const selected = new Map(select(source, wish, clock.now()).map((one) => [one.stream.name, one]));
  const states =
    stateFile === undefined ? new Map<string, never>() : await readStates(io, stateFile, { mayLack: true });
  // What cannot be saved is better known before the work than after it.
  if (stateFile !== undefined) await saveStates(stateFile, states, []);
  const folder = await Folder.open(flags.out ?? '');
  // With every request in the log there is no place for a bar.
  const progress = flags.debug ? silent : await progressOn(process.stderr, selected.size);
  const sink = new FileSink({ folder, targets: selected, mask, progress });
  try {
    const complete = await sync({
      source,
      config,
      configured: [...selected].map(([name, { isIncremental }]) => ({
        descriptor: { name },
        syncMode: isIncremental ? 'incremental' : 'full_refresh',
      })),
      states,
      sink,
      runtime: { ...io, log: besides(progress, log) },
    });
    // After the files: a state that speaks of rows that are in none of them would lose these.
    const written = sink.files.filter(
      ({ name, isComplete }) => isComplete && selected.get(name)?.isIncremental,
    );
    if (stateFile !== undefined) await saveStates(stateFile, states, written);
    return complete;
  } finally {
    progress.stop();
    await folder.close();
    print(summary(sink.files));
  }
}

/** A log that does not disturb the bar; what is only told with --debug is told without one. */
const besides =
  (progress: Progress, log: Log): Log =>
  (level, message) => {
    if (level === 'WARN' || level === 'ERROR') progress.aside(() => log(level, message));
    else log(level, message);
  };

/** What leaves a trace at the customer's is only read for whoever asks for it by name. */
function sayWhatIsLeft<Config, Api>({ source, log }: Io<Config, Api>): void {
  for (const { name } of source.streams.filter(({ leavesTrace }) => leavesTrace))
    log(
      'WARN',
      `${name} is left out, as reading it leaves a trace in the workspace; name it in --streams to have it.`,
    );
}

/** The states of what was written in full, and all others as they were. */
async function saveStates(
  path: string,
  before: ReadonlyMap<string, object>,
  files: readonly StreamFile[],
): Promise<void> {
  const states = new Map([...before, ...files.map(({ name, lastState }) => [name, lastState] as const)]);
  const entries = [...states].map(([name, body]) => ({
    type: 'STREAM',
    stream: { stream_descriptor: { name }, stream_state: body },
  }));
  await replaceFile(path, `${JSON.stringify(entries, undefined, 2)}\n`);
}
