import type { Stream } from '../../../engine/stream.ts';
import { movingSpan } from '../../../engine/windows.ts';
import type { MoesifApi } from '../api.ts';
import type { Hit } from '../hits.ts';
import { companyIdOf, identifyOf, USER_FIELDS } from '../identify.ts';
import { Metrics } from '../metrics.ts';
import { byTime, profiles } from '../profiles.ts';
import { identifyCall } from '../schemas.ts';
import { LAG } from '../times.ts';

/** A user's newest message is the one that counts, so the user is the key; of which version it is, the messageId tells. */
export const identifyCalls: Stream<MoesifApi> = {
  name: 'identify_calls',
  description:
    'Every user as the identify call that Moesif sends to Segment; one request per page of users ("page_size", 500), one for ' +
    'their companies, one for their metrics',
  endpoint: 'POST /v1/search/~/search/usermetrics/users',
  docs: 'https://segment.com/docs/connections/sources/catalog/cloud-apps/moesif-api-analytics/',
  primaryKey: ['userId'],
  schema: identifyCall,
  cursor: 'timestamp',
  windows: movingSpan({ lag: LAG }),
  async *read(context) {
    const { api } = context;
    const metrics = new Metrics(api);
    for await (const page of profiles(context, 'users', { includes: USER_FIELDS })) {
      const companies = await api.companies(companyIdsOf(page));
      const rollups = await metrics.of(page.map(({ id }) => id));
      const rows = page.map((user) =>
        identifyOf(user, {
          company: companies.get(companyIdOf(user) ?? ''),
          metrics: rollups.get(user.id),
          app: api.config.application_id,
        }),
      );
      yield* byTime(rows, 'userId');
    }
  },
};

const companyIdsOf = (page: readonly Hit[]): string[] => [
  ...new Set(page.flatMap((user) => companyIdOf(user) ?? [])),
];
