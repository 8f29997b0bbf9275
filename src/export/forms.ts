/** How rows become the text of a file. Pure, but for the rows that a view collects. */
import Papa from 'papaparse';
import type { Row, Stream } from '../engine/stream.ts';
import type { View } from '../engine/view.ts';
import type { Format } from './formats.ts';

/** A file's text, piece by piece. */
export interface Form {
  readonly extension: Format;
  readonly head: string;
  /** The text of some rows, as they come. */
  readonly body: (rows: readonly Row[]) => string;
  /** What can only be said when all have come, and how many rows that makes. */
  readonly tail?: () => { text: string; rows: number };
  /** What is not in it, for whoever may miss it. */
  readonly without?: string | undefined;
}

/** The column of what the API sent and the schema does not name, so that the columns of a file are always the same. */
const UNDECLARED = '_undeclared';

/** The file of a table: its columns are those of the schema, in their order, and one for the rest. */
export function formOf({ schema }: Stream<never>, format: Format): Form {
  if (format === 'jsonl') return { extension: format, head: '', body: jsonLines };
  const columns = Object.keys(schema.properties);
  const declared = new Set(columns);
  const cells = (row: Row): unknown[] => {
    const rest = Object.entries(row).filter(([field]) => !declared.has(field));
    return [...columns.map((column) => row[column]), rest.length > 0 ? Object.fromEntries(rest) : null];
  };
  return {
    extension: format,
    head: csvLines([[...columns, UNDECLARED]]),
    body: (rows) => csvLines(rows.map(cells)),
  };
}

/** The file of a view, which is made of all rows at once. */
export function formOfView({ columns, rows, without }: View): Form {
  const all: Row[] = [];
  return {
    extension: 'csv',
    head: csvLines([columns]),
    body: (some) => {
      for (const row of some) all.push(row);
      return '';
    },
    tail: () => {
      const lines = rows(all).map((row) => columns.map((column) => row[column]));
      return { text: csvLines(lines), rows: lines.length };
    },
    without,
  };
}

const jsonLines = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/**
 * What a spreadsheet would run, in small and full width; a negative number is none of it.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^(?!-\d+(?:\.\d+)?$)[=+\-@\t\r＝＋－＠]/u;

/** RFC 4180. Nothing is an empty cell, a nested value is JSON, a formula gets a `'` before it. */
function csvLines(rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map(cellOf));
  return `${Papa.unparse(cells, { newline: '\r\n', escapeFormulae: FORMULA })}\r\n`;
}

const cellOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
