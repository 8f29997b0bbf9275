/** What a test can ask of the simulated Tracking API, and what it gives back. */
import type { Serve } from '../kit/delivery.ts';
import type { Fault } from '../kit/faults.ts';

export interface TrackingOptions {
  writeKey?: string;
  /** The region whose host knows the write key. */
  region?: Region;
  faults?: Fault[];
}

export type Region = 'us' | 'eu';

/** A message as it was sent. */
export type Sent = Record<string, unknown>;

export interface TrackedRequest {
  /** 0 where the client never saw one. */
  status: number;
  bytes: number;
  /** Messages that it brought and that were kept, duplicates too. */
  kept: number;
}

export interface Tracking {
  readonly writeKey: string;
  readonly serve: Serve;
  readonly requests: TrackedRequest[];
  /** What is kept, by messageId. */
  readonly kept: ReadonlyMap<string, Sent>;
  /** Messages whose messageId was there already: nobody downstream sees them. */
  readonly duplicates: readonly Sent[];
  /** Messages that nobody will ever see, and why. No answer tells of them. */
  readonly dropped: readonly { readonly why: string; readonly message: unknown }[];
  /** The file of a client that sends to it at this address. */
  target(url: string): object;
  fault(fault: Fault): void;
  clearFaults(): void;
}
