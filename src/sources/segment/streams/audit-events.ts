import { configError } from '../../../engine/errors.ts';
import type { MayLack, Stream } from '../../../engine/stream.ts';
import { daily, type Window } from '../../../engine/windows.ts';
import { HttpError } from '../../../http/errors.ts';
import type { SegmentApi } from '../api.ts';
import { isDenied } from '../explain.ts';
import { worse } from '../listing.ts';
import { auditEvent } from '../schemas/audit.ts';
import type { Pages } from './rows.ts';

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
  refersTo: { actorId: ['users'] },
  cursor: 'timestamp',
  windows: daily({ retentionDays: AUDIT_TRAIL_DAYS }),
  gate: 'a Business plan with the Audit Trail and a token with the Workspace Owner role',
  async *read({ api, window }) {
    // Whose events these are is not in them. Without it they would be told as nobody's, so it is no less needed.
    const { id } = await api.workspace();
    let [came, wanted] = [0, 0];
    const pages = eventsOf(api, window);
    for (;;) {
      const page = await pages.next();
      if (page.done) {
        api.audit.tell(window, came, wanted);
        return page.value;
      }
      const rows = api.audit.select(page.value, id);
      came += page.value.length;
      wanted += rows.length;
      yield rows;
    }
  },
};

/** The events of a window; where types of resources are chosen, those of one after the other. */
async function* eventsOf(api: SegmentApi, { start, end }: Window): Pages {
  const { resourceTypes, resourceId } = api.audit;
  let mayLack: MayLack = undefined;
  for (const resourceType of resourceTypes.length > 0 ? resourceTypes : [undefined]) {
    const filter = {
      ...(resourceType !== undefined && { resourceType }),
      ...(resourceId !== undefined && { resourceId }),
    };
    const query = { startTime: start, endTime: end, ...filter };
    try {
      mayLack = worse(mayLack, yield* api.list('/audit-events', 'events', { query }));
    } catch (error) {
      throw isAboutFilter(error, filter) ? refused(filter, error) : error;
    }
  }
  return mayLack;
}

/** Which words Segment takes for a type or an id, and how it refuses others, is not documented (*unverified*). */
const isAboutFilter = (error: unknown, filter: object): error is HttpError =>
  Object.keys(filter).length > 0 &&
  error instanceof HttpError &&
  (error.status === 422 || error.status === 404 || (error.status === 400 && !isDenied(error)));

const refused = (filter: object, { status, path, message }: HttpError) =>
  configError(
    `audit_events: Segment refuses to be asked by ${Object.keys(filter).join(' and ')} (HTTP ${status ?? '-'}); ` +
      'check "audit.resource_types" and "audit.resource_id" for what it has, or leave them out to see whether the plan or the role lacks the Audit Trail.',
    `GET ${path}: ${message} ${JSON.stringify(filter)}`,
  );
