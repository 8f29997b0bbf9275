import { setFlagsFromString } from 'node:v8';
import { COMMANDS, parseCall, type Call } from './cli.ts';
import type { Io } from './commands/command.ts';
import type { Spec } from './engine/config.ts';
import { asConnectorError, configError, type ConnectorError } from './engine/errors.ts';
import type { Log } from './engine/runtime.ts';
import type { Source } from './engine/source.ts';
import { systemClock } from './http/clock.ts';
import { masker, type Mask } from './protocol/mask.ts';
import { errorTrace, log as logMessage, spec as specMessage } from './protocol/messages.ts';
import { ReaderGone, Writer } from './protocol/writer.ts';

/** The tables of each source, loaded when it is the one that runs. */
const SOURCES: Readonly<Record<string, () => Promise<Source<never, never>>>> = {
  mixpanel: async () => (await import('./sources/mixpanel/source.ts')).mixpanel as Source<never, never>,
  moesif: async () => (await import('./sources/moesif/source.ts')).moesif as Source<never, never>,
  segment: async () => (await import('./sources/segment/source.ts')).segment as Source<never, never>,
};

/**
 * What keeps V8 from taking memory that spares no time. How much garbage may pile up before it is collected: among old objects in
 * percent of what lives, and new objects no more than the room that they got while the connector was loaded (main.ts); left alone,
 * both grow to several times that, and pages come and go. And Maglev, a compiler of Node.js 22 and later, inlines nothing: for
 * axios's longest function that takes 8 MiB. A V8 that no longer knows one of them says so on stderr, which the tests do not let pass.
 */
const THRIFT = ['--heap-growing-percent=100', '--semi-space-growth-factor=1', '--no-maglev-inlining'];

interface Files {
  readonly spec: () => string;
  readonly package: () => string;
}

/**
 * The process around a command: its output, its end, its exit code. 0: done; 1: failed or incomplete; 128 + signal:
 * stopped. Never process.exit(), which cuts what is still to be written; only a stop (signals.ts) may have to.
 */
export async function runProcess(
  name: string,
  argv: readonly string[],
  files: Files,
  stop: AbortSignal,
): Promise<void> {
  const hidden: string[] = [];
  let known = masker(hidden);
  // Also of secrets that are known later only.
  const mask: Mask = Object.assign((...of: Parameters<Mask>) => known(...of), {
    isIn: (json: Buffer) => known.isIn(json),
  });
  const writer = new Writer(process.stdout, mask, () => systemClock.now(), stop);
  const signal = AbortSignal.any([stop, writer.gone]);
  let debug = process.env['LOG_LEVEL']?.toLowerCase() === 'debug';
  const tell = isForPeople(argv) ? inWords(mask, () => debug) : inMessages(writer);
  const log: Log = (level, message) => {
    if (level !== 'DEBUG' || debug) tell.log(level, message);
  };
  const fail = async (error: unknown) => {
    process.exitCode ??= 1;
    if (writer.gone.aborted || error instanceof ReaderGone) return;
    await tell.error(asConnectorError(error));
  };
  keepQuiet(log, fail);

  try {
    const { version } = JSON.parse(files.package()) as { version: string };
    const call = parseCall(argv, `source-${name}`, version);
    if (!call) return;
    debug ||= call.flags.debug ?? false;
    const load = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
    if (!load)
      throw configError(
        `There is no source ${JSON.stringify(name)}; SOURCE can be: ${Object.keys(SOURCES).join(', ')}.`,
      );
    const spec = JSON.parse(files.spec()) as Spec;
    const hide = (secrets: readonly string[]) => {
      hidden.push(...secrets);
      known = masker(hidden);
    };
    // axios looks for it while it loads, and Node.js would load all of fetch to have it. Nothing here sends a form.
    Reflect.deleteProperty(globalThis, 'FormData');
    const io: Io<never, never> = {
      source: await load(),
      version,
      spec,
      writer,
      log,
      clock: systemClock,
      signal,
      hide,
      mask,
      print: (text) => void process.stdout.write(mask(text)),
    };
    for (const flag of THRIFT) setFlagsFromString(flag);
    if (!(await runCommand(call, io))) process.exitCode ??= 1;
  } catch (error) {
    await fail(error);
  }
}

async function runCommand({ command, flags }: Call, io: Io<never, never>): Promise<boolean> {
  switch (command) {
    case 'spec':
      await io.writer.write(specMessage(io.spec));
      return true;
    case 'check':
      return (await import('./commands/check.ts')).check(io, flags);
    case 'discover':
      return (await import('./commands/discover.ts')).discover(io, flags);
    case 'read':
      return (await import('./commands/read.ts')).read(io, flags);
    case 'export':
      return (await import('./commands/export.ts')).exportFiles(io, flags);
    case 'forward':
      return (await import('./commands/forward.ts')).forward(io, flags);
  }
}

/** Where logs and the error that ends a run go. */
interface Tell {
  log(...line: Parameters<Log>): void;
  error(error: ConnectorError): Promise<void>;
}

const inMessages = (writer: Writer): Tell => ({
  log: (level, message) => void writer.write(logMessage(level, message)).catch(() => undefined),
  error: (error) => writer.write(errorTrace(error, Date.now())).catch(() => undefined),
});

/** To a person, on stderr, what is not in order; with --debug, everything. */
const inWords = (mask: (text: string) => string, debug: () => boolean): Tell => {
  // Nobody reads it any more, or its disk is full: to be told of that by an error would be told here, for ever.
  process.stderr.on('error', () => undefined);
  const say = (text: string) => void process.stderr.write(`${mask(text)}\n`);
  return {
    log: (level, message) => {
      if (level !== 'INFO' || debug()) say(`${level}: ${message}`);
    },
    error: async ({ message, internal }) => {
      say(`ERROR: ${message}`);
      if (internal !== undefined && debug()) say(internal);
    },
  };
};

/** `export` and `forward` are not the platform's; flags, and what they are given, may come before them. */
const isForPeople = (argv: readonly string[]): boolean => {
  const command = argv.find((argument) => (COMMANDS as readonly string[]).includes(argument));
  return command === 'export' || command === 'forward';
};

/** Of the platform's commands stderr is for crashes alone: the platform shows each of its lines as an error. */
function keepQuiet(log: Log, fail: (error: unknown) => Promise<void>): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log('DEBUG', `${warning.name}: ${warning.message}`));
  process.on('uncaughtException', (error) => void fail(error));
  process.on('unhandledRejection', (error) => void fail(error));
}
