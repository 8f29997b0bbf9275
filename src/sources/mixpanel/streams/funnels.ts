import type { Stream } from '../../../engine/stream.ts';
import { DAY, wholeDays } from '../../../engine/windows.ts';
import { isObject, rowsIn, type MixpanelApi } from '../api.ts';
import { funnelDay } from '../schemas.ts';
import { record, number, required } from '../../../engine/schema.ts';
import { daysOf, rowsByDay } from './days.ts';

const DOCS = 'https://developer.mixpanel.com/reference/funnels-query';
/** A day is a row of some numbers: half a year of them is a small answer, and each costs a request of the quota. */
const DAYS = 180;
/** The longest time that a funnel gives people to come to its end (days). Its own is not told. */
const LONGEST_CONVERSION = 90;

/** The funnels that the project has saved: no table of its own. */
const funnelList: Stream<MixpanelApi> = {
  name: 'funnels/list',
  description: 'Every saved funnel',
  endpoint: 'GET /api/query/funnels/list',
  docs: 'https://developer.mixpanel.com/reference/funnels-list-saved',
  primaryKey: ['funnel_id'],
  schema: record({ funnel_id: required(number('Id of the funnel')) }),
  async *read({ api }) {
    yield await api.query('/funnels/list', {}, (body) => rowsIn(body));
  },
};

/**
 * A day's figures grow as long as those who began on it can come to the end, so the state stays that far behind, and these
 * days are read again: in the same request as the new ones.
 */
export const funnels: Stream<MixpanelApi> = {
  name: 'funnels',
  description:
    'Each funnel day by day; the last 90 days are read again, as their figures still grow; ' +
    `one request per funnel and ${DAYS} days, of 60 an hour for all but export. Mixpanel only maintains this API`,
  endpoint: 'GET /api/query/funnels',
  docs: DOCS,
  primaryKey: ['funnel_id', 'date'],
  schema: funnelDay,
  cursor: 'date',
  windows: wholeDays(DAYS, { lag: LONGEST_CONVERSION * DAY }),
  parent: {
    stream: funnelList,
    keep: ['funnel_id', 'name'],
    path: ({ funnel_id: id }) => `funnel ${String(id)}`,
  },
  inject: ({ parent }) => ({ funnel_id: parent['funnel_id'], name: parent['name'] }),
  async *read({ api, parent, window }) {
    const days = daysOf(api, window);
    if (!days) return;
    const rowsOf = (body: unknown) => rowsByDay(isObject(body) ? body['data'] : undefined, 'data');
    const query = { funnel_id: String(parent['funnel_id']), unit: 'day', ...days };
    yield await api.query('/funnels', query, rowsOf);
  },
};
