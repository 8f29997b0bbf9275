import { addressProblems } from '../../../engine/address.ts';
import type { Forwarding } from '../../../engine/forwarding.ts';
import { LIMITS, openTracking } from '../../../tracking/sink.ts';
import { identityOf, targetSpec, type Target } from '../../../tracking/target.ts';
import type { Haste } from '../connect.ts';
import { auditEvents } from '../streams/audit-events.ts';
import { auditMessage } from './message.ts';

/** The audit trail into a source of Segment, as Segment's own Audit Forwarding sends it. */
export const auditForwarding = (haste: Haste = {}): Forwarding<Target> => ({
  stream: auditEvents.name,
  target: targetSpec,
  limits: LIMITS,
  problems: addressProblems,
  identity: identityOf,
  message: auditMessage,
  open: (target, runtime) => openTracking(target, runtime, { ...haste, userAgent: 'source-segment' }),
});
