/** One user or company by its id, and the fields that there are. */
import { propertiesOf, type Kind } from '../search/mapping.ts';
import { BASE, type Operation } from './operation.ts';
import { refusal, reply } from './reply.ts';
import { searchableOf } from './searchables.ts';
import { parametersOf } from './sent.ts';

const ONES: readonly Operation[] = (['users', 'companies'] as const).map((kind) => ({
  path: `${BASE}/${kind}/{id}`,
  method: 'GET',
  scope: `read:${kind}`,
  answer: ({ world, search, incoming: { url }, appId }) => {
    const { app_id = appId } = parametersOf(url, ['app_id', 'time_zone']);
    const id = decoded(url.pathname.split('/').at(-1) ?? '');
    const document = app_id === appId ? search.find(searchableOf(world, kind), id) : undefined;
    if (!document) return refusal(404, 'not_found', `There is none of ${kind} with this id`);
    const { _id, _source } = document;
    // The shape is unverified.
    return reply(200, { _id, _source });
  },
}));

const FIELDS: Readonly<Record<string, Kind>> = {
  users: 'users',
  usermetrics: 'users',
  companies: 'companies',
  companymetrics: 'companies',
  events: 'events',
};

const MAPPINGS: readonly Operation[] = Object.entries(FIELDS).map(([name, kind]) => ({
  path: `${BASE}/mappings/${name}/properties`,
  method: 'GET',
  scope: 'read:properties',
  answer: ({ incoming: { url } }) => {
    parametersOf(url, ['app_id']);
    return reply(200, { properties: propertiesOf(kind) });
  },
}));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const LOOKUPS: readonly Operation[] = [...ONES, ...MAPPINGS];
