import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { auditMessage } from '../../../src/sources/segment/forward/message.ts';

/** The example of the API's documents, with what we add to it. */
const EVENT = {
  id: 'events/145876976',
  timestamp: '2022-03-04T21:29:22Z',
  type: 'Source Function Deleted',
  actor: 'users/MNxxtIRCbe',
  actorEmail: 'jane@example.com',
  resourceId: 'sfnc_tFXvS0Rs6T',
  resourceType: 'function',
  resourceName: 'displayName',
  workspaceId: 'VWDxzzIpI5',
  actorType: 'user',
  actorId: 'MNxxtIRCbe',
};
const library = { name: 'source-segment', version: '1.2.3' };
const messageOf = (event: object, isNamedByType = false, write_key = 'write-key') =>
  auditMessage({ ...EVENT, ...event }, { write_key }, { isNamedByType, library });
const details = (message: object) => (message as { properties: { details: unknown } }).properties.details;

test("an event has the form of Segment's own forwarding, and the address of who did it", () => {
  expect(messageOf({})).toEqual({
    type: 'track',
    event: 'Audit',
    userId: 'MNxxtIRCbe',
    messageId: expect.stringMatching(/^segment-audit-[0-9a-f]{64}$/),
    timestamp: '2022-03-04T21:29:22Z',
    context: { library },
    properties: {
      type: 'Source Function Deleted',
      workspace_id: 'VWDxzzIpI5',
      email: 'jane@example.com',
      details: {
        resource_id: 'sfnc_tFXvS0Rs6T',
        resource_type: 'function',
        subject: 'users/MNxxtIRCbe',
        target: 'displayName',
      },
    },
  });
});

describe('the event', () => {
  test('is named after its type where that is asked for', () => {
    expect(messageOf({}, true)).toMatchObject({
      event: 'Source Function Deleted',
      properties: { type: 'Source Function Deleted' },
    });
  });

  test.each([undefined, null, ''])('has a name also where its type is %p', (type) => {
    expect(messageOf({ type }, true)).toMatchObject({ event: 'Audit' });
  });
});

test.each([
  ['users/u1', 'user', 'u1', 'u1', 'users/u1'],
  ['u1', 'user', 'u1', 'u1', 'users/u1'],
  ['public-api-token/t1', 'token', 't1', 'public-api-token/t1', 'public-api-token/t1'],
  ['Segment', 'system', null, '__system__', '__system__'],
  ['robot/r1', null, 'robot/r1', 'robot/r1', 'robot/r1'],
  [undefined, 'user', null, '__unknown__', undefined],
  [null, null, null, '__unknown__', undefined],
])(
  'the actor %p (%p, %p) is the user %p and the subject %p',
  (actor, actorType, actorId, userId, subject) => {
    const message = messageOf({ actor, actorType, actorId });
    expect([message['userId'], (details(message) as { subject?: string }).subject]).toEqual([
      userId,
      subject,
    ]);
  },
);

test.each([undefined, null])('there is no address where nobody has one (%p)', (actorEmail) => {
  expect(messageOf({ actorEmail })['properties']).not.toHaveProperty('email');
});

describe('the messageId', () => {
  const idOf = (event: object) => String(messageOf(event)['messageId']);

  test('is the same for the same event of the same workspace, whatever else is said of it, and for no other', () => {
    const event = fc.record({ id: fc.string(), workspaceId: fc.string() });
    fc.assert(
      fc.property(event, event, fc.string(), (one, other, resourceName) => {
        const isSame = one.id === other.id && one.workspaceId === other.workspaceId;
        expect(idOf(one) === idOf({ ...other, resourceName })).toBe(isSame);
      }),
    );
  });

  test('stays what it is: what was forwarded by an earlier version must not come twice', () => {
    expect(idOf({})).toBe('segment-audit-328dc1faf21aab13b23eb47bf304798c138dbec9808e353ad82ee23821eddcee');
  });

  test('is another one in another source', () => {
    expect(messageOf({}, false, 'other-key')['messageId']).not.toBe(idOf({}));
  });

  test('is shorter than Segment allows', () => {
    expect(idOf({ id: 'x'.repeat(1000) }).length).toBeLessThan(100);
  });
});
