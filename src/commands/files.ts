import { readFile } from 'node:fs/promises';
import { configProblems, secretsOf, unknownFields, type Spec } from '../engine/config.ts';
import { configError } from '../engine/errors.ts';
import type { Forwarding } from '../engine/forwarding.ts';
import { parseJson } from '../http/json.ts';
import { BadInput, parseState } from '../protocol/catalog.ts';
import type { Io } from './command.ts';

/**
 * The JSON in a file that a flag names; null for an empty one, undefined for one that may lack and does. The parser's own words
 * are not passed on, as they quote the file, which may hold secrets.
 */
export async function readJson(flag: string, path: string, { mayLack = false } = {}): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    if (mayLack && code === 'ENOENT') return undefined;
    throw configError(`The file of --${flag} cannot be read (${code}): ${path}`);
  }
  if (text.trim() === '') return null;
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    throw configError(`The file of --${flag} is not valid JSON: ${path}`);
  }
}

/** The config of a run: hidden from the output first, then checked. Throws config_error with every problem. */
export async function readConfig<Config, Api>(io: Io<Config, Api>, path: string): Promise<Config> {
  const config = await readHidden(io, 'config', path, io.spec, io.source.otherNames);
  const unknown = unknownFields(io.spec, config);
  if (unknown.length > 0)
    io.log('WARN', `The config has fields that this source does not know: ${unknown.join(', ')}.`);
  const bySchema = configProblems(io.spec, config);
  const problems = bySchema.length > 0 ? bySchema : io.source.problems(config as Config, io.clock.now());
  if (problems.length > 0) throw configError(`The config is not usable: ${problems.join('; ')}.`);
  io.hide(io.source.secrets?.(config as Config) ?? []);
  return config as Config;
}

/**
 * Where a forwarding goes, by the file of --to: hidden from the output first, then checked. Throws config_error with every
 * problem, of which a field that nobody knows is one: it is one that was meant otherwise.
 */
export async function readTarget<Config, Api>(
  io: Io<Config, Api>,
  forwarding: Forwarding,
  path: string,
): Promise<unknown> {
  const { target: spec } = forwarding;
  const target = await readHidden(io, 'to', path, spec);
  const bySchema = configProblems(spec, target, 'it');
  const found = bySchema.length > 0 ? bySchema : forwarding.problems(target);
  if (found.length > 0) throw configError(`The file of --to is not usable: ${found.join('; ')}.`);
  return target;
}

/** What a person filled in, whose secrets never reach the output. */
async function readHidden<Config, Api>(
  io: Io<Config, Api>,
  flag: string,
  path: string,
  spec: Spec,
  otherNames: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const filled = withOneName(withoutBlanks(await readJson(flag, path)), otherNames);
  io.hide(secretsOf(spec.connectionSpecification, filled));
  return filled;
}

/** Fields without a value are fields that were left out: forms and templates write them as null or ''. */
function withoutBlanks(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== ''));
}

/** A field under another name is taken for the one that it means. Throws config_error where both are there and differ. */
function withOneName(config: unknown, otherNames: Readonly<Record<string, string>>): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  const named: Record<string, unknown> = { ...config };
  for (const [other, name] of Object.entries(otherNames)) {
    if (!Object.hasOwn(named, other)) continue;
    const { [other]: value, [name]: own = value } = named;
    if (own !== value)
      throw configError(`The config has both ${name} and ${other}, which are two names of one field.`);
    named[name] = own;
    delete named[other];
  }
  return named;
}

/** What each stream's state is: stream name -> stream_state. `mayLack`: a file that is not there yet holds none. */
export async function readStates<Config, Api>(
  io: Io<Config, Api>,
  path: string,
  { mayLack = false } = {},
): Promise<ReadonlyMap<string, Record<string, unknown>>> {
  const content = await readJson('state', path, { mayLack });
  // Whoever meant none says so; one that was lost must not pass for that.
  if (content === null)
    io.log('WARN', `The file of --state holds nothing, so it is all read from its start: ${path}`);
  const states = parsed(() => parseState(content));
  refuseForeign(io, [...states.keys()]);
  return states;
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

/** Runs a parser of the protocol; what it refuses is the person's to mend. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof BadInput) throw configError(error.message);
    throw error;
  }
}
