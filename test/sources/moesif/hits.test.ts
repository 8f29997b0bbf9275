import { describe, expect, test } from '@jest/globals';
import { MalformedAnswer } from '../../../src/http/errors.ts';
import { CUT_SHORT, found } from '../../../src/sources/moesif/hits.ts';

const hit = { _index: 'x', _id: 'u1', _source: { name: 'Ada' }, sort: ['u1'] };
const answer = (hits: object, more: object = {}) => ({ took: 1, timed_out: false, ...more, hits });

describe('the answer of a search', () => {
  test.each([
    [7, 7],
    [{ value: 7, relation: 'eq' }, 7],
    [{ value: 10_000, relation: 'gte' }, undefined],
    [undefined, undefined],
  ])('has its hits, and a total where %j tells it', (total, told) => {
    expect(found(answer({ total, hits: [hit] }))).toEqual({
      hits: [{ id: 'u1', fields: { name: 'Ada' }, sort: ['u1'] }],
      total: told,
    });
  });

  test.each([
    ['null', null],
    ['a list', []],
    ['without hits', answer({ total: 0 })],
    ['with an error', { error: 'no' }],
    ['a hit without an id', answer({ hits: [{ ...hit, _id: undefined }] })],
    ['a hit without fields', answer({ hits: [{ ...hit, _source: undefined }] })],
    ['a hit without its place', answer({ hits: [{ ...hit, sort: undefined }] })],
  ])('that is %s is malformed, not empty', (_, body) => {
    expect(() => found(body)).toThrow(MalformedAnswer);
  });

  test.each([
    ['ran out of time', { timed_out: true }],
    ['lost a part of the index', { _shards: { total: 5, successful: 4, failed: 1 } }],
  ])('that %s is not whole', (_, more) => {
    expect(() => found(answer({ total: 1, hits: [hit] }, more))).toThrow(CUT_SHORT);
    expect(found(answer({ total: 1, hits: [hit] }, { _shards: { failed: 0 } })).hits).toHaveLength(1);
  });
});
