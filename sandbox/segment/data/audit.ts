/**
 * The audit trail. Event k is computed from k alone, and its time never decreases with k, so that a window is a range
 * of numbers found by bisection: a million events need no more memory than ten.
 */
import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';
import { KINDS } from './audit-kinds.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long the API shows an event. */
const RETENTION = 90 * DAY;

export interface AuditPlan {
  seed: number;
  /** Spread evenly over `days` before `now`; the same pace goes on after it. */
  events: number;
  days: number;
  now: number;
  users: readonly Row[];
  resources: readonly { type: string; rows: readonly Row[] }[];
}

/** Part of the trail, newest event first. */
export interface AuditWindow {
  readonly length: number;
  slice(from: number, to: number): Row[];
}

export class AuditTrail {
  readonly #plan: AuditPlan;
  readonly #start: number;
  readonly #spacing: number;
  readonly #draw: number;
  /** Events beside the computed ones, such as those that arrived after their time. */
  readonly #added: { readonly time: number; readonly row: Row }[] = [];

  constructor(plan: AuditPlan) {
    this.#plan = plan;
    this.#draw = hash(`${plan.seed}/audit`);
    this.#start = plan.now - plan.days * DAY;
    this.#spacing = (plan.days * DAY) / plan.events;
  }

  /** An event at a time that may be long past. */
  insert(time: number): void {
    this.add({ ...this.#event(0, time), id: `events/late-${this.#added.length}` });
  }

  /** This very event, at its own time. */
  add(row: Row): void {
    this.#added.push({ time: Date.parse(String(row['timestamp'])), row });
  }

  /** The events of a window, both borders included, of those that exist and are still kept at `now`. */
  window(start: number, end: number, now: number): AuditWindow {
    const oldest = Math.max(start, now - RETENTION);
    const newest = Math.min(end, now);
    const from = this.#firstFrom(oldest);
    const length = Math.max(0, this.#firstFrom(newest + 1) - from);
    const regular = (first: number, last: number): Row[] =>
      Array.from({ length: Math.max(0, Math.min(last, length) - first) }, (_, index) =>
        this.#event(from + length - 1 - first - index),
      );
    const added = this.#added.filter(({ time }) => time >= oldest && time <= newest);
    if (added.length === 0) return { length, slice: regular };
    const timeOf = (row: Row) => Date.parse(String(row['timestamp']));
    return [...regular(0, length), ...added.map(({ row }) => row)].sort((a, b) => timeOf(b) - timeOf(a));
  }

  /** Milliseconds since the epoch; never decreases with k. */
  #time(k: number): number {
    // In each seven events the first three happen at the same moment.
    const base = k % 7 < 3 ? k - (k % 7) : k;
    const earliest = k < this.#plan.events ? this.#start : this.#plan.now + 1;
    return Math.max(earliest, this.#shape(this.#start + (base + 0.5) * this.#spacing));
  }

  /** Whole seconds mostly, and around midnight the two moments that test a border: itself and 1 ms before. */
  #shape(raw: number): number {
    const reach = Math.min(this.#spacing, HOUR);
    const before = Math.floor(raw / DAY) * DAY;
    const after = before + DAY;
    if (raw - before < reach && before >= this.#start) return before;
    if (after - raw <= reach && (after <= this.#plan.now || raw > this.#plan.now)) return after - 1;
    const second = Math.floor(raw / 1000);
    return second * 1000 + (mix(this.#draw, second % 0x7fffffff) % 4 === 0 ? Math.floor(raw % 1000) : 0);
  }

  /** The first event at `time` or later. */
  #firstFrom(time: number): number {
    if (this.#plan.events === 0) return 0;
    let low = 0;
    let high = Math.max(0, Math.ceil((time + DAY - this.#start) / this.#spacing) + 7);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #event(k: number, time = this.#time(k)): Row {
    const { users, resources } = this.#plan;
    const dice = mix(this.#draw, k);
    const kind = resources[dice % resources.length];
    const resource = kind?.rows[(dice >>> 4) % kind.rows.length];
    return {
      id: `events/${k}`,
      timestamp: timestamp(time),
      type: KINDS[(dice >>> 8) % KINDS.length]?.type,
      ...actor(dice >>> 12, users),
      resourceId: text(resource?.['id']) ?? `gone-${dice % 1000}`,
      resourceType: kind?.type ?? 'workspace',
      resourceName: text(resource?.['name']) ?? '',
    };
  }
}

const timestamp = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * A user, under either of two spellings; a token; the system, under either of its names; or somebody of whom no more than
 * an id is told. Only users have an address.
 */
function actor(dice: number, users: readonly Row[]): Row {
  const user = users[dice % Math.max(1, users.length)];
  const spelling = (dice >>> 6) % 4;
  if (spelling === 2 || !user) return { actor: `public-api-token/${dice % 97}` };
  if (spelling === 3) return { actor: ['__system__', 'Segment', `gone-${dice % 13}`][dice % 3] };
  const id = String(user['id']);
  return { actor: spelling === 0 ? `users/${id}` : id, actorEmail: user['email'] };
}
