import type { Stream } from '../engine/stream.ts';
import { catalog, type AirbyteStream } from '../protocol/messages.ts';
import type { Flags, Io } from './command.ts';
import { readConfig } from './files.ts';

/** `discover`: the tables, from the registry alone; the API is not asked. */
export async function discover<Config>(io: Io<Config>, { config }: Flags): Promise<boolean> {
  if (config !== undefined) await readConfig(io, config);
  await io.writer.write(catalog(io.source.streams.map(describe)));
  return true;
}

function describe(stream: Stream<never>): AirbyteStream {
  const { name, description, schema, primaryKey, cursor } = stream;
  return {
    name,
    // Nothing else of the protocol says what a table costs, or that it leaves a trace.
    json_schema: { description, ...schema },
    supported_sync_modes: cursor === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'],
    ...(cursor !== undefined && {
      source_defined_cursor: true,
      default_cursor_field: [cursor],
      is_resumable: true,
    }),
    source_defined_primary_key: primaryKey.map((field) => [field]),
  };
}
