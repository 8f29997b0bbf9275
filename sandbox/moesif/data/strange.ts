/** Ids, names and values that an application may have, and that careless readers stumble over. */
import { fixed } from '../../kit/json.ts';

/** Beyond what JavaScript holds, and no round number. */
export const BIG = 2033513821949367297n;

/** Words of the language that are nobody's property. */
const WORDS: Readonly<Record<number, string>> = { 17: '__proto__', 26: 'constructor' };

/** Each is another's neighbour in some way: two that differ by case alone, two that sort otherwise by bytes than by letters. */
export function userIdAt(index: number): string {
  const nth = Math.floor(index / 9);
  switch (index % 9) {
    case 0:
      return `user-${nth}`;
    case 1:
      return `Å😀-${nth}`;
    case 2:
      return `a/b?c=${nth}&d#e%2F`;
    case 3:
      return `"quoted" \\ ${nth}`;
    case 4:
      return `Case-${nth}`;
    case 5:
      return `case-${nth}`;
    case 6:
      return String(BIG + BigInt(nth));
    case 7:
      return `user+${nth}@example.com`;
    default:
      return WORDS[index] ?? `Å\uFF5E-${nth}`;
  }
}

export function companyIdAt(index: number): string {
  const nth = Math.floor(index / 6);
  switch (index % 6) {
    case 0:
      return `co-${nth}`;
    case 1:
      return `Acme "${nth}" Inc.`;
    case 2:
      return `Globex-${nth}`;
    case 3:
      return `globex-${nth}`;
    case 4:
      return `æ/${nth}😀`;
    default:
      return String(BIG - BigInt(nth));
  }
}

/** `__proto__` is one of its own here, as in JSON. */
const METADATA: readonly unknown[] = [
  { plan: 'pro', seats: 3, tags: ['a', 1, null] },
  { Plan: 'upper', plan: 'lower', PLAN: { tier: 'capital' } },
  {
    id: BIG,
    negative: -BIG,
    'ids in a list': [BIG, 7, { deep: 9007199254740993n }],
    edge: Number.MAX_SAFE_INTEGER,
    fraction: 0.627875673029858,
    digits: '2033513821949367297',
    'digits in words': 'say ": 2033513821949367297, [12345678901234567890]" twice',
  },
  { ['__proto__']: { polluted: true }, constructor: 'a word', '': 'no name', 'a.b[0]': 'a path?' },
  {},
  null,
  undefined,
  { nested: { deeper: { deepest: [{}, [], null] } }, empty: '', nothing: null },
  { separators: 'one\u2028two\u0085three', lines: 'first\nsecond', modified_time: '2023-07-27T21:55:19.464' },
].map((value) => (typeof value === 'object' && value !== null ? fixed(value) : value));

/** Undefined where there is none. */
export const metadataAt = (index: number): unknown => METADATA[index % METADATA.length];

/** What whoever looks for tokens in an output looks for. */
export const HIDDEN = 's3cr3t';
