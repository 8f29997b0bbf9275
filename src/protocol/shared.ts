import { RECORD_END } from './messages.ts';

/**
 * On a row: the columns that it shares with others. Under a symbol, so that its own are printed without them; whoever looks into a row
 * sees those alone, so no column can be shared that is a key, a cursor or a secret, is injected, or is kept for children.
 */
export const SHARED = Symbol('shared');

/** A row, which has one column of its own at least, and none by the name of one that it shares. */
export interface Sharing {
  readonly [column: string]: unknown;
  [SHARED]?: Shared | undefined;
}

/** Columns, one at least, that many rows have alike beside those of their own: their JSON is made once, and goes behind each row's. */
export class Shared {
  readonly columns: Readonly<Record<string, unknown>>;
  /** The end of a RECORD line: what stands in it from the row's last brace on. */
  readonly lineEnd: Buffer;

  constructor(columns: Readonly<Record<string, unknown>>) {
    this.columns = columns;
    this.lineEnd = Buffer.concat([Buffer.from(`,${JSON.stringify(columns).slice(1)}`), RECORD_END]);
  }
}

/** The row with all its columns as its own, for whoever looks at them. */
export function whole<Row extends Sharing>(row: Row): Row {
  const shared = row[SHARED];
  return shared ? { ...row, ...shared.columns, [SHARED]: undefined } : row;
}
