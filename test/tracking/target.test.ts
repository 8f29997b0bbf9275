import { expect, test } from '@jest/globals';
import { messageIdFor } from '../../src/tracking/target.ts';

const [one, other] = [{ write_key: 'a-write-key' }, { write_key: 'another-key' }];

test('a messageId is another one for each source that it goes to, and for each message', () => {
  const ids = [one, other].flatMap((target) => ['1', '2'].map((id) => messageIdFor(target, 'x', id)));
  expect(new Set(ids).size).toBe(4);
});

test('it stays what it is: what was sent by an earlier version must not come twice', () => {
  expect(messageIdFor(one, 'moesif', 'moesif-1')).toBe(
    'moesif-18c63349359f2541ce20d5b588604ff7e36a1f017aca15cb70ceba760aab8445',
  );
});
