import { createHmac } from 'node:crypto';
import { addressProblems } from '../../engine/address.ts';
import type { Forwarding } from '../../engine/forwarding.ts';
import { LIMITS, openTracking } from '../../tracking/sink.ts';
import { identityOf, targetSpec, type Target } from '../../tracking/target.ts';
import { present } from './calls.ts';
import type { Haste } from './connect.ts';
import { isObject } from './hits.ts';
import { identifyCalls } from './streams/identify-calls.ts';

/**
 * Users into a source of Segment, as Moesif's own source sends them. Companies are not sent: a group call names a user or an
 * anonymous one, and a company has neither.
 *
 * The messageId is made of the row's and of the source that it goes to, as Segment looks for a messageId that it knows in all
 * sources together: what was tried on one must not be missing in another (https://segment.com/docs/guides/duplicate-data/).
 */
export const identifyForwarding = (haste: Haste = {}): Forwarding<Target> => ({
  stream: identifyCalls.name,
  target: targetSpec,
  limits: LIMITS,
  problems: addressProblems,
  identity: identityOf,
  message: ({ type, userId, messageId, timestamp, context, traits }, { write_key: key }, { library }) => ({
    ...present({ type, userId }),
    messageId: `moesif-${createHmac('sha256', key).update(String(messageId)).digest('hex')}`,
    ...present({ timestamp }),
    context: { ...(isObject(context) && context), library },
    traits,
  }),
  open: (target, runtime) => openTracking(target, runtime, { ...haste, userAgent: 'source-moesif' }),
});
