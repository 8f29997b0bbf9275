/**
 * Deterministic chance: the same seed and the same name give the same values, on every machine and in every order.
 * Rows are drawn from their own name (`random(seed, 'source', 3)`), so that one can be made without its neighbours.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  int(below: number): number;
  pick<T>(choices: readonly T[]): T;
  /** Letters and digits, as the API's ids. */
  id(length?: number): string;
}

/** FNV-1a over the text: spreads names over 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/** Another 32 bits out of a hash and a number, for what is computed too often to spell out its name. */
export function mix(value: number, number: number): number {
  let word = Math.imul(value ^ (number + 0x9e3779b9), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** Mulberry32, a generator of one 32-bit word. */
export function random(seed: number, ...name: (string | number)[]): Random {
  let state = hash([seed, ...name].join('/'));
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick: <T>(choices: readonly T[]): T => {
      if (choices.length === 0) throw new RangeError('nothing to pick from');
      return choices[int(choices.length)] as T;
    },
    id: (length = 22) => Array.from({ length }, () => ALPHABET[int(ALPHABET.length)]).join(''),
  };
}
