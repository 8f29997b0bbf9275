import {
  ACTIONS,
  FORMERLY,
  RETRIED,
  SUBJECTS,
  WHOLE_NAMES,
  type Outcome,
  type ProductArea,
} from './names.ts';

/** What the type of an event tells; each is null where the table of names does not know it. */
export interface Meaning {
  readonly productArea: ProductArea | null;
  readonly action: keyof typeof ACTIONS | null;
  readonly outcome: Outcome | null;
  /** Whether it is a failure that Segment itself tries to mend; null where area or action are not known. */
  readonly isAttempt: boolean | null;
}

/** Whether both halves of the name are in the table. */
export const isKnown = ({ productArea, action }: Meaning): boolean => productArea !== null && action !== null;

/** Pure: what `type` means by the table of names, as far as that knows it. */
export function meaningOf(type: string): Meaning {
  const words = wordsOf(type);
  const productArea = areaOf(words);
  const action = WHOLE.get(words.join(' ')) ?? words.map((word) => VERBS.get(word)).find(Boolean) ?? null;
  return {
    productArea,
    action,
    outcome: action && ACTIONS[action].outcome,
    isAttempt: productArea && action && RETRIED.includes(productArea) && action === 'failed',
  };
}

/** The area of the longest subject that the name begins with. */
function areaOf(words: readonly string[]): ProductArea | null {
  for (let length = Math.min(words.length, LONGEST); length > 0; length -= 1) {
    const area = AREAS.get(words.slice(0, length).join(' '));
    if (area) return area;
  }
  return null;
}

/** The words of a name as the table compares them: small, singular, by their present name. */
function wordsOf(name: string): string[] {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map(singular).map((word) => PRESENT.get(word) ?? word);
}

const singular = (word: string): string =>
  word.length < 4 || word.endsWith('ss') ? word : word.replace(/ies$/, 'y').replace(/s$/, '');

const PRESENT = new Map(
  Object.entries(FORMERLY).map(([former, present]) => [
    singular(former.toLowerCase()),
    present.toLowerCase(),
  ]),
);

const keysOf = <T extends object>(table: T) => Object.keys(table) as (keyof T)[];
const oneWord = (name: string): string => wordsOf(name).join(' ');
const AREAS = new Map(
  keysOf(SUBJECTS).flatMap((area) => SUBJECTS[area].map((subject) => [oneWord(subject), area])),
);
const LONGEST = Math.max(...[...AREAS.keys()].map((subject) => subject.split(' ').length));
const VERBS = new Map(
  keysOf(ACTIONS).flatMap((action) => ACTIONS[action].verbs.map((verb) => [oneWord(verb), action])),
);
const WHOLE = new Map(Object.entries(WHOLE_NAMES).map(([name, action]) => [oneWord(name), action]));
