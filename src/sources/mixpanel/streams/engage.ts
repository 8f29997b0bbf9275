import type { Row, Stream } from '../../../engine/stream.ts';
import type { MixpanelApi } from '../api.ts';
import { distinctId, profiles, propertiesOf } from '../profiles.ts';
import { spreader } from '../properties.ts';
import { profile as schema } from '../schemas.ts';

const OWN: ReadonlySet<string> = new Set(Object.keys(schema.properties));

export const engage: Stream<MixpanelApi> = {
  name: 'engage',
  description:
    'Every profile with its properties; one request per page ("page_size", 50,000 profiles), of 60 an hour for all but export',
  endpoint: 'POST /api/query/engage',
  docs: 'https://developer.mixpanel.com/reference/engage-query',
  primaryKey: ['distinct_id'],
  schema,
  isSnapshot: true,
  async *read({ api, resume, columns }) {
    const { include_properties: include } = api.config;
    const spread = spreader(api.config, OWN, { columns });
    const rowOf = (profile: Row): Row => spread({ distinct_id: distinctId(profile) }, propertiesOf(profile));
    const filter: Record<string, string> = include ? { output_properties: JSON.stringify(include) } : {};
    const onTotal = (pages: number) => api.forecast.expect('engage', 'query', pages);
    for await (const page of profiles(api, 'engage', filter, { resume, onTotal })) yield page.map(rowOf);
  },
};
