import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { keyText, story, type Message, type Row } from '../support/messages.ts';
import { comparable } from '../support/truth.ts';
import { dishonesty } from './honesty.ts';

type Keys = Readonly<Record<string, readonly string[]>>;

/** What a table is held to; without any of it, to the very keys of the truth. */
export interface Terms {
  /** Which rows of the truth must be there. */
  readonly isDue?: (row: Row) => boolean;
  /** Which keys may be there beside them: of rows that the API had once. */
  readonly isKnown?: (key: string) => boolean;
  /** Whether the values must be the API's too, as where nothing is masked. */
  readonly byValue?: boolean;
}

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

  /** In words, how a table differs from the truth; none where it does not. */
  differences(table: string, truth: Iterable<Row> = [], terms: Terms = {}): string[] {
    const { isDue = () => true, isKnown = () => false, byValue = false } = terms;
    const held = this.rows(table);
    const invented = new Set([...held.keys()].filter((key) => !isKnown(key)));
    const missing: string[] = [];
    const changed: string[] = [];
    for (const row of truth) {
      const key = this.keyOf(table, row);
      const own = held.get(key);
      invented.delete(key);
      if (!isDue(row)) continue;
      if (!own) missing.push(key);
      else if (byValue && !isDeepStrictEqual(comparable(own), comparable(row))) changed.push(key);
    }
    return [
      ...inWords(table, 'are missing', missing),
      ...inWords(table, "are not the API's", changed),
      ...inWords(table, 'are invented', [...invented]),
    ];
  }
}

const inWords = (table: string, what: string, keys: readonly string[]): string[] =>
  keys.length === 0 ? [] : [`${table}: ${keys.length} rows ${what}, such as ${keys.slice(0, 3).join(' ')}`];

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

/** What a read of one table, which kept to the rules, brought into a warehouse of its own. */
export function taken(keys: Keys, name: string, messages: readonly Message[]) {
  expect(dishonesty(messages, [name])).toEqual([]);
  const told = story(messages, name);
  const warehouse = new Warehouse(keys);
  warehouse.upsert(name, told.records);
  return {
    told,
    warehouse,
    /** Of these rows, those that were not read. What was read and has gone since is no wrong. */
    lost: (rows: readonly Row[]) => warehouse.differences(name, rows, { isKnown: () => true }),
    repeated: told.records.length - warehouse.rows(name).size,
  };
}
