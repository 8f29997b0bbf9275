import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { configError } from '../engine/errors.ts';

/** A folder that only ever shows whole files: what is being written is in a folder of its own in it until then. */
export class Folder {
  readonly #path: string;
  readonly #aside: string;

  private constructor(path: string, aside: string) {
    this.#path = path;
    this.#aside = aside;
  }

  /** Makes the folder where there is none. Throws config_error where nothing can be written to it. */
  static async open(path: string): Promise<Folder> {
    return orSay(path, async () => {
      await makeFolder(path);
      return new Folder(path, await mkdtemp(join(path, '.export-')));
    });
  }

  pathOf(name: string): string {
    return join(this.#path, name);
  }

  write(name: string): WholeFile {
    return new WholeFile(join(this.#aside, name), this.pathOf(name));
  }

  /** Ends the work: what did not become whole is gone. */
  async close(): Promise<void> {
    await rm(this.#aside, { recursive: true, force: true });
  }
}

/** A file that gets its name when it is whole, and stays when the machine stops right after. */
export class WholeFile {
  readonly #stream: WriteStream;
  readonly #aside: string;
  readonly path: string;

  constructor(aside: string, path: string) {
    this.#aside = aside;
    this.path = path;
    this.#stream = createWriteStream(aside, { flush: true });
    // Whoever writes is told; an error that nobody listens for would end the process.
    this.#stream.on('error', () => undefined);
  }

  /** Appends, in the order of the calls; done when the text is out of our memory. Throws config_error. */
  async append(text: string): Promise<void> {
    await orSay(
      this.path,
      () =>
        new Promise<void>((resolve, reject) =>
          this.#stream.write(text, (error) => (error ? reject(error) : resolve())),
        ),
    );
  }

  async keep(): Promise<void> {
    await orSay(this.path, async () => {
      this.#stream.end();
      await once(this.#stream, 'close');
      await rename(this.#aside, this.path);
      await settle(dirname(this.path));
    });
  }

  async drop(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#aside, { force: true });
  }
}

/** Replaces a file as a whole, or not at all. Throws config_error. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = new WholeFile(join(dirname(path), `.${basename(path)}.${process.pid}.part`), path);
  try {
    await file.append(text);
    await file.keep();
  } catch (error) {
    await file.drop();
    throw error;
  }
}

/** A name is on the disk when its folder is; where a folder cannot be asked to (Windows), the system sees to it. */
async function settle(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** One folder at a time: where the system will not have one (below /proc), Node.js 20 tries for ever to make its parents. */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  ENOENT: 'name a place that is there',
  ENOSPC: 'make room on the disk',
  EDQUOT: 'make room in the quota',
  EACCES: 'let this user write there',
  EPERM: 'let this user write there',
  EROFS: 'name a place that is not read-only',
  EEXIST: 'name a folder',
  ENOTDIR: 'name a folder',
  EISDIR: 'name a file',
};

/** What the disk refuses is the person's to mend: space, rights, a file where a folder should be. */
async function orSay<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw configError(
      `${path || 'A path that is empty'} cannot be written (${code}): ${WAYS_OUT[code] ?? 'see to it'}, and run it again.`,
    );
  }
}
