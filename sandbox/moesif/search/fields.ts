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
  return (source) => filtered(source, { shown, hidden, path: '', isShown: shown.length === 0 });
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

interface Filter {
  readonly shown: readonly Pattern[];
  readonly hidden: readonly Pattern[];
  /** Of the object that is filtered, with its dot. */
  readonly path: string;
  /** Whether it is shown, but for what is hidden in it. */
  readonly isShown: boolean;
}

function filtered(source: Row, filter: Filter): Row {
  const left: Row = {};
  for (const [name, value] of Object.entries(source)) {
    const path = filter.path + name;
    if (filter.hidden.some(({ isAt }) => isAt(path))) continue;
    const isShown = filter.isShown || filter.shown.some(({ isAt }) => isAt(path));
    const goesOn = (isShown ? filter.hidden : [...filter.shown, ...filter.hidden]).some(({ isBelow }) =>
      isBelow(path),
    );
    const part = goesOn
      ? within(value, { ...filter, path: `${path}.`, isShown })
      : isShown
        ? value
        : undefined;
    // Not by its name: `__proto__` is one like any other.
    if (part !== undefined)
      Object.defineProperty(left, name, {
        value: part,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return left;
}

/** What is left of a value; undefined for nothing. */
function within(value: unknown, filter: Filter): unknown {
  if (Array.isArray(value)) {
    const left = value.map((one) => within(one, filter)).filter((one) => one !== undefined);
    return left.length > 0 || filter.isShown ? left : undefined;
  }
  if (!isObject(value)) return filter.isShown ? value : undefined;
  const left = filtered(value, filter);
  return filter.isShown || Object.keys(left).length > 0 ? left : undefined;
}
