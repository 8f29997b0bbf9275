import { existsSync } from 'node:fs';
import type { ConnectorError } from '../engine/errors.ts';
import type { Sink, StreamOutput } from '../engine/output.ts';
import type { Row } from '../engine/stream.ts';
import type { Mask } from '../protocol/mask.ts';
import { whole } from '../protocol/shared.ts';
import type { StreamDescriptor, StreamStatus } from '../protocol/messages.ts';
import type { Folder, WholeFile } from './folder.ts';
import type { Form } from './forms.ts';
import type { Progress } from './progress.ts';

/** What a stream's file is to be. */
interface Target {
  readonly fileName: string;
  readonly form: Form;
}

interface FileSinkOptions {
  readonly folder: Folder;
  /** What each stream's file is to be, by the name of the stream. */
  readonly targets: ReadonlyMap<string, Target>;
  /** Takes secrets out of what is written. */
  readonly mask: Mask;
  readonly progress: Progress;
}

/** Streams as files: a stream's file is there when the stream is complete, and not before. */
export class FileSink implements Sink {
  readonly #options: FileSinkOptions;
  readonly files: StreamFile[] = [];
  /** Nobody waits for a sign of life. */
  readonly lastBeat = Infinity;

  constructor(options: FileSinkOptions) {
    this.#options = options;
  }

  open({ name }: StreamDescriptor): StreamFile {
    const file = new StreamFile(name, this.#options);
    this.files.push(file);
    return file;
  }
}

export class StreamFile implements StreamOutput {
  readonly name: string;
  readonly #options: FileSinkOptions;
  readonly #target: Target;
  #file: WholeFile | undefined;
  isComplete = false;
  /** Whether there is a file all the same, which an earlier export wrote. */
  isOutdated = false;
  /** Why it is not complete. */
  error: ConnectorError | undefined;
  /** The last one, which is true of the whole file once that is complete. */
  lastState: object = {};
  /** Records that were read; a view makes other rows of them. */
  total = 0;
  #rows: number | undefined;

  constructor(name: string, options: FileSinkOptions) {
    this.name = name;
    this.#options = options;
    const target = options.targets.get(name);
    if (!target) throw new Error(`Nothing is said about the file of ${name}.`);
    this.#target = target;
  }

  get path(): string {
    return this.#options.folder.pathOf(this.#target.fileName);
  }

  get rows(): number {
    return this.#rows ?? this.total;
  }

  /** What is not in it, for whoever may miss it. */
  get without(): string | undefined {
    return this.#target.form.without;
  }

  async status(status: StreamStatus, quotaReset?: number): Promise<void> {
    const { folder, progress } = this.#options;
    switch (status) {
      case 'STARTED':
        this.#file = folder.write(this.#target.fileName);
        return this.#append(this.#target.form.head);
      case 'RUNNING':
        return progress.waits(quotaReset);
      case 'COMPLETE':
        await this.#end();
        this.isComplete = true;
        return progress.ended();
      case 'INCOMPLETE':
        await this.#file?.drop();
        this.isOutdated = existsSync(this.path);
        return progress.ended();
    }
  }

  async records(rows: readonly Row[]): Promise<void> {
    this.total += rows.length;
    await this.#append(this.#target.form.body(rows.map(whole)));
    this.#options.progress.wrote(rows.length);
  }

  async state(body: object): Promise<void> {
    this.lastState = body;
  }

  async heartbeat(): Promise<void> {
    // Nobody waits for a sign of life.
  }

  async failure(error: ConnectorError): Promise<void> {
    this.error = error;
  }

  async #end(): Promise<void> {
    const tail = this.#target.form.tail?.();
    if (tail) await this.#append(tail.text);
    this.#rows = tail?.rows;
    await this.#file?.keep();
  }

  async #append(text: string): Promise<void> {
    const written = this.#target.form.extension === 'csv' ? 'csv' : 'json';
    if (text !== '') await this.#file?.append(this.#options.mask(text, written));
  }
}
