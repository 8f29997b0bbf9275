/** The built connector with a real pipe for its stdout, as in a container: what Node calls one is a socket. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { MAIN, type Files } from '../support/process.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export class Connector {
  readonly #child;
  readonly #end: number;
  #socket: Socket | undefined;
  readonly #decoder = new StringDecoder();
  #text = '';
  #killedAt: number | undefined;
  #endedAt = Infinity;
  /** Settles when the process has ended, read or not. */
  readonly ended: Promise<Ending>;

  /** With a `heap` (MB) it has no room for more than that lives, and dies of what it keeps beyond. */
  constructor(
    files: Files,
    arguments_: readonly string[],
    {
      heap,
      env,
    }: { readonly heap?: number | undefined; readonly env?: Readonly<Record<string, string>> } = {},
  ) {
    const path = fifo(files, 'stdout');
    // Opened first and without waiting, so that the other end finds a reader.
    this.#end = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const own = openSync(path, 'w');
    unlinkSync(path);
    const room = heap === undefined ? [] : [`--max-old-space-size=${heap}`];
    this.#child = spawn(process.execPath, [...room, MAIN, ...arguments_], {
      stdio: ['ignore', own, 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    closeSync(own);
    let stderr = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    this.#child.once('exit', () => (this.#endedAt = performance.now()));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#killedAt ??= performance.now();
    this.#child.kill(signal);
  }

  /** How long (ms) it went on after the first signal; infinite while it goes on. */
  get outlived(): number {
    return this.#endedAt - (this.#killedAt ?? NaN);
  }

  /** The memory (KiB) that it holds, outside of its heap too; undefined once it has ended. */
  get memory(): number | undefined {
    const { pid, exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return undefined;
    const status = `/proc/${pid}/status`;
    if (!existsSync('/proc/self/status'))
      return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]));
    // A process that is just ending has none.
    const told = existsSync(status) ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8')) : null;
    return told ? Number(told[1]) : undefined;
  }

  /** What has been read so far. */
  get text(): string {
    return this.#text;
  }

  /** Reads all that is left, as fast as it comes. */
  rest(seen: () => void = () => undefined): Promise<void> {
    return this.#read((piece) => {
      this.#text += piece;
      seen();
    });
  }

  /** Reads all, line by line, and keeps nothing of it. A line that a process did not live to end is none. */
  lines(seen: (line: string) => void): Promise<void> {
    let begun = '';
    return this.#read((piece) => {
      const lines = (begun + piece).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) seen(line);
    });
  }

  async #read(take: (piece: string) => void): Promise<void> {
    this.#socket = new Socket({ fd: this.#end, readable: true, writable: false });
    this.#socket.on('data', (piece: Buffer) => take(this.#decoder.write(piece)));
    await once(this.#socket, 'close');
  }

  /** Reads no more than so many bytes a second, until that is enough or the output ends. */
  async slowly(rate: number, enough: () => boolean): Promise<void> {
    const piece = Buffer.alloc(Math.ceil(rate / 10));
    while (!enough()) {
      const length = this.#readNow(piece);
      if (length === 0) return;
      if (length !== undefined) this.#text += this.#decoder.write(piece.subarray(0, length));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Closes this end of the pipe. */
  leave(): void {
    if (this.#socket) this.#socket.destroy();
    else closeSync(this.#end);
  }

  /** Bytes that were there to read; 0 at the end, undefined where there are none yet. */
  #readNow(into: Buffer): number | undefined {
    try {
      return readSync(this.#end, into);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
      throw error;
    }
  }
}

let made = 0;

/** A named pipe. */
export function fifo(files: Files, name: string): string {
  const path = files.path(`${name}-${(made += 1)}.pipe`);
  execFileSync('mkfifo', [path]);
  return path;
}
