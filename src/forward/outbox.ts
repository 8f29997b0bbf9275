import { asConnectorError, type ConnectorError } from '../engine/errors.ts';
import type { Limits, Receiver } from '../engine/forwarding.ts';
import type { StreamOutput } from '../engine/output.ts';
import type { Row } from '../engine/stream.ts';
import type { StreamStatus } from '../protocol/messages.ts';
import { whole } from '../protocol/shared.ts';
import { Batch } from './batch.ts';
import { fitted } from './fit.ts';

interface OutboxOptions {
  /** The stream whose rows are sent. */
  readonly name: string;
  readonly limits: Limits;
  readonly receiver: Receiver;
  readonly messageOf: (row: Row) => Row;
  /** Takes secrets out of what is sent. */
  readonly mask: (text: string) => string;
  /** Keeps a state, for good. */
  readonly save: (state: object) => Promise<void>;
  readonly watch: Watch;
}

/** Whoever wants to see how it goes. */
interface Watch {
  sent(messages: number): void;
  /** The rate limit lets nothing through until then (ms since the epoch); undefined when it does again. */
  waits(until: number | undefined): void;
}

/**
 * A stream whose rows are sent elsewhere, a batch after the other and in the order of the calls; whoever brings rows waits
 * while one is under way. A state is saved when every row that came before it was accepted, and not a moment earlier.
 */
export class Outbox implements StreamOutput {
  readonly name: string;
  readonly #options: OutboxOptions;
  #turn: Promise<void> = Promise.resolve();
  #batch: Batch;
  /** The last state, which is true once the batch is accepted. */
  #due: object | undefined;
  /** What kept a batch from being accepted: nothing is sent after it. */
  #obstacle: ConnectorError | undefined;
  readonly #errors = new Map<string, ConnectorError>();
  /** Rows that came. */
  total = 0;
  /** Of these, those that were accepted; in how many batches; and how many of them had to be cut. */
  sent = 0;
  batches = 0;
  cut = 0;
  isComplete = false;
  /** Whether the last state was kept that was to be. */
  isSaved = false;

  constructor(options: OutboxOptions) {
    this.name = options.name;
    this.#options = options;
    this.#batch = new Batch(options.limits);
  }

  /** Why it is not complete. */
  get errors(): readonly ConnectorError[] {
    return [...this.#errors.values()];
  }

  async status(status: StreamStatus, quotaReset?: number): Promise<void> {
    switch (status) {
      case 'STARTED':
        return;
      case 'RUNNING':
        return this.#options.watch.waits(quotaReset);
      case 'COMPLETE':
        await this.#inTurn(() => this.#flush());
        this.isComplete = true;
        return;
      case 'INCOMPLETE':
        // What was read is true, whatever ended the reading; and the next run need not begin before it.
        return this.#inTurn(() => this.#flush()).catch((error: unknown) =>
          this.failure(asConnectorError(error)),
        );
    }
  }

  records(rows: readonly Row[]): Promise<void> {
    this.total += rows.length;
    return this.#inTurn(async () => {
      for (const row of rows) {
        const message = this.#encode(row);
        if (this.#batch.add(message)) continue;
        await this.#flush();
        if (!this.#batch.add(message)) throw new Error('A batch has no room for one message.');
      }
    });
  }

  state(body: object): Promise<void> {
    return this.#inTurn(async () => {
      this.#due = body;
      if (this.#batch.messages.length === 0) await this.#flush();
    });
  }

  async heartbeat(): Promise<void> {
    // Nobody waits for a sign of life.
  }

  async failure(error: ConnectorError): Promise<void> {
    // What ends the reading and what ends the sending can be the same.
    this.#errors.set(error.message, error);
  }

  /** Masked first: the mask would not know one half of a secret. */
  #encode(row: Row): string {
    const { limits, messageOf, mask } = this.#options;
    const uncut = mask(JSON.stringify(messageOf(whole(row))));
    const message = fitted(uncut, limits.messageBytes);
    if (message !== uncut) this.cut += 1;
    return message;
  }

  /** Sends what is there, and saves the state that is true then. */
  async #flush(): Promise<void> {
    if (this.#obstacle) throw this.#obstacle;
    const { limits, receiver, save, watch } = this.#options;
    const { messages } = this.#batch;
    if (messages.length > 0) {
      await receiver.send(messages).catch((error: unknown) => {
        this.#obstacle = asConnectorError(error);
        throw error;
      });
      this.#batch = new Batch(limits);
      this.sent += messages.length;
      this.batches += 1;
      watch.sent(messages.length);
    }
    if (this.#due === undefined) return;
    this.isSaved = false;
    await save(this.#due);
    this.#due = undefined;
    this.isSaved = true;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
