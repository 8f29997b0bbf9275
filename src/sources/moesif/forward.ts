import { addressProblems } from '../../engine/address.ts';
import type { Forwarding } from '../../engine/forwarding.ts';
import { LIMITS, openTracking } from '../../tracking/sink.ts';
import { identityOf, messageIdFor, targetSpec, type Target } from '../../tracking/target.ts';
import { present } from './calls.ts';
import type { Haste } from './connect.ts';
import { isObject } from './hits.ts';
import { identifyCalls } from './streams/identify-calls.ts';

/**
 * Users into a source of Segment, as Moesif's own source sends them. Companies are not sent: a group call names a user or an
 * anonymous one, and a company has neither.
 */
export const identifyForwarding = (haste: Haste = {}): Forwarding<Target> => ({
  stream: identifyCalls.name,
  target: targetSpec,
  limits: LIMITS,
  problems: addressProblems,
  identity: identityOf,
  message: ({ type, userId, messageId, timestamp, context, traits }, target, { library }) => ({
    ...present({ type, userId }),
    messageId: messageIdFor(target, 'moesif', String(messageId)),
    ...present({ timestamp }),
    context: { ...(isObject(context) && context), library },
    traits,
  }),
  open: (target, runtime) => openTracking(target, runtime, { ...haste, userAgent: 'source-moesif' }),
});
