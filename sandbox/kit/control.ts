/**
 * A sandbox steered by another process, in any language: a command is a line of JSON on stdin, its answer a line on
 * stdout. Each does what the method of the same name does.
 *
 *     {"truth": "users"}       -> {"key": ["id"], "rows": [...]}
 *     {"tables": true}         -> {"tables": ["users", ...]}
 *     {"advance": 86400000}    -> {}
 *     {"fault": {...}}         -> {}        (see faults.ts)
 *     {"clearFaults": true}    -> {}
 */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Fault } from './faults.ts';
import { encode } from './json.ts';

interface Controllable {
  readonly workspace: {
    readonly tables: Readonly<Record<string, () => Iterable<unknown>>>;
    readonly keys: Readonly<Record<string, readonly string[]>>;
  };
  advance(ms: number): void;
  fault(fault: Fault): void;
  clearFaults(): void;
}

interface Command {
  readonly truth?: string;
  readonly tables?: boolean;
  readonly advance?: number;
  readonly fault?: Fault;
  readonly clearFaults?: boolean;
}

/** Obeys until the commands end. */
export async function obey(sandbox: Controllable, commands: Readable, answers: Writable): Promise<void> {
  for await (const line of createInterface({ input: commands })) {
    answers.write(`${onOneLine(encode(carryOut(sandbox, JSON.parse(line) as Command)))}\n`);
  }
}

/** Also to readers that take other characters for the end of a line. */
const onOneLine = (json: string): string =>
  json.replace(/[\u0085\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

function carryOut(
  sandbox: Controllable,
  { truth, tables: list, advance, fault, clearFaults }: Command,
): object {
  if (advance !== undefined) sandbox.advance(advance);
  if (fault !== undefined) sandbox.fault(fault);
  if (clearFaults) sandbox.clearFaults();
  const { tables, keys } = sandbox.workspace;
  if (list) return { tables: Object.keys(tables) };
  if (truth === undefined) return {};
  return { key: keys[truth], rows: [...(tables[truth]?.() ?? [])] };
}
