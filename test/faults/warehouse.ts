import { keyText, story, type Message, type Row } from '../support/messages.ts';

type Keys = Readonly<Record<string, readonly string[]>>;

/** What a reader of the messages has in the end: one row a key, the last one wins. */
export class Warehouse {
  readonly #keys: Keys;
  readonly #tables = new Map<string, Map<string, Row>>();

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  upsert(table: string, rows: readonly Row[]): void {
    const held = this.rows(table);
    for (const row of rows) held.set(this.keyOf(table, row), row);
    this.#tables.set(table, held);
  }

  /** What a destination in overwrite mode does once a stream is COMPLETE. */
  replace(table: string, rows: readonly Row[]): void {
    this.#tables.delete(table);
    this.upsert(table, rows);
  }

  /** Row by key. */
  rows(table: string): Map<string, Row> {
    return this.#tables.get(table) ?? new Map<string, Row>();
  }

  keyOf(table: string, row: Row): string {
    return keyText(row, this.#keys[table] ?? []);
  }
}

/** What a platform that keeps nothing beyond a state has of a stream: the rows before its nth state (from 1). */
export function rowsBefore(messages: readonly Message[], name: string, nth: number): Row[] {
  const rows: Row[] = [];
  let states = 0;
  for (const { record, state } of story(messages, name).messages) {
    if (states === nth) break;
    if (record) rows.push(record.data);
    if (state) states += 1;
  }
  return states === nth ? rows : [];
}
