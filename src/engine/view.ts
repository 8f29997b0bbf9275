import type { Row } from './stream.ts';

/** The rows of a stream in the form that somebody else asks for: exactly these columns, in this order. */
export interface View {
  readonly name: string;
  /** The stream whose rows it is made of. */
  readonly stream: string;
  readonly columns: readonly string[];
  /** What is not in it, for whoever may miss it. */
  readonly without?: string;
  /** Pure. Each row with a value for every column. */
  readonly rows: (records: readonly Row[]) => Row[];
}
