/**
 * The world behind the API: the estate, with what has come and without what has gone, at the sandbox's own time.
 */
import type { Clock } from '../kit/clock.ts';
import type { Collection } from './collection.ts';
import type { ListName, Row, SandboxOptions } from './contract.ts';
import { AuditTrail } from './data/audit.ts';
import { deliveryMetrics } from './data/delivery.ts';
import type { Times } from './data/runs.ts';
import { monthOf } from './data/usage.ts';
import { generate, type Estate } from './estate.ts';

/** Lists beside the estate's, by name. */
type Collections = ReadonlyMap<string, Collection>;

const DAY = 86_400_000;
/** A few more than the delivery overview keeps. */
const MOST_COUNTED_DAYS = 35;

export class World {
  readonly seed: number;
  readonly clock: Clock;
  readonly estate: Estate;
  /** Ids of the sources that usage tells of: deleted ones too, and none that has just come. */
  #counted: readonly string[];
  readonly audit: AuditTrail;
  readonly firstUsageMonth: number;
  readonly #began: number;
  /** The day from which on events are counted (ms since the epoch). */
  readonly countedSince: number;
  readonly #options: SandboxOptions;
  readonly #collections: Collections;
  readonly #generated = new Map<string, readonly Row[]>();
  readonly #came = new Map<string, readonly Row[]>();
  readonly #removed = new Set<unknown>();
  readonly #undeclared: boolean;

  constructor(options: SandboxOptions, clock: Clock, collections: Collections) {
    this.seed = options.seed ?? 1;
    this.#options = options;
    this.#collections = collections;
    this.clock = clock;
    this.#began = clock.now();
    this.#undeclared = options.undeclared ?? false;
    this.estate = generate(this.seed, options);
    this.#counted = this.estate.sources.map(({ id }) => String(id));
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
    const days = Math.min(options.auditDays ?? MOST_COUNTED_DAYS, MOST_COUNTED_DAYS);
    this.countedSince = Math.floor((clock.now() - days * DAY) / DAY) * DAY;
    this.firstUsageMonth = monthOf(clock.now()) - (options.usageMonths ?? 14) + 1;
  }

  get times(): Times {
    return { began: this.#began, now: this.clock.now() };
  }

  get lastUsageMonth(): number {
    return monthOf(this.clock.now());
  }

  /** A list as the API has it now, newest first. */
  list(name: string): readonly Row[] {
    const came = this.#came.get(name);
    const rows = came ? [...came, ...this.#own(name)] : this.#own(name);
    return this.#removed.size === 0 ? rows : rows.filter((row) => !this.#removed.has(row['id']));
  }

  /** As generated; a family's list when it is first asked for. */
  #own(name: string): readonly Row[] {
    const collection = this.#collections.get(name);
    if (!collection) return this.estate[name as ListName];
    const rows = this.#generated.get(name) ?? this.#generate(collection);
    this.#generated.set(name, rows);
    return rows;
  }

  #generate({ size, make }: Collection): readonly Row[] {
    const length = size(this.#options, this.estate);
    return Array.from({ length }, (_, index) => make(this.seed, index, this.estate));
  }

  get sources(): readonly Row[] {
    return this.list('sources');
  }

  get destinations(): readonly Row[] {
    return this.list('destinations');
  }

  source(id: string): Row | undefined {
    return this.sources.find((row) => row['id'] === id);
  }

  destination(id: string): Row | undefined {
    return this.destinations.find((row) => row['id'] === id);
  }

  deliveryMetrics(destination: Row): Row {
    return deliveryMetrics(this.seed, destination);
  }

  /** The row as it leaves: with a field that no document knows, where the sandbox was asked for one. */
  leaving(row: Row): Row {
    return this.#undeclared ? { ...row, sandboxUndeclared: { since: '2031', flags: [1, null] } } : row;
  }

  /** A new row at the head of a list, which pushes all others back. A destination needs a source to belong to. */
  insert(name: string): void {
    if (name === 'destinations' && this.estate.sources.length === 0) return;
    const came = this.#came.get(name) ?? [];
    const index = this.#own(name).length + came.length;
    const collection = this.#collections.get(name);
    const row = collection
      ? collection.make(this.seed, index, this.estate)
      : this.estate.make[name as ListName](index);
    this.#came.set(name, [row, ...came]);
  }

  get counted(): readonly string[] {
    return this.#counted;
  }

  /** Usage begins to tell of one more source, ahead of the others … */
  count(): void {
    const { make, sources } = this.estate;
    this.#counted = [String(make.sources(sources.length + this.#counted.length)['id']), ...this.#counted];
  }

  /** … or no longer tells of the first one. */
  uncount(): void {
    this.#counted = this.#counted.slice(1);
  }

  /** A source takes its destinations with it. */
  remove(name: string, id: string): void {
    this.#removed.add(id);
    if (name !== 'sources') return;
    for (const row of this.destinations) if (row['sourceId'] === id) this.#removed.add(row['id']);
  }
}
