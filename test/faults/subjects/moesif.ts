import { moesif as vendor } from '../../support/vendors/moesif.ts';
import { aCase, inSeconds, type Subject, type Trouble } from './subject.ts';

const NOW = '2026-11-27T10:30:15.250Z';

const limited = (headers: Record<string, string>): Trouble => ({
  status: 429,
  headers,
  body: { moesif_error: { code: 'rate_limit', msg: 'Too many queries' } },
});

export const moesif: Subject = {
  vendor,
  now: NOW,
  world: {
    now: NOW,
    quotas: false,
    still: true,
    lateDays: 0,
    // With what encodings change.
    managementApiKey: 'eyJ.7Kq/2+Zt=v9RmW4~xYb&hU',
    users: 14,
    companies: 9,
    days: 12,
    eventsPerDay: 4,
  },
  config: { page_size: 3 },
  // A day of events a page, as days are read side by side.
  inSteps: { page_size: 8 },
  askedOnce: [],
  shares: 1,
  broken: [
    aCase('500', { status: 500 }),
    aCase('502 in HTML', { kind: 'html' }),
    aCase('503', { status: 503 }),
    aCase('503 with Retry-After', { status: 503, headers: { 'Retry-After': '3' } }),
    aCase('408', { status: 408 }),
    aCase('a reset before the answer', { kind: 'reset' }),
    aCase('a reset in the middle of the body', { kind: 'reset-mid-body' }),
    aCase('a body that is cut JSON', { kind: 'truncate' }),
    aCase('no answer at all', { kind: 'hang' }),
    aCase('a 200 with an empty body', { status: 200, body: '' }),
    aCase('a 200 that is HTML', { status: 200, body: '<html>Maintenance</html>' }),
    aCase('a search that timed out', { kind: 'timed-out' }),
  ],
  misshapen: [
    aCase('a 200 with an error envelope', { kind: 'error-envelope' }, 'system_error'),
    aCase('a 200 without data', { status: 200, body: {} }, 'system_error'),
    aCase('a 200 without its hits', { kind: 'no-data' }, 'system_error'),
    aCase('a 200 that is null', { status: 200, body: null }, 'system_error'),
    aCase('a 200 that is a list', { status: 200, body: [] }, 'system_error'),
  ],
  brokenPages: [
    aCase('hits without their place', { kind: 'no-pagination' }, 'system_error'),
    aCase('a page that came before', { kind: 'repeat-cursor' }, 'system_error'),
  ],
  isPaged: ({ form }) => form?.['search_after'] !== undefined,
  // The first page is the first page also where nobody asked for another one.
  bears: () => false,
  passing: [],
  limited: [
    aCase('Retry-After in seconds', limited({ 'Retry-After': '7' })),
    aCase('Retry-After as a date', limited({ 'Retry-After': inSeconds(NOW, 7) })),
    aCase('no hint', limited({})),
    aCase('a negative hint', limited({ 'Retry-After': '-5' })),
    aCase('a hint that is garbage', limited({ 'Retry-After': 'soon' })),
    aCase('a hint of nothing', limited({ 'Retry-After': '0' })),
  ],
  tooLong: [
    aCase('Retry-After of years', limited({ 'Retry-After': '99999999' })),
    aCase('Retry-After beyond all dates', limited({ 'Retry-After': '9'.repeat(30) })),
    aCase('Retry-After in the year 9999', limited({ 'Retry-After': 'Fri, 31 Dec 9999 23:59:59 GMT' })),
  ],
  closed: [
    aCase('403', { kind: 'forbidden' }, 'config_error'),
    aCase('401', { kind: 'unauthorized' }, 'config_error'),
    aCase('401 for a scope', { kind: 'no-scope' }, 'config_error'),
    aCase('402', { kind: 'plan' }, 'config_error'),
    aCase('404', { kind: 'not-found' }, 'config_error'),
  ],
  echoes: [
    [400, 'system_error'],
    [401, 'config_error'],
    [402, 'config_error'],
    [403, 'config_error'],
    [404, 'config_error'],
    [429, 'transient_error'],
    [500, 'transient_error'],
    [503, 'transient_error'],
  ],
  echoed: 'You sent Bearer **********',
  revoked: 'does not accept the key',
};
