import type { Parent, Row, Stream } from '../../../engine/stream.ts';
import { rowsIn, type MixpanelApi } from '../api.ts';
import { distinctId, profiles } from '../profiles.ts';
import { cohort, cohortMember } from '../schemas.ts';

export const cohorts: Stream<MixpanelApi> = {
  name: 'cohorts',
  description: 'Every cohort; one request',
  endpoint: 'POST /api/query/cohorts/list',
  docs: 'https://developer.mixpanel.com/reference/cohorts-list',
  primaryKey: ['id'],
  schema: cohort,
  async *read({ api }) {
    yield (await listCohorts(api)).map(withTextId);
  },
};

/** Ids of groups are larger than a number holds, and come as a text of digits then: so do the others, for one type. */
function withTextId(row: Row): Row {
  const { data_group_id: id } = row;
  return typeof id === 'number' ? { ...row, data_group_id: String(id) } : row;
}

export const listCohorts = (api: MixpanelApi): Promise<readonly Row[]> =>
  api.queryByPost('/cohorts/list', {}, (body) => rowsIn(body));

const eachCohort: Parent<MixpanelApi> = {
  stream: cohorts,
  keep: ['id'],
  path: ({ id }) => `cohort ${String(id)}`,
};

export const cohortMembers: Stream<MixpanelApi> = {
  name: 'cohort_members',
  description: 'Who is in which cohort; one request per cohort and page, of 60 an hour for all but export',
  endpoint: 'POST /api/query/engage',
  docs: 'https://developer.mixpanel.com/reference/engage-query',
  primaryKey: ['cohort_id', 'distinct_id'],
  schema: cohortMember,
  parent: eachCohort,
  isSnapshot: true,
  inject: ({ parent }) => ({ cohort_id: parent['id'] }),
  async *read({ api, parent }) {
    const filter = {
      filter_by_cohort: JSON.stringify({ id: parent['id'] }),
      // Also those of whom nothing is known but that they are in it.
      include_all_users: 'true',
      // The least that can be asked for.
      output_properties: '["$last_seen"]',
    };
    for await (const page of profiles(api, 'cohort_members', filter))
      yield page.map((profile) => ({ distinct_id: distinctId(profile) }));
  },
};
