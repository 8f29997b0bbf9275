/** What is shown of a document: `_source` as a list of fields, or as what to include and to exclude, with `*` for anything. */
import { unparsable } from '../api/reply.ts';
import type { Row } from '../contract.ts';
import { isObject } from './mapping.ts';
import { expectMembers } from './members.ts';

type Show = (source: Row) => Row;

interface Pattern {
  /** Whether it is about this path itself. */
  readonly isAt: (path: string) => boolean;
  /** Whether it may be about something below. */
  readonly isBelow: (path: string) => boolean;
}

export function readFields(fields: unknown): Show {
  if (fields === undefined) return (source) => source;
  const { includes, excludes } = Array.isArray(fields) ? { includes: fields } : membersOf(fields);
  const [shown, hidden] = [patternsIn(includes, 'includes'), patternsIn(excludes, 'excludes')];
  const filter = new Filter(shown, hidden);
  return (source) => filtered(source, filter, '', shown.length === 0);
}

function membersOf(fields: unknown): { includes?: unknown; excludes?: unknown } {
  expectMembers(fields, '_source', ['includes', 'excludes']);
  return fields as Row;
}

function patternsIn(patterns: unknown, name: string): Pattern[] {
  if (patterns === undefined) return [];
  if (!Array.isArray(patterns) || !patterns.every((one) => typeof one === 'string'))
    throw unparsable(`[_source.${name}] must be a list of strings`);
  return patterns.map(patternOf);
}

function patternOf(text: string): Pattern {
  const escaped = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(`^${escaped.join('.*')}$`, 's');
  const start = text.split('*')[0] ?? '';
  return {
    isAt: (path) => whole.test(path),
    isBelow: (path) => text.startsWith(`${path}.`) || (text !== start && `${path}.`.startsWith(start)),
  };
}

/** What becomes of what stands at a path. */
interface Verdict {
  readonly isHidden: boolean;
  readonly isShown: boolean;
  /** Whether there is more to be told of what is below it. */
  readonly goesOn: boolean;
}

/** By the path: many documents have the same. */
class Filter {
  readonly #shown: readonly Pattern[];
  readonly #hidden: readonly Pattern[];
  readonly #known = new Map<string, Verdict>();

  constructor(shown: readonly Pattern[], hidden: readonly Pattern[]) {
    [this.#shown, this.#hidden] = [shown, hidden];
  }

  /** `isIn`: whether what it is in is shown, but for what is hidden. */
  at(path: string, isIn: boolean): Verdict {
    let verdict = this.#known.get(path);
    if (!verdict) this.#known.set(path, (verdict = this.#look(path, isIn)));
    return verdict;
  }

  #look(path: string, isIn: boolean): Verdict {
    const isShown = isIn || this.#shown.some(({ isAt }) => isAt(path));
    const below = isShown ? this.#hidden : [...this.#shown, ...this.#hidden];
    return {
      isHidden: this.#hidden.some(({ isAt }) => isAt(path)),
      isShown,
      goesOn: below.some(({ isBelow }) => isBelow(path)),
    };
  }
}

const OWN = { enumerable: true, configurable: true, writable: true };

/** What is left of an object; `above` is its path, with its dot. */
function filtered(source: Row, filter: Filter, above: string, isIn: boolean): Row {
  const left: Row = {};
  for (const name of Object.keys(source)) {
    const path = above + name;
    const { isHidden, isShown, goesOn } = filter.at(path, isIn);
    if (isHidden) continue;
    const value = source[name];
    const part = goesOn ? within(value, filter, `${path}.`, isShown) : isShown ? value : undefined;
    if (part === undefined) continue;
    if (name !== '__proto__') left[name] = part;
    // A name like any other, to whoever writes JSON.
    else Object.defineProperty(left, name, { ...OWN, value: part });
  }
  return left;
}

/** What is left of a value; undefined for nothing. */
function within(value: unknown, filter: Filter, above: string, isIn: boolean): unknown {
  if (Array.isArray(value)) {
    const left = value.map((one) => within(one, filter, above, isIn)).filter((one) => one !== undefined);
    return left.length > 0 || isIn ? left : undefined;
  }
  if (!isObject(value)) return isIn ? value : undefined;
  const left = filtered(value, filter, above, isIn);
  return isIn || Object.keys(left).length > 0 ? left : undefined;
}
