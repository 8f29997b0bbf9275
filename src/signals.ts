import { transientError } from './engine/errors.ts';

/** How long (ms) a stopped run may take to say so: whoever stops it kills it some seconds later. */
const GRACE = 4_000;

/**
 * SIGTERM and SIGINT end the run in order: each unfinished stream is INCOMPLETE and keeps its last state. Whoever reads
 * too slowly for that, or not at all, misses the end of it. A second signal changes nothing: the end is under way.
 */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  const signals = { SIGTERM: 143, SIGINT: 130 } as const;
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      process.exitCode = code;
      setTimeout(() => process.exit(code), GRACE).unref();
      stop.abort(transientError(`The run was stopped (${signal}) before its end; run it again.`));
    });
  }
  return stop.signal;
}
