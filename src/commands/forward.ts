import { configError } from '../engine/errors.ts';
import type { Forwarding, Receiver } from '../engine/forwarding.ts';
import type { Source } from '../engine/source.ts';
import { sync } from '../engine/sync.ts';
import { besides, progressOn, silent } from '../export/progress.ts';
import { Outbox } from '../forward/outbox.ts';
import { summary } from '../forward/summary.ts';
import type { Flags, Io } from './command.ts';
import { readConfig, readStates, readTarget } from './files.ts';
import { StateFile } from './states.ts';

/** `forward`: a table's rows as messages to another API. True where every one of them was accepted. */
export async function forward<Config, Api>(io: Io<Config, Api>, flags: Flags): Promise<boolean> {
  const { source, writer, mask, log, print } = io;
  const { dryRun = false, state: stateFile = '' } = flags;
  const forwarding = forwardingOf(source, flags.stream);
  const { stream: name, limits } = forwarding;
  const config = await readConfig(io, flags.config ?? '');
  const target = await readTarget(io, forwarding, flags.to ?? '');
  const file = dryRun ? undefined : await StateFile.open(io, stateFile);
  const states = file?.all ?? (await readStates(io, stateFile, { mayLack: true }));
  const identity = forwarding.identity(target);
  expectOf(identity, states.get(name), stateFile);
  // With messages or every request on the terminal there is no place for a bar.
  const progress = dryRun || flags.debug ? silent : await progressOn(process.stderr, 1);
  const runtime = { ...io, log: besides(progress, log) };
  const printer: Receiver = { send: (messages) => writer.writeLines(messages) };
  const waits = (until?: number) => progress.waits(until);
  const outbox = new Outbox({
    name,
    limits,
    mask,
    receiver: dryRun
      ? printer
      : forwarding.open(target, { ...runtime, onPause: waits, onResume: () => waits() }),
    messageOf: (row) =>
      forwarding.message(row, target, {
        isNamedByType: flags.eventName === 'type',
        library: { name: `source-${source.name}`, version: io.version },
      }),
    save: async (state) => file?.save([[name, { ...state, [SENT_TO]: identity }]]),
    watch: { sent: (messages) => progress.wrote(messages), waits },
  });
  try {
    return await sync({
      source,
      config,
      configured: [{ descriptor: { name }, syncMode: 'incremental' }],
      states,
      sink: { open: () => outbox, lastBeat: Infinity },
      runtime,
    });
  } finally {
    progress.stop();
    // What a dry run prints is messages, and nothing else.
    if (!dryRun) print(summary(outbox, stateFile));
    else for (const { message } of outbox.errors) log('ERROR', message);
  }
}

/** Where a state keeps what it is true of. */
const SENT_TO = 'sent_to';

/** Throws config_error where a state is of another target: what that has accepted, this one may never have seen. */
function expectOf(identity: string, state: Record<string, unknown> | undefined, path: string): void {
  if (state !== undefined && state[SENT_TO] !== identity)
    throw configError(
      `The state in ${path} was not saved by a run with this write key, region and address; name another file in --state, or delete it to send all that the API still has.`,
    );
}

/** How the rows of this stream are sent; of the only one where none is named. Throws config_error. */
function forwardingOf<Api>(
  { name: source, forwardings = [] }: Pick<Source<never, Api>, 'name' | 'forwardings'>,
  stream: string | undefined,
): Forwarding {
  const found =
    stream === undefined && forwardings.length === 1
      ? forwardings[0]
      : forwardings.find((one) => one.stream === stream);
  if (found) return found;
  if (forwardings.length === 0) throw configError(`source-${source} has no table that can be forwarded.`);
  const known = forwardings.map((one) => one.stream).join(', ');
  const asked =
    stream === undefined
      ? '--stream names no table'
      : `--stream ${JSON.stringify(stream)} cannot be forwarded`;
  throw configError(`${asked}; source-${source} has a form for: ${known}.`);
}
