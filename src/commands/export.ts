import { sync } from '../engine/sync.ts';
import { Folder } from '../export/folder.ts';
import { besides, progressOn, silent } from '../export/progress.ts';
import { select } from '../export/selection.ts';
import { FileSink } from '../export/sink.ts';
import { summary } from '../export/summary.ts';
import type { Flags, Io } from './command.ts';
import { readConfig } from './files.ts';
import { StateFile } from './states.ts';

/** `export`: tables as files, for people without a platform. True where every file was written. */
export async function exportFiles<Config, Api>(io: Io<Config, Api>, flags: Flags): Promise<boolean> {
  const { source, clock, mask, log, print } = io;
  const { streams, view, format = 'csv', state: stateFile } = flags;
  const config = await readConfig(io, flags.config ?? '');
  if (streams === undefined && view === undefined) sayWhatIsLeft(io);
  const wish = { streams, view, format, isIncremental: stateFile !== undefined };
  const selected = new Map(select(source, wish, clock.now()).map((one) => [one.stream.name, one]));
  const states = stateFile === undefined ? undefined : await StateFile.open(io, stateFile);
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
      states: states?.all ?? new Map(),
      sink,
      runtime: { ...io, log: besides(progress, log) },
    });
    // After the files: a state that speaks of rows that are in none of them would lose these.
    const written = sink.files.filter(
      ({ name, isComplete }) => isComplete && selected.get(name)?.isIncremental,
    );
    await states?.save(written.map(({ name, lastState }) => [name, lastState]));
    return complete;
  } finally {
    progress.stop();
    await folder.close();
    print(summary(sink.files));
  }
}

/** What leaves a trace at the customer's is only read for whoever asks for it by name. */
function sayWhatIsLeft<Config, Api>({ source, log }: Io<Config, Api>): void {
  for (const { name } of source.streams.filter(({ leavesTrace }) => leavesTrace))
    log(
      'WARN',
      `${name} is left out, as reading it leaves a trace in the workspace; name it in --streams to have it.`,
    );
}
