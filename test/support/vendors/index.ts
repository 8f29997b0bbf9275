import { mixpanel } from './mixpanel.ts';
import { segment } from './segment.ts';
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [segment, mixpanel];
