import type { Columns } from '../engine/source.ts';
import type { Stream } from '../engine/stream.ts';
import { catalog, type AirbyteStream } from '../protocol/messages.ts';
import type { Flags, Io } from './command.ts';
import { readConfig } from './files.ts';

/** `discover`: the tables, from the registry; the API is asked only for columns that nobody else knows. */
export async function discover<Config>(io: Io<Config>, { config: path }: Flags): Promise<boolean> {
  const { source } = io;
  const config = path === undefined ? undefined : await readConfig(io, path);
  const columns = config === undefined ? undefined : await source.columns?.(config, io);
  await io.writer.write(catalog(source.streams.map((stream) => describe(stream, columns?.get(stream.name)))));
  return true;
}

function describe(stream: Stream<never>, columns?: Columns): AirbyteStream {
  const { name, description, schema, primaryKey, cursor, isSnapshot, parent } = stream;
  return {
    name,
    // Nothing else of the protocol says what a table costs, or that it leaves a trace.
    json_schema: { description, ...schema, properties: { ...schema.properties, ...columns } },
    supported_sync_modes: cursor === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'],
    ...(cursor !== undefined && {
      source_defined_cursor: true,
      default_cursor_field: [cursor],
    }),
    ...((cursor !== undefined || (isSnapshot && !parent)) && { is_resumable: true }),
    source_defined_primary_key: primaryKey.map((field) => [field]),
  };
}
