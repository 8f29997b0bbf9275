/** What the search has of the values of a field, and how it compares them with what is asked for. */
import { illegal, unparsable } from '../api/reply.ts';
import type { Document } from '../contract.ts';
import { instantOf } from '../times.ts';
import { byBytes } from './compare.ts';
import { valuesAt, type Field } from './mapping.ts';

/** Tells how a value stands to a border: above it, below it, or at it; undefined for one that cannot be told. */
export function ordering({ path, type }: Field, border: unknown): (value: unknown) => number | undefined {
  switch (type) {
    case 'date': {
      const at = instantOf(border);
      if (at === undefined)
        throw unparsable(
          `failed to parse date field [${String(border)}] with format [strict_date_optional_time]`,
        );
      return (value) => {
        const instant = instantOf(value);
        return instant === undefined ? undefined : instant - at;
      };
    }
    case 'long':
    case 'any':
      if (typeof border !== 'number') throw illegal(`For input string: "${String(border)}"`);
      return (value) => (typeof value === 'number' ? value - border : undefined);
    case 'raw':
      if (typeof border !== 'string') throw illegal(`a border of [${path}] must be a string`);
      return (value) => (typeof value === 'string' ? byBytes(value, border) : undefined);
    case 'text':
    case 'ip':
    case 'id':
      throw illegal(`Field [${path}] of type [${type}] does not support range queries`);
  }
}

/** A term as words are. */
export function termOf({ type, path }: Field, value: unknown): string {
  if (type !== 'date') return String(value);
  const instant = instantOf(value);
  if (instant === undefined) throw unparsable(`failed to parse date field [${String(value)}] of [${path}]`);
  return String(instant);
}

/** What the search has of a document's field. A term that is asked for is not split, so it is none of a text's words. */
export function wordsOf(document: Document, field: Field): string[] {
  const values = valuesOf(document, field);
  if (field.type === 'date') return values.map((value) => String(instantOf(value)));
  const isSplit = field.type === 'text' || field.type === 'any';
  return values.flatMap((value) =>
    typeof value === 'string' && isSplit
      ? (value.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [])
      : [String(value)],
  );
}

export const valuesOf = ({ _id, _source }: Document, { type, path }: Field): unknown[] =>
  type === 'id' ? [_id] : valuesAt(_source, path);
