import type { Family } from '../family.ts';
import { workspace } from './workspace.ts';

/** Every family of tables beside the first ones (api/operations.ts, truth.ts). */
export const FAMILIES: readonly Family[] = [workspace];
