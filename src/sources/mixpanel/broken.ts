import { HttpError } from '../../http/errors.ts';
import { backoff } from '../../http/retry.ts';
import type { MixpanelApi } from './api.ts';

/** Whether an answer that had begun was no good. What was refused before has been tried often enough. */
export const isBroken = (error: unknown): error is HttpError =>
  error instanceof HttpError && error.status === 200 && error.kind !== 'too-large';

/** What is asked for, and where its answer breaks, asked for again so many times at most: of what can be had in one piece. */
export async function insisting<T>(
  { clock, signal }: MixpanelApi,
  retries: number,
  ask: () => Promise<T>,
): Promise<T> {
  for (let failed = 0; ; failed += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isBroken(error) || failed >= retries) throw error;
      await clock.sleep(backoff(failed, clock.random()), signal);
    }
  }
}
