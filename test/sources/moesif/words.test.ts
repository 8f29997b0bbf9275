import { expect, test } from '@jest/globals';
import { wordsIn } from '../../../src/sources/moesif/words.ts';

test.each([
  [{ moesif_error: { code: 'auth_error', msg: 'Unable to parse token' } }, 'Unable to parse token'],
  [{ moesif_error: { message: 'This API requires read:users' } }, 'This API requires read:users'],
  [
    { error: { root_cause: [], type: 'parsing_exception', reason: 'unknown query [x]' }, status: 400 },
    'unknown query [x]',
  ],
  [{ error: 'plain words' }, undefined],
  ['plain words', undefined],
  [null, undefined],
])('of %j the words are %p', (body, words) => expect(wordsIn(body)).toBe(words));
