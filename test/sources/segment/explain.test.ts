/** What a person reads: one sentence on what happened and what to do. */
import { expect, test } from '@jest/globals';
import { HttpError } from '../../../src/http/errors.ts';
import { vendorTrouble } from '../../../src/sources/segment/explain.ts';

test('a page that is too large is smaller with a lower page_size', () => {
  const error = new HttpError('too-large', '/users', 'more than 256 MiB');
  expect(vendorTrouble(error, 'users')).toMatchObject({
    failureType: 'config_error',
    message:
      'users: an answer is too large to be read (more than 256 MiB); lower "page_size", or report it where the table has no pages.',
    internal: 'GET /users: more than 256 MiB',
  });
});
