/** What the names of audit events mean: each that is public, and what may become of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { actorOf } from '../../../src/sources/segment/audit/actor.ts';
import { PRODUCT_AREAS } from '../../../src/sources/segment/audit/filter.ts';
import { meaningOf } from '../../../src/sources/segment/audit/meaning.ts';
import { anyCharacter } from '../../support/characters.ts';

const fixture = new URL('../../fixtures/audit-event-names.json', import.meta.url);
const names = JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, [area: string, action: string]>;
const all = Object.keys(names);
const those = (is: (meaning: ReturnType<typeof meaningOf>) => boolean) =>
  all.filter((name) => is(meaningOf(name)));

test('each public name has its area and its action', () => {
  expect(all.length).toBeGreaterThan(180);
  const meant = all.map((name) => [name, [meaningOf(name).productArea, meaningOf(name).action]]);
  expect(Object.fromEntries(meant)).toEqual(names);
});

test('failures are these, and no others', () => {
  expect(those(({ outcome }) => outcome === 'failure')).toEqual([
    'Audience Destination Sync Failed',
    'Audience Run Failed',
    'Computed Trait Destination Sync Failed',
    'Computed Trait Run Failed',
    'Profiles Sync Warehouse Sync Failed',
    'Reverse ETL Sync Failed',
    'Reverse ETL Sync Partial Success',
    'Source Run Failed',
    'Storage Destination Sync Failed',
    'Storage Destination Sync Partially Succeeded',
    'Warehouse Run Failed',
  ]);
});

test('of these the name tells no outcome', () => {
  expect(those(({ outcome }) => outcome === null)).toEqual([
    'Data Graph Breaking Change',
    'New Forbidden Event Property',
    'Permission Check',
    'Public API Tokens Without Owners Detected',
    'Storage Destination Settings Validation',
    'Storage Destination Sync Skipped',
    'Violations Detected',
  ]);
});

test('attempts, of which Segment makes more, are the failures of audiences and computed traits', () => {
  expect(those(({ isAttempt }) => isAttempt !== false)).toEqual([
    'Audience Destination Sync Failed',
    'Audience Run Failed',
    'Computed Trait Destination Sync Failed',
    'Computed Trait Run Failed',
  ]);
});

describe('names change', () => {
  test.each([
    ['Integrations Deleted', 'Destination Deleted'],
    ['Personas Warehouse Source Created', 'Engage Warehouse Sources Created'],
    ['warehouse_run_failed', 'Warehouse Run Failed'],
    ['AUDIENCE RUNS FAILED', 'Audience Run Failed'],
    ['Tracking Plans: Updated', 'Tracking Plan Modified'],
    ['Policies Deleted', 'Policy Deleted'],
  ])('%s is %s', (name, other) => {
    expect(meaningOf(name)).toEqual(meaningOf(other));
    expect(meaningOf(name).action).not.toBeNull();
  });

  test('in case, plural and punctuation, and they mean the same', () => {
    const letter = fc.constantFrom(
      (word: string) => word.toUpperCase(),
      (word: string) => word.toLowerCase(),
    );
    const between = fc.constantFrom(' ', '  ', '_', '-', ': ', ' / ');
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(letter), fc.array(between), (name, cases, marks) => {
        const words = name.split(' ').map((word, at) => (cases[at] ?? ((same) => same))(word));
        const written = words.reduce((before, word, at) => `${before}${marks[at] ?? ' '}${word}`);
        expect(meaningOf(written)).toEqual(meaningOf(name));
      }),
    );
  });
});

describe('what is in no table', () => {
  const nothing = { productArea: null, action: null, outcome: null, isAttempt: null };

  test.each(['', ' ', 'Widget Frobnicated', 'constructor', '__proto__', 'Größe «neu» 🙂'])(
    '%j has no meaning',
    (type) => {
      expect(meaningOf(type)).toEqual(nothing);
    },
  );

  test('half a name tells half', () => {
    expect(meaningOf('Source Teleported')).toEqual({ ...nothing, productArea: 'Sources' });
    expect(meaningOf('Widget Deleted')).toEqual({ ...nothing, action: 'deleted', outcome: 'success' });
  });

  test('no type is an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (type) => {
        const { productArea } = meaningOf(type);
        expect([null, ...PRODUCT_AREAS]).toContain(productArea);
      }),
    );
  });
});

test.each([
  ['users/u1', 'a@shop.example', 'user', 'u1'],
  ['users/u1', undefined, 'user', 'u1'],
  ['u1', 'a@shop.example', 'user', 'u1'],
  ['public-api-token/t/1', undefined, 'token', 't/1'],
  ['__system__', undefined, 'system', null],
  ['Segment', undefined, 'system', null],
  ['Segment', 'a@segment.example', 'user', 'Segment'],
  // Nothing says what these are.
  ['u1', undefined, null, 'u1'],
  ['u1', '', null, 'u1'],
  ['robots/7', undefined, null, 'robots/7'],
  ['', undefined, null, null],
  [null, 'a@shop.example', 'user', null],
])('%j with the address %j is %j %j', (actor, email, type, id) => {
  expect(actorOf(actor, email)).toEqual({ type, id });
});
