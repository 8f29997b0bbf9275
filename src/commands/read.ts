import { MessageSink } from '../engine/output.ts';
import { sync } from '../engine/sync.ts';
import { parseCatalog } from '../protocol/catalog.ts';
import type { Flags, Io } from './command.ts';
import { parsed, readConfig, readJson, readStates } from './files.ts';

/** `read`: the configured streams' records. True where every stream is complete. */
export async function read<Config, Api>(io: Io<Config, Api>, flags: Flags): Promise<boolean> {
  const config = await readConfig(io, flags.config ?? '');
  const catalogFile = await readJson('catalog', flags.catalog ?? '');
  const configured = parsed(() => parseCatalog(catalogFile));
  const states = flags.state === undefined ? new Map<string, never>() : await readStates(io, flags.state);
  return sync({
    source: io.source,
    config,
    configured,
    states,
    sink: new MessageSink(io.writer, () => io.clock.now()),
    runtime: io,
  });
}
