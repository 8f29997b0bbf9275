/** Profiles, each made from its place alone. */
import { random } from '../../kit/random.ts';
import type { Profile, Row } from '../contract.ts';
import { BIG, clashingNames, mixed, nested, strangeNames, strangeValues } from './strange.ts';

const KINDS: readonly ((index: number) => Row)[] = [
  (index) => ({ $email: `user${index}@example.com`, $first_name: 'Example', $name: `Example ${index}` }),
  () => ({ ...strangeNames('profile'), event: 'no event here', time: 124124 }),
  () => ({ ...clashingNames, distinct_id: 'inner', mp_property_distinct_id: 'inner too' }),
  () => strangeValues,
  () => ({ ...nested, unblocked: 'true', 'Total Spent': 19.9, tags: ['a', 1, null], balance: BIG }),
  () => ({}),
  (index) => ({ $browser_version: mixed[index % mixed.length], 'Total Spent': '19,90', plan: 'pro' }),
  (index) => ({ $browser_version: 83, plan: { tier: 'pro', seats: index }, 'is vip?': true }),
];

/** The types of each property's values: several of some. */
export const PROFILE_TYPES: ReadonlyMap<string, ReadonlySet<string>> = typesOf([
  { $created: secondsOf(0), $last_seen: secondsOf(0) },
  ...KINDS.flatMap((make) => mixed.map((_, index) => make(index))),
]);

export const PROFILE_PROPERTIES: readonly string[] = [...PROFILE_TYPES.keys()];

function typesOf(rows: readonly Row[]): Map<string, Set<string>> {
  const types = new Map<string, Set<string>>();
  for (const [name, value] of rows.flatMap((row) => Object.entries(row)))
    types.set(name, (types.get(name) ?? new Set()).add(typeOf(value)));
  return types;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return 'datetime';
  return Array.isArray(value) ? 'list' : typeof value;
}

export function profileAt(seed: number, index: number, now: number): Profile {
  const chance = random(seed, 'profile', index);
  // Each eighth has none, others have nothing but an id: no filter by time finds either.
  const lastSeen = now - Math.floor(chance.next() * 400 * 86_400_000);
  const seen = index % 8 === 5 || index % 8 === 6 ? {} : { $last_seen: secondsOf(lastSeen) };
  const created = index % 4 === 0 ? { $created: secondsOf(lastSeen - 86_400_000) } : {};
  const properties = { ...created, ...seen, ...KINDS[index % KINDS.length]?.(index) };
  return { distinct_id: idAt(index, () => chance.id()), properties };
}

/** Whole numbers, some beyond what JavaScript holds, and texts, some of which look like numbers. */
function idAt(index: number, text: () => string): Profile['distinct_id'] {
  switch (index % 10) {
    case 0:
      return index + 4;
    case 3:
      return BIG + BigInt(index);
    case 4:
      return `0${index}`;
    case 5:
      return `$device:${text()}`;
    case 6:
      return `Å😀 "${index}"`;
    default:
      return text();
  }
}

function secondsOf(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
