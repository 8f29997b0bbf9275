import { mixpanel as vendor } from '../../support/vendors/mixpanel.ts';
import type { Table } from '../../support/vendors/vendor.ts';
import { aCase, ANYWHERE, inSeconds, type Subject, type Trouble } from './subject.ts';

const NOW = '2026-11-27T10:30:15.250Z';

const limited = (headers: Record<string, string>, error = 'Too many requests'): Trouble => ({
  status: 429,
  headers,
  body: { request: '/', error },
});
const queries = (atOnce: number, inHour: number) =>
  `Query rate limit exceeded for project_id: 1. ${atOnce}/5 queries running concurrently and ${inHour}/60 queries running in the last hour.`;

/** The one whose body is made of lines: of it none is whole, or it would be read in the end, line by line. */
const isExport = ({ name }: Table) => name === 'export';
const ofLines = (kind: NonNullable<Trouble['kind']>) => (table: Table) =>
  isExport(table) ? { kind, afterLines: 0 } : undefined;
const ofBodies = (kind: NonNullable<Trouble['kind']>) => (table: Table) =>
  isExport(table) ? { kind, afterLines: 0 } : { kind };
/** No event is no trouble, and neither is no cohort. */
const but = (names: readonly string[], trouble: Trouble) => (table: Table) =>
  names.includes(table.name) ? undefined : trouble;

const PAGED = ['engage', 'cohort_members'];
const SHORT_PAGE = { page: 0, page_size: 3, total: 8, session_id: '1', status: 'ok', results: [] };

export const mixpanel: Subject = {
  vendor,
  now: NOW,
  world: {
    now: NOW,
    quotas: false,
    secret: '7Kq/2+Zt=v9RmW4~xYb&hU',
    days: 12,
    eventsPerDay: 12,
    profiles: 8,
    cohorts: 6,
  },
  config: { page_size: 3, export_window_days: 3 },
  inSteps: { export_window_days: 1 },
  askedOnce: ['annotations', 'cohorts', 'revenue'],
  shares: 1,
  broken: [
    ...ANYWHERE,
    aCase('a reset in the middle of the body', ofBodies('reset-mid-body')),
    aCase('a body that is cut short', ofBodies('truncate')),
    aCase('a 200 with an empty body', but(['export'], { status: 200, body: '' })),
    aCase('a 200 that is HTML', { status: 200, body: '<html>Maintenance</html>' }),
    aCase('a timeout of its own', { kind: 'query-timeout' }),
    aCase('terminated early', ofLines('terminated-early')),
    aCase('export terminated early', ofLines('export-terminated-early')),
  ],
  misshapen: [
    aCase('a 200 with an error envelope', { kind: 'error-envelope' }, 'system_error'),
    aCase('a 200 without data', { status: 200, body: {} }, 'system_error'),
    aCase('a 200 without its rows', but(['export'], { kind: 'no-data', status: 200 }), 'system_error'),
    aCase('a 200 that is null', { status: 200, body: null }, 'system_error'),
    aCase(
      'a page that ends before its total',
      ({ name }) => (PAGED.includes(name) ? { status: 200, body: SHORT_PAGE } : undefined),
      'system_error',
    ),
    aCase('a 200 that is a list', but(['cohorts'], { status: 200, body: [] }), 'system_error'),
  ],
  brokenPages: [],
  isPaged: ({ form }) => form?.['page_size'] !== undefined,
  bears: () => false,
  passing: [
    aCase('a line that is split', ofLines('split-line')),
    aCase('a page without its session', ({ name }) =>
      PAGED.includes(name) ? { kind: 'no-pagination' } : undefined,
    ),
  ],
  limited: [
    aCase('Retry-After in seconds', limited({ 'Retry-After': '7' })),
    aCase('Retry-After as a date', limited({ 'Retry-After': inSeconds(NOW, 7) })),
    aCase('the words of an hour', limited({}, queries(0, 61))),
    aCase('the words of many at once', limited({}, queries(5, 7))),
    aCase('no hint', limited({})),
    aCase('a negative hint', limited({ 'Retry-After': '-5' })),
    aCase(
      'a hint that is garbage',
      limited({ 'Retry-After': 'soon' }, 'x/y queries running in the last hour'),
    ),
    aCase('a hint of nothing', limited({ 'Retry-After': '0' })),
  ],
  tooLong: [
    aCase('Retry-After of years', limited({ 'Retry-After': '99999999' })),
    aCase('Retry-After beyond all dates', limited({ 'Retry-After': '9'.repeat(30) })),
    aCase('Retry-After in the year 9999', limited({ 'Retry-After': 'Fri, 31 Dec 9999 23:59:59 GMT' })),
  ],
  closed: [
    aCase('403', { kind: 'forbidden' }, 'config_error'),
    aCase('401, or the words of it', { kind: 'unauthorized' }, 'config_error'),
    aCase('402', { kind: 'plan' }, 'config_error'),
    // No document has one for a table: who is not let in is told so otherwise.
    aCase('404', { kind: 'not-found' }, 'system_error'),
  ],
  echoes: [
    [400, 'system_error'],
    [401, 'config_error'],
    [402, 'config_error'],
    [403, 'config_error'],
    [404, 'system_error'],
    [429, 'transient_error'],
    [500, 'transient_error'],
    [503, 'transient_error'],
  ],
  echoed: 'You sent Basic **********',
  revoked: 'does not accept these credentials',
};
