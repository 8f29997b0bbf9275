import type { Row, Stream } from '../../../engine/stream.ts';
import { MAY_LACK_PAGINATION, type SegmentApi } from '../api.ts';
import { regulation, sourceRegulation, suppression } from '../schemas/privacy.ts';
import { changed } from './rows.ts';
import { eachSource } from './sources.ts';

const docs = 'https://docs.segmentapis.com/tag/Deletion-and-Suppression';
/** Which role reads them is told for the app alone (*unverified*): https://segment.com/docs/segment-app/iam/roles/ */
const gate = 'a token with the Workspace Owner or the End User Privacy Admin role';

/** A request's status goes on changing and nothing filters by time, so each sync reads all that Segment keeps. */
export const regulations: Stream<SegmentApi> = {
  name: 'regulations',
  description:
    'Requests of the last 90 days to delete or suppress the data of people in the whole workspace, with their status',
  endpoint: 'GET /regulations',
  docs,
  primaryKey: ['id'],
  schema: regulation,
  gate,
  read: ({ api }) => api.list('/regulations', 'regulations'),
};

/** The documents give it parameters of paging and no pagination in its answer; a recorded answer has one. */
export const sourceRegulations: Stream<SegmentApi> = {
  name: 'source_regulations',
  description:
    'Requests of the last 90 days to delete or suppress the data of people in each source; one request per source',
  endpoint: 'GET /regulations/sources/{id}',
  docs,
  primaryKey: ['sourceId', 'id'],
  schema: sourceRegulation,
  parent: eachSource,
  gate,
  read: ({ api, parent }) =>
    api.list(`/regulations${eachSource.path(parent)}`, 'regulations', MAY_LACK_PAGINATION),
  inject: ({ parent }) => ({ sourceId: parent['id'] }),
};

/**
 * Lists of subjects without an id, so a row is a subject, which is its own key. What a total would count, lists or
 * subjects, is not documented, so none is relied on.
 */
export const suppressions: Stream<SegmentApi> = {
  name: 'suppressions',
  description: 'People whose data Segment drops on arrival: one row per suppressed user id or other subject',
  endpoint: 'GET /suppressions',
  docs,
  primaryKey: ['subjectType', 'subjectId'],
  schema: suppression,
  gate,
  read: ({ api }) => changed(api.list('/suppressions', 'suppressed', { isCounted: false }), eachSubject),
};

/** Where subjectIds is missing, or no list of texts, a row has no usable key, and that ends the table. */
const eachSubject = ({ subjectIds, ...rest }: Row) =>
  [subjectIds].flat().map((subjectId) => ({ ...rest, subjectId }));
