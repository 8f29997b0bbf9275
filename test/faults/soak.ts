/**
 * The suite's two lengths: a few runs from a fixed seed in `make test`; in `make soak` as many, from a new seed, as
 * SOAK_MINUTES allows.
 */
import { writeSync } from 'node:fs';
import fc, { type Parameters, type RunDetails } from 'fast-check';

/** 0 in `make test`. */
export const soak: { minutes: number } = { minutes: Number(process.env['SOAK_MINUTES'] ?? 0) };

/** How long (ms) the runs of `make test` may take, and the search for a smaller counterexample after a failure. */
const LIMIT = 120_000;

/**
 * Holds a property to its parameters. When the time is up, fast-check goes away from the run under way, which goes on by
 * itself: it is waited for, so that it does not outlive its servers, and it counts.
 */
export async function holds<T>(
  arbitrary: fc.Arbitrary<T>,
  run: (value: T) => Promise<void>,
  of: Parameters<[T]>,
): Promise<void> {
  let underWay = Promise.resolve();
  const property = fc.asyncProperty(arbitrary, (value) => (underWay = run(value)));
  try {
    await fc.assert(property, of);
  } finally {
    await underWay.catch(() => undefined);
  }
  await underWay;
}

/**
 * Parameters of a property that is to have so many runs in `make test`, and a share of the time of a soak. Not biased to
 * what is small, as the few runs would be nothing but that. The shares of all come to 1.65: two workers have them, and what has no
 * share besides.
 */
export function parameters<T>(runs: number, share = 1, seed = 20261124): Parameters<T> {
  if (soak.minutes === 0) {
    return {
      numRuns: runs,
      seed,
      unbiased: true,
      endOnFailure: false,
      interruptAfterTimeLimit: LIMIT,
      markInterruptAsFailure: true,
    };
  }
  return {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: soak.minutes * 60_000 * share,
    markInterruptAsFailure: false,
    // A run that hangs is a failure, not the end of the time.
    timeout: 240_000,
    reporter: report,
  };
}

/** The time (ms) that jest gives a test: `ms` beside what its properties take. */
export const timeout = (ms: number, share = 1): number =>
  ms + (soak.minutes === 0 ? LIMIT : soak.minutes * 60_000 * share);

/** Past jest, which shows a test's output only when its file is done. */
function report<T>(details: RunDetails<T>): void {
  writeSync(2, `${details.numRuns} runs from seed ${details.seed}: ${details.failed ? 'failed' : 'fine'}\n`);
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}
