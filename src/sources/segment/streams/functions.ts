import type { MayLack, Parent, Stream } from '../../../engine/stream.ts';
import { V1_ALPHA, type SegmentApi } from '../api.ts';
import { worse } from '../listing.ts';
import { functionRecord, functionVersion, insertFunctionInstance } from '../schemas/functions.ts';

const docs = 'https://docs.segmentapis.com/tag/Functions';
const gate = 'the Functions feature in the workspace and a token with a role that may read functions';

/** A list is of one type, which must be named. Insert functions first: `check` looks for instances of the first one. */
const TYPES = ['INSERT_DESTINATION', 'INSERT_SOURCE', 'INSERT_TRANSFORMATION', 'DESTINATION', 'SOURCE'];

export const functions: Stream<SegmentApi> = {
  name: 'functions',
  description: 'Source, destination and insert functions of the workspace; five requests, one per type',
  endpoint: 'GET /functions?resourceType=',
  docs,
  primaryKey: ['id'],
  schema: functionRecord,
  refersTo: { createdBy: ['users'] },
  // The list has neither by the documents; that of one function has both.
  secrets: { code: 'all', previewWebhookUrl: 'all' },
  gate,
  async *read({ api }) {
    let mayLack: MayLack = undefined;
    for (const resourceType of TYPES) {
      mayLack = worse(mayLack, yield* api.list('/functions', 'functions', { query: { resourceType } }));
    }
    return mayLack;
  },
};

const path = ({ id }: Record<string, unknown>) => `/functions/${encodeURIComponent(String(id))}`;
const eachFunction: Parent<SegmentApi> = { stream: functions, keep: ['id'], path };

/** Alpha at Segment. */
export const functionVersions: Stream<SegmentApi> = {
  name: 'function_versions',
  description: 'Versions of each function, with their code (alpha); one request per function',
  endpoint: 'GET /functions/{id}/versions',
  docs,
  primaryKey: ['functionId', 'id'],
  schema: functionVersion,
  secrets: { code: 'all' },
  parent: eachFunction,
  gate,
  read: ({ api, parent }) => api.list(`${path(parent)}/versions`, 'versions', { accept: V1_ALPHA }),
  inject: ({ parent }) => ({ functionId: parent['id'] }),
};

/**
 * Alpha at Segment. Only insert functions have instances; what another one answers is not documented (*unverified*), so
 * none is asked. The id goes without the `ifnd_` or `ifns_` that /functions writes before it, or the answer is a 404:
 * https://github.com/segmentio/terraform-provider-segment/issues/85
 */
export const insertFunctionInstances: Stream<SegmentApi> = {
  name: 'insert_function_instances',
  description:
    'Where each insert function runs, and with which settings (alpha); one request per insert function',
  endpoint: 'GET /insert-function-instances?functionId=',
  docs,
  primaryKey: ['id'],
  schema: insertFunctionInstance,
  refersTo: { integrationId: ['sources', 'destinations'] },
  secrets: { settings: 'credentials', encryptedSettings: 'all' },
  parent: { ...eachFunction, keep: ['id', 'resourceType'] },
  gate,
  async *read({ api, parent: { id, resourceType } }) {
    if (!String(resourceType).startsWith('INSERT_')) return;
    const query = { functionId: String(id).replace(/^[a-z]+_/, '') };
    return yield* api.list('/insert-function-instances', 'instances', { query, accept: V1_ALPHA });
  },
  inject: ({ parent }) => ({ functionId: parent['id'] }),
};
