import type { Sandbox } from '../../sandbox/segment/index.ts';
import type { SegmentConfig } from '../../src/sources/segment/config.ts';
import { segment, segmentWith } from '../../src/sources/segment/source.ts';
import { readFrom, type ReadingOptions, type ReadResult } from './reading.ts';

export { lastStates, type ReadResult } from './reading.ts';

export interface ReadOptions extends ReadingOptions {
  readonly sandbox: Sandbox;
  readonly config?: Partial<SegmentConfig>;
  /** Silence (ms, in real time) after which a request counts as lost. */
  readonly timeout?: number;
}

/** A read of the simulated workspace, which must be listening. */
export function read({ sandbox, timeout, config, ...options }: ReadOptions): Promise<ReadResult> {
  return readFrom(
    {
      sandbox,
      source: timeout === undefined ? segment : segmentWith({ timeout }),
      config: { api_token: sandbox.token, page_size: 4, ...config },
      secrets: [sandbox.token],
    },
    options,
  );
}
