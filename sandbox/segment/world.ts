/**
 * The world behind the API: the estate, minus what was deleted, at the sandbox's own time.
 */
import type { Clock } from '../kit/clock.ts';
import type { Row, SandboxOptions } from './contract.ts';
import { AuditTrail } from './data/audit.ts';
import { subscriptions } from './data/connections.ts';
import { deliveryMetrics } from './data/delivery.ts';
import { monthOf } from './data/usage.ts';
import { generate, type Estate } from './estate.ts';

export class World {
  readonly seed: number;
  readonly clock: Clock;
  /** As generated: usage remembers deleted sources. */
  readonly estate: Estate;
  readonly audit: AuditTrail;
  readonly firstUsageMonth: number;
  readonly #removed = new Set<unknown>();
  readonly #undeclared: boolean;

  constructor(options: SandboxOptions, clock: Clock) {
    this.seed = options.seed ?? 1;
    this.clock = clock;
    this.#undeclared = options.undeclared ?? false;
    this.estate = generate(this.seed, options);
    this.audit = new AuditTrail({
      seed: this.seed,
      events: options.auditEvents ?? 400,
      days: options.auditDays ?? 90,
      now: clock.now(),
      users: this.estate.users,
      resources: [
        { type: 'source', rows: this.estate.sources },
        { type: 'integration', rows: this.estate.destinations },
        { type: 'warehouse', rows: this.estate.warehouses },
        { type: 'function', rows: [] },
      ],
    });
    this.firstUsageMonth = monthOf(clock.now()) - (options.usageMonths ?? 14) + 1;
  }

  get lastUsageMonth(): number {
    return monthOf(this.clock.now());
  }

  get sources(): readonly Row[] {
    return this.#left(this.estate.sources);
  }

  get destinations(): readonly Row[] {
    return this.#left(this.estate.destinations);
  }

  source(id: string): Row | undefined {
    return this.sources.find((row) => row['id'] === id);
  }

  destination(id: string): Row | undefined {
    return this.destinations.find((row) => row['id'] === id);
  }

  connectedDestinations(sourceId: string): readonly Row[] {
    return this.destinations.filter((row) => row['sourceId'] === sourceId);
  }

  /** The first source has none, the next one, then two … and round again. */
  connectedWarehouses(sourceId: string): readonly Row[] {
    const { sources, warehouses } = this.estate;
    const position = sources.findIndex((row) => row['id'] === sourceId);
    const count = position % (warehouses.length + 1);
    const rotated = warehouses.concat(warehouses).slice(position % Math.max(1, warehouses.length));
    return rotated.slice(0, count);
  }

  subscriptions(destination: Row): readonly Row[] {
    const { actions } = destination['metadata'] as { actions: Row[] };
    return subscriptions(this.seed, String(destination['id']), actions);
  }

  deliveryMetrics(destination: Row): Row {
    return deliveryMetrics(this.seed, destination);
  }

  /** The row as it leaves: with a field that no document knows, where the sandbox was asked for one. */
  leaving(row: Row): Row {
    return this.#undeclared ? { ...row, sandboxUndeclared: { since: '2031', flags: [1, null] } } : row;
  }

  /** A source takes its destinations with it. */
  remove(kind: 'source' | 'destination', id: string): void {
    this.#removed.add(id);
    if (kind === 'destination') return;
    for (const row of this.estate.destinations) if (row['sourceId'] === id) this.#removed.add(row['id']);
  }

  #left(rows: readonly Row[]): readonly Row[] {
    return this.#removed.size === 0 ? rows : rows.filter((row) => !this.#removed.has(row['id']));
  }
}
