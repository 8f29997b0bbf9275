/**
 * Preloaded into what is measured: writes what the process used to the file of BENCH_USAGE when it ends. The peak is
 * Linux's VmHWM where there is one, since ru_maxrss also holds what the parent had when it forked.
 */
import { readFileSync, writeFileSync } from 'node:fs';

process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, peak: (highWater() ?? maxRSS) / 1024 };
  writeFileSync(process.env['BENCH_USAGE'] ?? '', JSON.stringify(usage));
});

/** KiB. */
function highWater(): number | undefined {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
