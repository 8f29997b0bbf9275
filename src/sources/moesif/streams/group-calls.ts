import type { Stream } from '../../../engine/stream.ts';
import { movingSpan } from '../../../engine/windows.ts';
import type { MoesifApi } from '../api.ts';
import { COMPANY_FIELDS, groupOf } from '../group.ts';
import { byTime, profiles } from '../profiles.ts';
import { groupCall } from '../schemas.ts';
import { LAG } from '../times.ts';

export const groupCalls: Stream<MoesifApi> = {
  name: 'group_calls',
  description:
    'Every company in the form of a group call, which is ours: Moesif sends none to Segment; one request per page of companies ' +
    '("page_size", 500)',
  endpoint: 'POST /v1/search/~/search/companymetrics/companies',
  docs: 'https://segment.com/docs/connections/spec/group/',
  primaryKey: ['groupId'],
  schema: groupCall,
  cursor: 'timestamp',
  windows: movingSpan({ lag: LAG }),
  async *read(context) {
    const { api } = context;
    for await (const page of profiles(context, 'companies', { includes: COMPANY_FIELDS })) {
      const rows = page.map((company) => groupOf(company, api.config.application_id));
      yield* byTime(rows, 'groupId');
    }
  },
};
