import type { Stream } from '../../../engine/stream.ts';
import { daily } from '../../../engine/windows.ts';
import type { SegmentApi } from '../api.ts';
import { auditEvent } from '../schemas/audit.ts';
import { changed } from './rows.ts';

/** How long events are kept: https://segment.com/docs/segment-app/iam/audit-trail/ */
export const AUDIT_TRAIL_DAYS = 90;

/**
 * Order, the borders' inclusivity and late arrivals are not documented (*unverified*), so windows are small, overlap
 * by a second, and nothing depends on the order: https://docs.segmentapis.com/tag/Audit-Trail
 */
export const auditEvents: Stream<SegmentApi> = {
  name: 'audit_events',
  description:
    'Who did what in the workspace: the audit trail of the last 90 days, kept on by each sync; one request per day and page',
  endpoint: 'GET /audit-events',
  docs: 'https://docs.segmentapis.com/tag/Audit-Trail',
  primaryKey: ['id'],
  schema: auditEvent,
  refersTo: { actor: ['users'] },
  cursor: 'timestamp',
  windows: daily({ retentionDays: AUDIT_TRAIL_DAYS }),
  gate: 'a Business plan with the Audit Trail and a token with the Workspace Owner role',
  async *read({ api, window }) {
    // Whose events these are is not in them. Without it they would be told as nobody's, so it is no less needed.
    const { id: workspaceId } = await api.workspace();
    const query = { startTime: window.start, endTime: window.end };
    return yield* changed(api.list('/audit-events', 'events', { query }), (event) => [
      { ...event, workspaceId },
    ]);
  },
};
