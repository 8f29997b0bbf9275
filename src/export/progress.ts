import type { Log } from '../engine/runtime.ts';

/** What somebody who waits for an export sees. */
export interface Progress {
  wrote(records: number): void;
  /** A stream has ended, one way or the other. */
  ended(): void;
  /** The rate limit lets nothing through until then (ms since the epoch); undefined when it does again. */
  waits(until: number | undefined): void;
  /** Writes something else to the terminal without disturbing the picture. */
  aside(say: () => void): void;
  stop(): void;
}

/** A bar where there is a terminal, nothing where there is none. */
export async function progressOn(terminal: NodeJS.WriteStream, streams: number): Promise<Progress> {
  return terminal.isTTY ? bar(terminal, streams) : silent;
}

/** Where there is nobody to see it. */
export const silent: Progress = {
  wrote: () => undefined,
  ended: () => undefined,
  waits: () => undefined,
  aside: (say) => say(),
  stop: () => undefined,
};

/** A log that does not disturb the bar; what is only told with --debug is told without one. */
export const besides =
  (progress: Progress, log: Log): Log =>
  (level, message) => {
    if (level === 'WARN' || level === 'ERROR') progress.aside(() => log(level, message));
    else log(level, message);
  };

async function bar(terminal: NodeJS.WriteStream, streams: number): Promise<Progress> {
  // Loaded for a terminal only.
  const { SingleBar } = (await import('cli-progress')).default;
  const format = '{bar} {value} of {total} tables, {records} records{pause}';
  const shown = new SingleBar({ stream: terminal, format, clearOnComplete: true, barsize: 20, fps: 10 });
  let records = 0;
  let pause = '';
  const update = () => shown.update({ records: records.toLocaleString('en'), pause });
  shown.start(streams, 0, { records: 0, pause });
  return {
    wrote: (more) => {
      records += more;
      update();
    },
    ended: () => shown.increment(),
    waits: (until) => {
      const time = until === undefined ? '' : new Date(until).toISOString().slice(11, 19);
      pause = until === undefined ? '' : `, waiting for the rate limit until ${time} UTC`;
      update();
    },
    aside: (say) => {
      terminal.clearLine(0);
      terminal.cursorTo(0);
      say();
    },
    stop: () => shown.stop(),
  };
}
