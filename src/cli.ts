import yargs from 'yargs';
import type { Flags } from './commands/command.ts';
import { configError } from './engine/errors.ts';
import { FORMATS } from './export/formats.ts';

export const COMMANDS = ['spec', 'check', 'discover', 'read', 'export', 'forward'] as const;
type CommandName = (typeof COMMANDS)[number];

export interface Call {
  readonly command: CommandName;
  readonly flags: Flags;
}

/** The command line as a call; undefined where it only asked for help or the version, which has been printed. */
export function parseCall(argv: readonly string[], name: string, version: string): Call | undefined {
  const file = (describe: string) => ({ type: 'string', requiresArg: true, describe, coerce: last }) as const;
  const config = file('Config file (JSON)');
  const catalog = file('Configured catalog (JSON)');
  const state = file('State of the last sync (JSON); [] and {} mean none');
  let called: CommandName | undefined;
  const as = (command: CommandName) => () => void (called = command);
  const parser = yargs()
    .scriptName(name)
    .locale('en')
    .version(version)
    .option('debug', {
      type: 'boolean',
      default: false,
      describe: 'Log each request',
      coerce: last<boolean>,
    })
    .command('spec', 'Print what a config holds', {}, as('spec'))
    .command('check', 'Try the connection', { config: { ...config, demandOption: true } }, as('check'))
    .command('discover', 'Print the tables and their schemas', { config }, as('discover'))
    .command(
      'read',
      'Read the configured tables',
      { config: { ...config, demandOption: true }, catalog: { ...catalog, demandOption: true }, state },
      as('read'),
    )
    .command(
      'export',
      'Write tables into files',
      {
        config: { ...config, demandOption: true },
        out: { ...file('Folder for the files; made where there is none'), demandOption: true },
        streams: {
          ...file('Tables, separated by commas; all that leave no trace when left out'),
          coerce: (lists?: string | string[]) => lists && [lists].flat().join(),
        },
        format: { ...file('Form of the files'), choices: FORMATS, default: 'csv' },
        view: file('access_records as a product for access reviews wants it, instead of the table'),
        state: file('Where the last export came to (JSON): only what is new, and written anew at the end'),
      },
      as('export'),
    )
    .command(
      'forward',
      'Send the rows of a table to another API, as messages of its own',
      {
        config: { ...config, demandOption: true },
        to: {
          ...file('Where they go (JSON): write_key, region, and api_url for another address'),
          demandOption: true,
        },
        state: {
          ...file('Where the last run came to (JSON): only what is new, and written anew as it is accepted'),
          demandOption: true,
        },
        stream: file('Table whose rows are sent; the one that there is a form for when left out'),
        'event-name': {
          ...file('Name each event after its type, instead of all alike'),
          choices: ['type'] as const,
        },
        'dry-run': {
          type: 'boolean',
          default: false,
          describe: 'Print what would be sent, a message a line, and neither send nor save anything',
          coerce: last<boolean>,
        },
      },
      as('forward'),
    )
    .demandCommand(1, 'Name a command: spec, check, discover, read, export or forward')
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw configError(
        `${inOneLine(message ?? error?.message ?? 'The command line is not usable')}. Try ${name} --help.`,
      );
    });
  const flags = parser.parseSync(argv) as Flags;
  return called && { command: called, flags };
}

const inOneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/** Of a flag that is given twice the last one counts, so that a script can be called with other values. */
const last = <T>(given: T | T[]): T | undefined => [given].flat().at(-1) as T | undefined;
