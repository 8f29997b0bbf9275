import { replaceFile } from '../export/folder.ts';
import type { Io } from './command.ts';
import { readStates } from './files.ts';

type States = ReadonlyMap<string, Record<string, unknown>>;

/** The states in a file of a person, who has no platform to keep them. */
export class StateFile {
  readonly #path: string;
  /** What each stream's state was when the file was opened. */
  readonly all: States;
  readonly #saved: Map<string, object>;

  private constructor(path: string, all: States) {
    this.#path = path;
    this.all = all;
    this.#saved = new Map(all);
  }

  /** Throws config_error where the file holds no states, or where none can be saved: better known before the work. */
  static async open<Config, Api>(io: Io<Config, Api>, path: string): Promise<StateFile> {
    const file = new StateFile(path, await readStates(io, path, { mayLack: true }));
    await file.save([]);
    return file;
  }

  /** Saves these, and leaves all others as they are: the file is the new one as a whole, or still the old one. */
  async save(states: Iterable<readonly [name: string, body: object]>): Promise<void> {
    for (const [name, body] of states) this.#saved.set(name, body);
    const entries = [...this.#saved].map(([name, body]) => ({
      type: 'STREAM',
      stream: { stream_descriptor: { name }, stream_state: body },
    }));
    await replaceFile(this.#path, `${JSON.stringify(entries, undefined, 2)}\n`);
  }
}
