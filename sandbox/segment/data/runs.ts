const HOUR = 3_600_000;

/** The time that a workspace has seen: runs come with it, and none goes. */
export interface Times {
  /** When the sandbox was made (ms since the epoch). */
  began: number;
  now: number;
}

/** When something started that runs every so many hours, newest first: so often before the sandbox began, and since. */
export function runs({ began, now }: Times, hours: number, before: number): number[] {
  const first = Math.floor(began / HOUR) * HOUR;
  const since = Math.floor((now - first) / (hours * HOUR));
  return Array.from({ length: since + before }, (_, index) => first + (since - index) * hours * HOUR);
}
