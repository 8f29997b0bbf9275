import { configError } from '../engine/errors.ts';
import { MessageSink } from '../engine/output.ts';
import { sync } from '../engine/sync.ts';
import { parseCatalog, parseState } from '../protocol/catalog.ts';
import type { Flags, Io } from './command.ts';
import { parsed, readConfig, readJson } from './files.ts';

/** `read`: the configured streams' records. True where every stream is complete. */
export async function read<Config, Api>(io: Io<Config, Api>, flags: Flags): Promise<boolean> {
  const config = await readConfig(io, flags.config ?? '');
  const catalogFile = await readJson('catalog', flags.catalog ?? '');
  const stateFile = flags.state === undefined ? undefined : await readJson('state', flags.state);
  const configured = parsed(() => parseCatalog(catalogFile));
  const states = parsed(() => parseState(stateFile));
  refuseForeign(io, [...states.keys()]);
  return sync({
    source: io.source,
    config,
    configured,
    states,
    sink: new MessageSink(io.writer, () => io.clock.now()),
    runtime: io,
  });
}

/** A state that knows none of our tables is another connector's; one unknown table may be of another version. */
function refuseForeign<Config, Api>({ source, log }: Io<Config, Api>, names: readonly string[]): void {
  const ours = new Set(source.streams.map(({ name }) => name));
  const foreign = names.filter((name) => !ours.has(name));
  if (foreign.length === 0) return;
  const list = foreign.join(', ');
  if (foreign.length === names.length) {
    throw configError(
      `The state is of another source: it speaks of ${list}, which source-${source.name} does not have; ` +
        'start without it, or reset the connection.',
    );
  }
  log('WARN', `The state speaks of ${list}, which source-${source.name} does not have; passed over.`);
}
