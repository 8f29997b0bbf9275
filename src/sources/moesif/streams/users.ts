import type { Stream } from '../../../engine/stream.ts';
import { movingSpan } from '../../../engine/windows.ts';
import type { MoesifApi } from '../api.ts';
import { profileRow, profiles } from '../profiles.ts';
import { user } from '../schemas.ts';
import { LAG } from '../times.ts';

export const users: Stream<MoesifApi> = {
  name: 'users',
  description: 'Every user with all fields; one request per page ("page_size", 500 users)',
  endpoint: 'POST /v1/search/~/search/usermetrics/users',
  docs: 'https://www.moesif.com/docs/api#search-users',
  primaryKey: ['id'],
  schema: user,
  secrets: { session_token: 'all', 'company.session_token': 'all', 'body.session_token': 'all' },
  cursor: 'modified_time',
  windows: movingSpan({ lag: LAG }),
  refersTo: { company_id: ['companies'] },
  async *read(context) {
    for await (const page of profiles(context, 'users')) yield page.map(profileRow);
  },
};
