import type { Row, Stream } from '../../../engine/stream.ts';
import { daily } from '../../../engine/windows.ts';
import { timesOf, type MoesifApi } from '../api.ts';
import type { MoesifConfig } from '../config.ts';
import { isObject, type Hit } from '../hits.ts';
import { event } from '../schemas.ts';
import { BY_REQUEST_TIME, requestedIn } from '../search.ts';
import { LAG, utc } from '../times.ts';

/** Parts of an event that people have made calls with. */
const SIDES = ['request', 'response'] as const;

/** An event is taken in up to 30 days late, so the days of the look-back are read again. */
export const events: Stream<MoesifApi> = {
  name: 'events',
  description:
    'Every API call and user action, without bodies and headers unless asked for; one request per day and page ("page_size", ' +
    '500 events)',
  endpoint: 'POST /v1/search/~/search/events',
  docs: 'https://www.moesif.com/docs/api#search-events',
  primaryKey: ['id'],
  schema: event,
  secrets: { session_token: 'all', 'user.session_token': 'all', 'company.session_token': 'all' },
  cursor: 'request_time',
  windows: daily({ lag: LAG }),
  refersTo: { company_id: ['companies'], user_id: ['users'] },
  async *read({ api, window }) {
    const unwanted = unwantedOf(api.config);
    const source = { excludes: SIDES.flatMap((side) => unwanted.map((part) => `${side}.${part}`)) };
    const search = {
      query: requestedIn(window),
      sort: BY_REQUEST_TIME,
      ...(unwanted.length > 0 && { source }),
    };
    for await (const page of api.search('events', search, timesOf(window)))
      yield page.map((hit) => rowOf(hit, unwanted));
  },
};

/** What is not read of requests and responses: it can hold personal data, and secrets. */
const unwantedOf = ({ include_bodies: bodies, include_headers: headers }: MoesifConfig): string[] => [
  ...(bodies ? [] : ['body']),
  ...(headers ? [] : ['headers']),
];

/** As the API has it, with the time that it is found by beside it. What is not wanted is taken out here too, lest it is sent all the same. */
function rowOf({ id, fields }: Hit, unwanted: readonly string[]): Row {
  const sides = SIDES.flatMap((side) => {
    const part = fields[side];
    return isObject(part) ? [[side, without(part, unwanted)] as const] : [];
  });
  const { request } = fields;
  const time = isObject(request) ? utc(request['time']) : undefined;
  return { ...fields, ...Object.fromEntries(sides), id, request_time: time };
}

const without = (row: Row, fields: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)));
