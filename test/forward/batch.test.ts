import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Batch } from '../../src/forward/batch.ts';

const LIMITS = { messageBytes: 40, batchBytes: 100, messages: 5 };

test('a batch never has more messages or bytes than its limits, and takes what has room', () => {
  const messages = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => JSON.stringify(text)),
  );
  fc.assert(
    fc.property(messages, (all) => {
      const batch = new Batch(LIMITS);
      for (const message of all) {
        const before = [...batch.messages];
        const bytes = Buffer.byteLength([...before, message].join(','));
        const hasRoom = before.length < LIMITS.messages && bytes <= LIMITS.batchBytes;
        expect(batch.add(message)).toBe(hasRoom);
        expect(batch.messages).toEqual(hasRoom ? [...before, message] : before);
      }
    }),
  );
});
