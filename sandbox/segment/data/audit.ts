/**
 * The audit trail. Event k is computed from k alone, and its time never decreases with k, so that a window is a range
 * of numbers found by bisection: a million events need no more memory than ten.
 */
import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

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

const TYPES = [
  'Source Created',
  'Source Settings Modified',
  'Integration Disabled',
  'Warehouse Credential Modified',
  'User Policy Updated',
  'User Added To User Group',
  'Permission Check',
  'Transformation Updated',
];

/** Events `from` (inclusive) to `to` (exclusive). */
export interface Range {
  from: number;
  to: number;
}

export class AuditTrail {
  readonly #plan: AuditPlan;
  readonly #start: number;
  readonly #spacing: number;
  readonly #draw: number;

  constructor(plan: AuditPlan) {
    this.#plan = plan;
    this.#draw = hash(`${plan.seed}/audit`);
    this.#start = plan.now - plan.days * DAY;
    this.#spacing = (plan.days * DAY) / plan.events;
  }

  /** The events of a window, both borders included, of those that exist and are still kept at `now`. */
  range(start: number, end: number, now: number): Range {
    const from = this.#firstFrom(Math.max(start, now - RETENTION));
    return { from, to: Math.max(from, this.#firstFrom(Math.min(end, now) + 1)) };
  }

  /** Milliseconds since the epoch; never decreases with k. */
  time(k: number): number {
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
      if (this.time(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  event(k: number): Row {
    const { users, resources } = this.#plan;
    const dice = mix(this.#draw, k);
    const time = new Date(this.time(k)).toISOString();
    const kind = resources[dice % resources.length];
    const resource = kind?.rows[(dice >>> 4) % kind.rows.length];
    return {
      id: `events/${k}`,
      timestamp: time.endsWith('.000Z') ? time.replace('.000Z', 'Z') : time,
      type: TYPES[(dice >>> 8) % TYPES.length],
      ...actor(dice >>> 12, users),
      resourceId: text(resource?.['id']) ?? `gone-${dice % 1000}`,
      resourceType: kind?.type ?? 'workspace',
      resourceName: text(resource?.['name']) ?? '',
    };
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A user, under either of two spellings; a token; or the system. Only users have an address. */
function actor(dice: number, users: readonly Row[]): Row {
  const user = users[dice % Math.max(1, users.length)];
  const spelling = (dice >>> 6) % 4;
  if (spelling === 2 || !user) return { actor: `public-api-token/${dice % 97}` };
  if (spelling === 3) return { actor: '__system__' };
  const id = String(user['id']);
  return { actor: spelling === 0 ? `users/${id}` : id, actorEmail: user['email'] };
}
