import type { Parent, Row, Stream } from '../../../engine/stream.ts';
import type { SegmentApi } from '../api.ts';
import { worse } from '../listing.ts';
import { credential, credentialConsumer } from '../schemas/credentials.ts';
import { changed } from './rows.ts';

const docs = 'https://docs.segmentapis.com/tag/Credentials';
/** The documents name the roles, and not whether one of them is enough (*unverified*). */
const gate =
  'a token with the Workspace Owner role; whether one of Warehouse, Source, Entities or Unify and Engage Admin will do is not documented';

export const credentials: Stream<SegmentApi> = {
  name: 'credentials',
  description: 'Stored credentials that warehouses and sources connect with; secrets are masked by default',
  endpoint: 'GET /credentials',
  docs,
  primaryKey: ['id'],
  schema: credential,
  secrets: { settings: 'credentials' },
  gate,
  read: ({ api }) => api.list('/credentials', 'credentials'),
};

const eachCredential: Parent<SegmentApi> = {
  stream: credentials,
  keep: ['id'],
  path: ({ id }) => `/credentials/${encodeURIComponent(String(id))}`,
};

const of = (consumerType: string) => (row: Row) => [{ ...row, consumerType }];

/**
 * One answer holds two lists, each paged by parameters of its own, in the spelling of the others (*unverified*). Each is
 * read by itself. An id may stand in both, so the list that a row came in is part of its key.
 */
export const credentialConsumers: Stream<SegmentApi> = {
  name: 'credential_consumers',
  description: 'Warehouses and sources that use each credential; two requests per credential',
  endpoint: 'GET /credentials/{id}/consumers',
  docs,
  primaryKey: ['credentialId', 'consumerType', 'id'],
  schema: credentialConsumer,
  refersTo: { id: ['warehouses', 'sources'] },
  secrets: { writeKeys: 'all', settings: 'credentials' },
  parent: eachCredential,
  gate,
  async *read({ api, parent }) {
    const path = `${eachCredential.path(parent)}/consumers`;
    const warehouses = api.list(path, 'warehouses', { paging: 'warehousesPagination.' });
    const mayLack = yield* changed(warehouses, of('WAREHOUSE'));
    const sources = api.list(path, 'sources', { paging: 'sourcesPagination.' });
    return worse(mayLack, yield* changed(sources, of('SOURCE')));
  },
  inject: ({ parent }) => ({ credentialId: parent['id'] }),
};
