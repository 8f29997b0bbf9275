import type { Stream } from '../../../engine/stream.ts';
import { objectIn, V1_ALPHA, type SegmentApi } from '../api.ts';
import { livePlugin, schemaSettings } from '../schemas/source-settings.ts';
import { eachSource } from './sources.ts';

export const sourceSchemaSettings: Stream<SegmentApi> = {
  name: 'source_schema_settings',
  description: 'What each source does with events that its tracking plan forbids; one request per source',
  endpoint: 'GET /sources/{id}/settings',
  docs: 'https://docs.segmentapis.com/tag/Sources#operation/listSchemaSettingsInSource',
  primaryKey: ['sourceId'],
  schema: schemaSettings,
  parent: eachSource,
  async *read({ api, parent }) {
    yield [
      await api.data(`${eachSource.path(parent)}/settings`, {}, (data) => void objectIn(data, 'settings')),
    ];
  },
  inject: ({ parent }) => ({ sourceId: parent['id'] }),
};

/**
 * Alpha at Segment. What a source without a live plugin answers is not documented (*unverified*). A null says that there
 * is none; a 404 says no more than the 404 of a table that is closed, so it is never taken for an answer without rows.
 */
export const livePlugins: Stream<SegmentApi> = {
  name: 'live_plugins',
  description: 'Latest live plugin bundle of each source (alpha); one request per source',
  endpoint: 'GET /sources/{id}/live-plugins/latest',
  docs: 'https://docs.segmentapis.com/tag/Live-Plugins',
  primaryKey: ['sourceId'],
  schema: livePlugin,
  refersTo: { createdBy: ['users'] },
  // The document calls the URL one of a CDN, which apps fetch from without a token; not that it is never a signed one.
  secrets: { code: 'all', downloadURL: 'credentials' },
  parent: eachSource,
  gate: 'the Live Plugins feature in the workspace, and perhaps (a 404 can mean that too) a live plugin in each source',
  async *read({ api, parent }) {
    const path = `${eachSource.path(parent)}/live-plugins/latest`;
    const plugin = await api.possible(path, 'livePlugin', { accept: V1_ALPHA });
    if (plugin) yield [plugin];
  },
  inject: ({ parent }) => ({ sourceId: parent['id'] }),
};
