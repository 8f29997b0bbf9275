import { systemError } from './errors.ts';
import { rowMask } from './secrets.ts';
import type { ReadContext, Row, Stream } from './stream.ts';
import { instant } from './windows.ts';

/** The key of a row, as one string. */
export interface Key {
  (row: Row): string;
  /** As the stream says. */
  readonly isOurs?: boolean;
}

export function keyOf(stream: Stream<never>): Key {
  const fields = stream.primaryKey;
  const [only] = fields;
  const isOurs = stream.isKeyOurs ?? false;
  // JSON keeps ["a","b,c"] and ["a,b","c"] apart.
  return fields.length === 1 && only !== undefined
    ? Object.assign((row: Row) => String(row[only]), { isOurs })
    : Object.assign((row: Row) => JSON.stringify(fields.map((field) => row[field])), { isOurs });
}

/**
 * What is done to each row before it is written, decided once a stream: our fields in, its key checked,
 * its secrets out. A row without its key would be lost in every destination that merges, so it is an error.
 */
export function shaper<Api>(
  stream: Stream<Api>,
  includeSecrets: boolean,
): (rows: readonly Row[], context: ReadContext<Api>) => Row[] {
  const mask = includeSecrets || !stream.secrets ? undefined : rowMask(stream.secrets);
  const { primaryKey } = stream;
  return (rows, context) => {
    const injected = stream.inject?.(context);
    return rows.map((raw) => {
      const row = injected ? { ...raw, ...injected } : raw;
      for (const field of primaryKey) if (!isScalar(row[field])) throw unusable(stream, field);
      return mask ? mask(row) : row;
    });
  };
}

/** The moment of a row (ms), by the field that the stream moves along. */
export interface Moment {
  (row: Row): number;
  readonly field: string;
}

/** The moment of a row's cursor. A row without one belongs to no window, so it is an error too. */
export function momentOf(stream: Stream<never>, field: string): Moment {
  const moment = (row: Row) => {
    const time = instant(row[field]);
    if (Number.isNaN(time)) throw unusable(stream, field);
    return time;
  };
  return Object.assign(moment, { field });
}

const isScalar = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const unusable = (stream: Stream<never>, field: string) =>
  systemError(
    `${stream.name}: the API sent a row without a usable "${field}"; please report it, the API may have changed.`,
  );
