import type { Stream } from '../../../engine/stream.ts';
import { movingSpan } from '../../../engine/windows.ts';
import type { MoesifApi } from '../api.ts';
import { profileRow, profiles } from '../profiles.ts';
import { company } from '../schemas.ts';
import { LAG } from '../times.ts';

export const companies: Stream<MoesifApi> = {
  name: 'companies',
  description: 'Every company with all fields; one request per page ("page_size", 500 companies)',
  endpoint: 'POST /v1/search/~/search/companymetrics/companies',
  docs: 'https://www.moesif.com/docs/api#search-companies',
  primaryKey: ['id'],
  schema: company,
  secrets: { session_token: 'all', 'body.session_token': 'all' },
  cursor: 'modified_time',
  windows: movingSpan({ lag: LAG }),
  async *read(context) {
    for await (const page of profiles(context, 'companies')) yield page.map(profileRow);
  },
};
