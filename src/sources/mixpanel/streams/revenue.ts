import type { Stream } from '../../../engine/stream.ts';
import { wholeDays } from '../../../engine/windows.ts';
import { isObject, type MixpanelApi } from '../api.ts';
import { revenueDay } from '../schemas.ts';
import { daysOf, rowsByDay } from './days.ts';

const DAYS = 30;

/** In no document any more; others have found that it always gives the same (*unverified*). Large ranges end in timeouts. */
export const revenue: Stream<MixpanelApi> = {
  name: 'revenue',
  description:
    'Legacy: an API that is no longer documented and gives the same figures for every day; ' +
    `one request per ${DAYS} days, of 60 an hour for all but export`,
  endpoint: 'GET /api/query/engage/revenue',
  docs: 'https://docs.mixpanel.com/docs/reports/apps/revenue',
  primaryKey: ['date'],
  schema: revenueDay,
  cursor: 'date',
  windows: wholeDays(DAYS),
  async *read({ api, window }) {
    const days = daysOf(api, window);
    if (!days) return;
    const rowsOf = (body: unknown) => rowsByDay(isObject(body) ? body['results'] : undefined, 'results');
    yield await api.query('/engage/revenue', { unit: 'day', ...days }, rowsOf);
  },
};
