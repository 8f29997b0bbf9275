import type { StreamDescriptor, SyncMode } from './messages.ts';

/** What the platform configured for one stream; keys that only concern destinations are left alone. */
export interface ConfiguredStream {
  readonly descriptor: StreamDescriptor;
  readonly syncMode: SyncMode;
  /** Those that its schema names; undefined where there is no catalog. */
  readonly columns?: ReadonlySet<string>;
}

/** A file of the platform that is not what the protocol says. The message names the place. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a ConfiguredAirbyteCatalog. Throws BadInput. */
export function parseCatalog(input: unknown): ConfiguredStream[] {
  const streams = isObject(input) ? input['streams'] : undefined;
  if (!Array.isArray(streams))
    throw new BadInput('The catalog has no "streams" list; pass a configured catalog.');
  const parsed = streams.map(parseConfigured);
  const names = parsed.map(({ descriptor }) => descriptor.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new BadInput(`The catalog names the stream ${twice} twice.`);
  return parsed;
}

function parseConfigured(entry: unknown, index: number): ConfiguredStream {
  const stream = isObject(entry) ? entry['stream'] : undefined;
  if (!isObject(entry) || !isObject(stream) || typeof stream['name'] !== 'string') {
    throw new BadInput(
      `Entry ${index + 1} of the catalog's streams has no "stream" with a name; pass a configured catalog, not what discover prints.`,
    );
  }
  const { name, namespace } = stream;
  const syncMode = entry['sync_mode'];
  if (syncMode !== 'full_refresh' && syncMode !== 'incremental') {
    const given = JSON.stringify(syncMode) ?? 'nothing';
    throw new BadInput(
      `The catalog's sync_mode for ${name} is ${given}; it must be "full_refresh" or "incremental".`,
    );
  }
  const schema = stream['json_schema'];
  const columns = isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  return {
    descriptor: { name, ...(typeof namespace === 'string' && { namespace }) },
    syncMode,
    columns: new Set(columns),
  };
}

/**
 * Reads a state file into stream name -> stream_state. `[]`, `{}` and nothing mean no state. Throws BadInput for the
 * old forms (LEGACY, GLOBAL), which this source never wrote, and for anything else.
 */
export function parseState(input: unknown): Map<string, Record<string, unknown>> {
  const states = new Map<string, Record<string, unknown>>();
  if (input === undefined || input === null || (isObject(input) && Object.keys(input).length === 0))
    return states;
  if (!Array.isArray(input)) {
    throw new BadInput(
      'The state is not a list of stream states ([{"type": "STREAM", "stream": {…}}, …], the "state" of STATE messages); mend it, start without it, or reset the connection.',
    );
  }
  for (const [index, entry] of input.entries()) {
    const { name, body } = parseStreamState(entry, index);
    states.set(name, body);
  }
  return states;
}

function parseStreamState(entry: unknown, index: number): { name: string; body: Record<string, unknown> } {
  const place = `Entry ${index + 1} of the state`;
  if (!isObject(entry))
    throw new BadInput(`${place} is not an object; start without it, or reset the connection.`);
  // The entry of a state file, or the `state` of a message as it was written to stdout.
  const held = entry['type'] === 'STATE' && isObject(entry['state']) ? entry['state'] : entry;
  const stream = held['stream'];
  const descriptor = isObject(stream) ? stream['stream_descriptor'] : undefined;
  const name = isObject(descriptor) ? descriptor['name'] : undefined;
  if (held['type'] !== 'STREAM' || typeof name !== 'string' || !isObject(stream)) {
    throw new BadInput(
      `${place} is not a stream state of this source; start without it, or reset the connection.`,
    );
  }
  const body = stream['stream_state'] ?? {};
  if (!isObject(body)) throw new BadInput(`The state of ${name} is not an object; reset that stream.`);
  return { name, body };
}
