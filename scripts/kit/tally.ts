/** What each table of a read came to, counted from its messages. */
import Table from 'cli-table3';
import type { Message } from './messages.ts';

class Tally {
  records = 0;
  states = 0;
  requests = 0;
  started = 0;
  ended = 0;
  status = '-';
}

export class Tallies {
  readonly #tables: ReadonlyMap<string, Tally>;

  constructor(names: readonly string[]) {
    this.#tables = new Map(names.map((name) => [name, new Tally()]));
  }

  get records(): number {
    return this.#all.reduce((sum, { records }) => sum + records, 0);
  }

  /** Tables that came to an end, good or bad. */
  get ended(): number {
    return this.#all.filter(({ status }) => status === 'COMPLETE' || status === 'INCOMPLETE').length;
  }

  get complete(): boolean {
    return this.#all.every(({ status }) => status === 'COMPLETE');
  }

  take({ record, state, trace }: Message): void {
    if (record) this.#of(record.stream).records += 1;
    if (state) this.#of(state.stream.stream_descriptor.name).states += 1;
    if (!trace?.stream_status) return;
    const tally = this.#of(trace.stream_status.stream_descriptor.name);
    tally.status = trace.stream_status.status;
    tally.started ||= trace.emitted_at;
    tally.ended = trace.emitted_at;
  }

  asked(name: string): void {
    this.#of(name).requests += 1;
  }

  toString(): string {
    const table = new Table({
      head: ['stream', 'records', 'requests', 'states', 'seconds', 'status'],
      colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
      style: { head: [], border: [], compact: true },
    });
    for (const [name, { records, requests, states, started, ended, status }] of this.#tables) {
      table.push([name, records, requests, states, ((ended - started) / 1000).toFixed(2), status]);
    }
    return table.toString();
  }

  get #all(): readonly Tally[] {
    return [...this.#tables.values()];
  }

  #of(name: string): Tally {
    return this.#tables.get(name) ?? new Tally();
  }
}
