/** Rows as text: what a reader of the file gets back is what was read. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import Papa from 'papaparse';
import { formOf, formOfView } from '../../src/export/forms.ts';
import { record, required, string } from '../../src/engine/schema.ts';
import type { Row, Stream } from '../../src/engine/stream.ts';
import { anyCharacter } from '../support/characters.ts';

const stream = {
  name: 'things',
  schema: record({ id: required(string('Key')), name: string('Name'), count: string('Number') }),
} as unknown as Stream<never>;
const csvOf = (rows: readonly Row[]) => {
  const form = formOf(stream, 'csv');
  return form.head + form.body(rows);
};
const parse = (text: string) => Papa.parse<string[]>(text, { skipEmptyLines: true }).data;

const text = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(
    '=1+1',
    '+49',
    '-5',
    '-5.25',
    '-x',
    '@a',
    '\tx',
    '\rx',
    '＝1',
    '=1\n=2',
    'a"b',
    ' a ',
    'a,b',
    'a\r\nb',
    '\u2028',
  ),
);
const DANGEROUS = /^[=+\-@\t\r＝＋－＠]/u;
const isNegative = (value: string) => /^-\d+(\.\d+)?$/.test(value);
const defused = (value: string) => (DANGEROUS.test(value) && !isNegative(value) ? `'${value}` : value);

describe('CSV', () => {
  test('gives back each text, with what a spreadsheet would run defused', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: text, name: text }), { minLength: 1, maxLength: 5 }), (rows) => {
        const [, ...lines] = parse(csvOf(rows.map((row) => ({ ...row, count: 'x' }))));
        expect(lines).toEqual(rows.map(({ id, name }) => [defused(id), defused(name), 'x', '']));
      }),
    );
  });

  test('has lines that end in CR LF, also the last one', () => {
    expect(csvOf([{ id: 'a' }])).toBe('id,name,count,_undeclared\r\na,,,\r\n');
  });

  test('keeps numbers, and puts what is nested or in no schema into JSON', () => {
    const rows = [{ id: 'a', name: { b: ['=1'] }, count: -3, more: null, 'even,more': 'x' }];
    expect(parse(csvOf(rows))[1]).toEqual(['a', '{"b":["=1"]}', '-3', '{"more":null,"even,more":"x"}']);
  });

  test('of no rows is its header', () => expect(csvOf([])).toBe('id,name,count,_undeclared\r\n'));
});

test('JSON Lines are the rows as they are', () => {
  const value = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (rows) => {
      const { head, body } = formOf(stream, 'jsonl');
      const lines = body(rows).split('\n');
      expect(head).toBe('');
      expect(lines.pop()).toBe('');
      expect(lines).toEqual(rows.map((row) => JSON.stringify(row)));
    }),
  );
});

test('a view is written when all rows have come, and says how many they make', () => {
  const form = formOfView({
    name: 'last',
    stream: 'things',
    columns: ['Who'],
    rows: (records) => records.slice(-1).map(({ id }) => ({ Who: id })),
  });
  expect([form.body([{ id: 'a' }, { id: 'b' }]), form.body([{ id: '=c' }])]).toEqual(['', '']);
  expect([form.head, form.tail?.()]).toEqual(['Who\r\n', { text: '"\'=c"\r\n', rows: 1 }]);
});
