import type { Sandbox } from '../../sandbox/segment/index.ts';
import type { SegmentConfig } from '../../src/sources/segment/config.ts';
import type { ReadResult } from './reading.ts';
import { segment } from './vendors/segment.ts';
import { readAs, type VendorReadOptions } from './vendors/vendor.ts';

export { lastStates, type ReadResult } from './reading.ts';

export type ReadOptions = VendorReadOptions<Sandbox, SegmentConfig>;

/** A read of the simulated workspace, which must be listening. */
export const read = (options: ReadOptions): Promise<ReadResult> => readAs(segment, options);
