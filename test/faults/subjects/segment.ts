import { segment as vendor } from '../../support/vendors/segment.ts';
import { aCase, ANYWHERE, inSeconds, type Subject, type Trouble } from './subject.ts';

const NOW = '2026-11-03T10:30:15.250Z';

const limited = (headers: Record<string, string>, data?: object): Trouble => ({
  status: 429,
  headers,
  body: { errors: [{ type: 'RequestError', message: 'Too many requests', ...(data && { data }) }] },
});

/** Their answers may lack their pagination by the documents: a page that is not full is whole without it. */
const MAY_LACK_PAGINATION = [
  'audience_activations',
  'audience_destinations',
  'destination_subscriptions',
  'profiles_warehouses',
  'reverse_etl_syncs',
  'source_regulations',
  'space_filters',
];

export const segment: Subject = {
  vendor,
  now: NOW,
  world: {
    now: NOW,
    // What a limit costs is not the matter here.
    endpointLimits: false,
    // With what encodings change.
    token: 'sgp_7Kq/2+Zt=v9RmW4~xYb&hU',
    sources: 4,
    destinationsPerSource: 1,
    warehouses: 4,
    users: 4,
    groups: 4,
    auditEvents: 12,
    auditDays: 3,
    usageMonths: 1,
    catalogDestinations: 4,
  },
  config: {
    start_date: '2026-10-30',
    page_size: 3,
    endpoint_limits: false,
    max_concurrent_requests: 24,
  },
  inSteps: { max_concurrent_requests: 1 },
  askedOnce: ['group_permissions', 'labels', 'user_permissions'],
  shares: 2,
  broken: [
    ...ANYWHERE,
    aCase('a reset in the middle of the body', { kind: 'reset-mid-body' }),
    aCase('a body that is cut JSON', { kind: 'truncate' }),
    aCase('a 200 with an empty body', { body: '' }),
    aCase('a 200 that is HTML', { body: '<html>Maintenance</html>' }),
  ],
  misshapen: [
    aCase('a 200 with an error envelope', { kind: 'error-envelope' }, 'system_error'),
    aCase('a 200 without data', { body: {} }, 'system_error'),
    aCase('a 200 that is null', { body: null }, 'system_error'),
    aCase('a 200 that is a list', { body: [] }, 'system_error'),
  ],
  brokenPages: [
    aCase('a 200 without its rows', { kind: 'no-data' }, 'system_error'),
    aCase('a 200 without pagination', { kind: 'no-pagination' }, 'system_error'),
    aCase('a cursor that repeats', { kind: 'repeat-cursor' }, 'system_error'),
  ],
  isPaged: ({ query }) => Object.keys(query).some((name) => /count$/.test(name)),
  bears: ({ at }, table) => at(table)?.kind === 'no-pagination' && MAY_LACK_PAGINATION.includes(table.name),
  passing: [],
  limited: [
    aCase('Retry-After in seconds', limited({ 'Retry-After': '7' })),
    aCase('Retry-After as a date', limited({ 'Retry-After': inSeconds(NOW, 7) })),
    aCase('msBeforeNext', limited({}, { msBeforeNext: 6400 })),
    aCase('X-RateLimit-Reset', limited({ 'X-RateLimit-Reset': inSeconds(NOW, 7) })),
    aCase('no hint', limited({})),
    aCase('a negative hint', limited({ 'Retry-After': '-5' }, { msBeforeNext: -1 })),
    aCase(
      'hints that are garbage',
      limited({ 'Retry-After': 'soon', 'X-RateLimit-Reset': '' }, { msBeforeNext: {} }),
    ),
    aCase('a hint of nothing', limited({ 'Retry-After': '0' })),
  ],
  tooLong: [
    aCase('Retry-After of years', limited({ 'Retry-After': '99999999' })),
    aCase('Retry-After beyond all dates', limited({ 'Retry-After': '9'.repeat(30) })),
    aCase('msBeforeNext of years', limited({}, { msBeforeNext: 1e15 })),
    aCase('a reset in the year 9999', limited({ 'X-RateLimit-Reset': 'Fri, 31 Dec 9999 23:59:59 GMT' })),
  ],
  closed: [
    aCase('403', { kind: 'forbidden' }, 'config_error'),
    aCase('401', { kind: 'unauthorized' }, 'config_error'),
    aCase('404', { kind: 'not-found' }, 'config_error'),
    aCase('400 that speaks of the plan', { kind: 'plan' }, 'config_error'),
  ],
  echoes: [
    [400, 'system_error'],
    [401, 'config_error'],
    [403, 'config_error'],
    [404, 'config_error'],
    [422, 'system_error'],
    [429, 'transient_error'],
    [500, 'transient_error'],
    [503, 'transient_error'],
  ],
  echoed: 'echo You sent Bearer **********',
  revoked: 'no longer accepts the API token',
};
