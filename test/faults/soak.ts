import type { Parameters } from 'fast-check';

const minutes = Number(process.env['SOAK_MINUTES'] ?? 0);
export const soak = { minutes };
export const parameters = (runs: number, share = 1): Parameters<unknown> =>
  minutes > 0
    ? { numRuns: 1e9, interruptAfterTimeLimit: minutes * 60_000 * share, markInterruptAsFailure: false }
    : { numRuns: runs, seed: 20261124 };
export const timeout = (ms: number, share = 1) => (minutes > 0 ? minutes * 60_000 * share + 300_000 : ms);
