import type { Spec } from './config.ts';
import type { Runtime } from './runtime.ts';
import type { Row } from './stream.ts';

/** How much an API takes in at once; sizes in bytes of JSON in UTF-8. */
export interface Limits {
  readonly messageBytes: number;
  /** Of the messages of a batch together, with a comma between each two. */
  readonly batchBytes: number;
  readonly messages: number;
}

/** Where messages go. */
export interface Receiver {
  /**
   * Hands over a batch of messages, each as JSON; done when it is accepted, as far as an answer tells. What is handed over
   * twice must do no harm. Throws ConnectorError, and the signal's reason where the run was stopped.
   */
  send(messages: readonly string[]): Promise<void>;
}

export interface MessageOptions {
  /** Name each after what it tells of, instead of all alike. */
  readonly isNamedByType: boolean;
  /** Who sends it. */
  readonly library: { readonly name: string; readonly version: string };
}

/** The rows of a stream as messages that another API takes in. */
export interface Forwarding<Target = unknown> {
  /** The stream whose rows these are. */
  readonly stream: string;
  /** What the file holds that says where they go. */
  readonly target: Spec;
  readonly limits: Limits;
  /** Rules for that file that a schema cannot say: a sentence for each that is broken. */
  problems(target: Target): string[];
  /** Tells this target from any other, without a secret: a state is true of one target alone. Pure. */
  identity(target: Target): string;
  /** Pure. The same row makes the same message for the same target each time. */
  message(row: Row, target: Target, options: MessageOptions): Row;
  open(target: Target, runtime: Runtime): Receiver;
}
